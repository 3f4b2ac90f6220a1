/* Names and addresses that clients choose: one form of each, and the same answer whatever its form.
 */
#include "fuzz.h"

#include "bk_address.h"
#include "bk_json.h"
#include "bk_name.h"

static void check_forms(const char *text, apr_pool_t *p)
{
    static const char *const reserved[] = {"admin", "root", NULL};
    const char *nfc, *again, *folded, *twice, *as_is, *as_nfc;

    if (bk_name_normalise(&nfc, text, p) != APR_SUCCESS ||
        bk_name_fold(&folded, text, p) != APR_SUCCESS) {
        return;
    }
    fuzz_assert(bk_name_normalise(&again, nfc, p) == APR_SUCCESS && strcmp(nfc, again) == 0);
    fuzz_assert(bk_name_fold(&twice, folded, p) == APR_SUCCESS && strcmp(folded, twice) == 0);
    fuzz_assert(bk_name_chars(text, p) == bk_name_chars(nfc, p));
    fuzz_assert(!bk_name_wrong(text) == !bk_name_wrong(nfc));
    if (bk_name_resembles(text, reserved, &as_is, p) == APR_SUCCESS &&
        bk_name_resembles(nfc, reserved, &as_nfc, p) == APR_SUCCESS) {
        fuzz_assert(as_is == as_nfc);
    }
}

/* A block is its own block, or an address of the same one would count by itself. */
static void check_block(const char *text, apr_pool_t *p)
{
    const char *block = bk_address_block(text, p);

    fuzz_assert(block);
    if (!strstr(block, "/64")) {
        fuzz_assert(strcmp(bk_address_block(block, p), block) == 0);
    }
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *text = fuzz_text(data, size);
    size_t len = strlen(text);

    if (len && bk_json_is_text(text, len)) {
        check_forms(text, p);
    }
    check_block(text, p);
    free(text);
}
