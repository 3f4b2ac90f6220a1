/* The cursor parameter of a list: only what was made here is taken, and it says what went in. */
#include "fuzz.h"

#include <apr_strings.h>

#include "bk_cursor.h"

static const bk_hash_key_t key = {1, 2};

static void check_made(const char *const *made, int count, const char *filter, apr_pool_t *p)
{
    const char *cursor = bk_cursor_make(&key, filter, made, count, p);
    const char *values[BK_CURSOR_VALUES];
    apr_size_t len = 0;
    int i;

    for (i = 0; i < count; i++) {
        len += strlen(made[i]) + 1;
    }
    fuzz_assert(!cursor == (len > BK_CURSOR_POSITION));
    if (!cursor) {
        return;
    }
    fuzz_assert(bk_cursor_read(&key, filter, cursor, values, count, p) == BK_CURSOR_OK);
    for (i = 0; i < count; i++) {
        fuzz_assert(strcmp(values[i], made[i]) == 0);
    }
    fuzz_assert(bk_cursor_read(&key, apr_pstrcat(p, filter, "x", NULL), cursor, values, count, p) ==
                BK_CURSOR_OTHER_LIST);
}

/* The bytes as a cursor, and as values of one, by lines; the first line is the filter. */
static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *text = fuzz_text(data, size), *line;
    const char *values[BK_CURSOR_VALUES];
    int count = 0;

    fuzz_assert(bk_cursor_read(&key, "filter", text, values, 1, p) == BK_CURSOR_INVALID);
    for (line = text; count < BK_CURSOR_VALUES; count++) {
        values[count] = line;
        line = strchr(line, '\n');
        if (!line) {
            count++;
            break;
        }
        *line++ = '\0';
    }
    check_made(values, count, text, p);
    free(text);
}
