/* The Idempotency-Key header: what was read, quoted, is read as the same key. */
#include "fuzz.h"

#include "bk_idempotency_key.h"

static char *quote(const char *key)
{
    char *quoted = malloc(2 * strlen(key) + 3), *to = quoted;

    fuzz_assert(quoted);
    *to++ = '"';
    for (; *key; key++) {
        if (*key == '"' || *key == '\\') {
            *to++ = '\\';
        }
        *to++ = *key;
    }
    *to++ = '"';
    *to = '\0';
    return quoted;
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *header = fuzz_text(data, size), *quoted;
    const char *key, *again, *c;

    if (bk_idempotency_key_read(header, &key, p) == BK_IDEMPOTENCY_KEY_OK) {
        fuzz_assert(*key && strlen(key) <= BK_IDEMPOTENCY_KEY_MOST);
        for (c = key; *c; c++) {
            fuzz_assert(*c >= ' ' && *c <= '~');
        }
        quoted = quote(key);
        fuzz_assert(bk_idempotency_key_read(quoted, &again, p) == BK_IDEMPOTENCY_KEY_OK);
        fuzz_assert(strcmp(key, again) == 0);
        free(quoted);
    }
    free(header);
}
