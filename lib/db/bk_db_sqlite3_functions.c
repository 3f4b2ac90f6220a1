#include "bk_db_sqlite3_functions.h"

#include <string.h>

/* A text as it lies there: sqlite3_value_text() would copy each, to put a NUL behind it.
 * @return NULL: it is NULL */
static const char *text_of(sqlite3_value *value, size_t *len)
{
    const char *text;

    if (sqlite3_value_type(value) == SQLITE_NULL) {
        return NULL;
    }
    text = sqlite3_value_blob(value);
    *len = (size_t)sqlite3_value_bytes(value);
    return text ? text : ""; /* of what is empty there is no address */
}

/* Characters of UTF-8: bytes that do not continue one. */
static int count_characters(const char *text, const char *end)
{
    int count = 0;

    for (; text < end; text++) {
        count += (*text & 0xC0) != 0x80;
    }
    return count;
}

static void find_position(sqlite3_context *context, int count, sqlite3_value **values)
{
    size_t len, part_len;
    const char *text = text_of(values[0], &len), *part = text_of(values[1], &part_len), *found;

    (void)count;
    if (!text || !part) {
        return; /* NULL */
    }
    found = memmem(text, len, part, part_len);
    sqlite3_result_int(context, found ? count_characters(text, found) + 1 : 0);
}

static void has_all(sqlite3_context *context, int count, sqlite3_value **values)
{
    size_t len, part_len;
    const char *text = count > 0 ? text_of(values[0], &len) : NULL;
    int i, found = 1;

    for (i = 1; i < count && text && found; i++) {
        const char *part = text_of(values[i], &part_len);

        found = !part || part_len == 0 || memmem(text, len, part, part_len);
        text = part ? text : NULL;
    }
    if (text) {
        sqlite3_result_int(context, found);
    }
}

int bk_db_sqlite3_functions_add(sqlite3 *connection)
{
    static const struct {
        const char *name;
        int arguments; /* -1: any number */
        void (*function)(sqlite3_context *context, int count, sqlite3_value **values);
    } rows[] = {{"strpos", 2, find_position}, {"has_all", -1, has_all}};
    unsigned int i;
    int rc = SQLITE_OK;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]) && rc == SQLITE_OK; i++) {
        rc = sqlite3_create_function_v2(connection, rows[i].name, rows[i].arguments,
                                        SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, rows[i].function,
                                        NULL, NULL, NULL);
    }
    return rc;
}
