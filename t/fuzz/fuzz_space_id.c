/* Ids of spaces: one that is made of a building that will do is one that will do in a path. */
#include "fuzz.h"

#include "bk_json.h"
#include "bk_space_id.h"
#include "bk_text.h"

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *text = fuzz_text(data, size);
    size_t len = strlen(text);

    if (bk_json_is_text(text, len)) {
        fuzz_assert(bk_text_chars(text, len) <= len);
        if (bk_space_id_building_ok(text, len)) {
            const char *id = bk_space_id_make(text, (apr_int64_t)size, p);

            fuzz_assert(bk_space_id_ok(id, strlen(id)) && !strpbrk(id, "/?#%\\ "));
        }
        if (bk_space_id_ok(text, len)) {
            fuzz_assert(len && !strpbrk(text, "/?#%\\"));
        }
    }
    free(text);
}
