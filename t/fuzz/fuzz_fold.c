/* What is searched for, and names that are sorted. */
#include "fuzz.h"

#include "bk_fold.h"
#include "bk_json.h"

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *text = fuzz_text(data, size);
    const char *folded, *again, *key;
    size_t len = strlen(text);

    if (bk_fold_search(&folded, text, p) == APR_SUCCESS) {
        len = strlen(folded);
        fuzz_assert(!len || bk_json_is_text(folded, len));
        fuzz_assert(!len || (folded[0] != ' ' && folded[len - 1] != ' '));
        fuzz_assert(bk_fold_search(&again, folded, p) == APR_SUCCESS && strcmp(again, folded) == 0);
        fuzz_assert(bk_fold_sort(&key, text, p) == APR_SUCCESS);
        fuzz_assert(bk_fold_sort(&again, folded, p) == APR_SUCCESS && strcmp(again, key) == 0);
    }
    else {
        fuzz_assert(bk_fold_sort(&key, text, p) != APR_SUCCESS);
    }
    free(text);
}
