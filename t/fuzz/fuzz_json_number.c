/* Numbers that no C type holds: with them replaced, a text is JSON exactly where it was. */
#include "fuzz.h"

#include <jansson.h>

#include "bk_json_number.h"

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    json_error_t before, after;
    char *copy = fuzz_text(data, size);
    json_t *was = json_loadb(copy, size, 0, &before), *is;

    bk_json_number_tame(copy, size);
    fuzz_assert(copy[size] == '\0');
    is = json_loadb(copy, size, 0, &after);
    if (was) {
        fuzz_assert(is != NULL);
    }
    else if (json_error_code(&before) != json_error_numeric_overflow) {
        fuzz_assert(!is);
    }
    else {
        fuzz_assert(is || json_error_code(&after) != json_error_numeric_overflow);
    }
    json_decref(was);
    json_decref(is);
    free(copy);
}
