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
    size_t len, list_len, part_len;
    const char *text = text_of(values[0], &len), *list = text_of(values[1], &list_len), *end;
    int found = 1;

    (void)count;
    if (!text || !list) {
        return; /* NULL */
    }
    for (; list_len > 0 && found; list += part_len, list_len -= part_len) {
        end = memchr(list, '\n', list_len);
        part_len = end ? (size_t)(end - list) : list_len;
        found = part_len == 0 || memmem(text, len, list, part_len) != NULL;
        part_len += end ? 1 : 0;
    }
    sqlite3_result_int(context, found);
}

/* SQLite leaves this code to functions: nothing else has it. */
static void refuse(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    sqlite3_result_error_code(context, SQLITE_CONSTRAINT_FUNCTION);
}

int bk_db_sqlite3_functions_add(sqlite3 *connection)
{
    /* What is deterministic SQLite may call before it needs the result. */
    static const struct {
        const char *name;
        int arguments;
        int flags;
        void (*function)(sqlite3_context *context, int count, sqlite3_value **values);
    } rows[] = {{"strpos", 2, SQLITE_DETERMINISTIC, find_position},
                {"has_all", 2, SQLITE_DETERMINISTIC, has_all},
                {"refuse", 0, 0, refuse}};
    unsigned int i;
    int rc = SQLITE_OK;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]) && rc == SQLITE_OK; i++) {
        rc = sqlite3_create_function_v2(connection, rows[i].name, rows[i].arguments,
                                        SQLITE_UTF8 | rows[i].flags, NULL, rows[i].function, NULL,
                                        NULL, NULL);
    }
    return rc;
}
