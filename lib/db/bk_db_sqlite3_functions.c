#include "bk_db_sqlite3_functions.h"

#include <string.h>

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
    const char *text = (const char *)sqlite3_value_text(values[0]);
    const char *part = (const char *)sqlite3_value_text(values[1]);
    const char *found;

    (void)count;
    if (!text || !part) {
        return; /* NULL */
    }
    found = memmem(text, (size_t)sqlite3_value_bytes(values[0]), part,
                   (size_t)sqlite3_value_bytes(values[1]));
    sqlite3_result_int(context, found ? count_characters(text, found) + 1 : 0);
}

int bk_db_sqlite3_functions_add(sqlite3 *connection)
{
    return sqlite3_create_function_v2(connection, "strpos", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                      NULL, find_position, NULL, NULL, NULL);
}
