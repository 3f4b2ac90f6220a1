#include "bk_json_plain.h"

#include <string.h>

#include <apr_strings.h>

#define DIGITS 18 /* every number of so many digits fits into 64 bits */

/* The cursor moves over a copy of the text, in which a NUL is written behind each string; the NUL
 * at the end of the copy ends every loop. Each of these functions returns 0 if the text is not
 * plain. */

/* Written out because there is mostly no white space, and calling strspn() would take longer than
 * all of the other work. */
static inline void skip_space(char **cursor)
{
    while (**cursor == ' ' || **cursor == '\t' || **cursor == '\r' || **cursor == '\n') {
        (*cursor)++;
    }
}

static int skip_char(char **cursor, char wanted)
{
    if (**cursor != wanted) {
        return 0;
    }
    (*cursor)++;
    return 1;
}

static int read_text(char **cursor, const char **text, apr_size_t *len)
{
    char *start = *cursor + 1, *end = start;

    if (!skip_char(cursor, '"')) {
        return 0;
    }
    while (*end >= ' ' && *end <= '~' && *end != '"' && *end != '\\') {
        end++;
    }
    if (*end != '"') {
        return 0;
    }
    *end = '\0';
    *text = start;
    *len = (apr_size_t)(end - start);
    *cursor = end + 1;
    return 1;
}

/* Read the digits of an integer. The caller checks what follows: in 1.5 it is no comma. */
static int read_int(char **cursor, apr_int64_t *number)
{
    int is_negative = skip_char(cursor, '-');
    const char *start = *cursor;
    apr_size_t digits;

    for (*number = 0; **cursor >= '0' && **cursor <= '9' && *cursor - start < DIGITS; (*cursor)++) {
        *number = *number * 10 + (**cursor - '0');
    }
    digits = (apr_size_t)(*cursor - start);
    if (digits == 0 || (*start == '0' && (digits > 1 || is_negative))) {
        return 0;
    }
    *number = is_negative ? -*number : *number;
    return 1;
}

static int read_word(char **cursor, bk_json_value_t *value)
{
    static const struct {
        const char *word;
        size_t len;
        bk_json_kind_t kind;
        int number;
    } words[] = {
        {"null", 4, BK_JSON_NULL, 0}, {"true", 4, BK_JSON_BOOL, 1}, {"false", 5, BK_JSON_BOOL, 0}};
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strncmp(*cursor, words[i].word, words[i].len) == 0) {
            *cursor += words[i].len;
            value->kind = words[i].kind;
            value->number = words[i].number;
            return 1;
        }
    }
    return 0;
}

static int read_value(char **cursor, bk_json_value_t *value)
{
    if (**cursor == '"') {
        value->kind = BK_JSON_TEXT;
        return read_text(cursor, &value->text, &value->len);
    }
    if (**cursor == '-' || (**cursor >= '0' && **cursor <= '9')) {
        value->kind = BK_JSON_INT;
        return read_int(cursor, &value->number);
    }
    return read_word(cursor, value);
}

static int is_repeated(const bk_json_t *object, const char *name)
{
    apr_size_t i;

    for (i = 0; i < object->count; i++) {
        if (strcmp(object->members[i].name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int read_member(char **cursor, bk_json_t *object)
{
    bk_json_value_t *member = &object->members[object->count];
    apr_size_t len;

    skip_space(cursor);
    if (object->count == BK_JSON_PLAIN_MEMBERS || !read_text(cursor, &member->name, &len) ||
        is_repeated(object, member->name)) {
        return 0;
    }
    skip_space(cursor);
    if (!skip_char(cursor, ':')) {
        return 0;
    }
    skip_space(cursor);
    if (!read_value(cursor, member)) {
        return 0;
    }
    object->count++;
    skip_space(cursor);
    return 1;
}

static int read_members(char **cursor, bk_json_t *object)
{
    skip_space(cursor);
    if (skip_char(cursor, '}')) {
        return 1;
    }
    do {
        if (!read_member(cursor, object)) {
            return 0;
        }
    } while (skip_char(cursor, ','));
    return skip_char(cursor, '}');
}

bk_json_t *bk_json_plain(const char *data, apr_size_t len, apr_pool_t *p)
{
    bk_json_t *object =
        apr_palloc(p, sizeof(*object) + BK_JSON_PLAIN_MEMBERS * sizeof(object->members[0]));
    char *copy = apr_pstrmemdup(p, data, len), *cursor = copy;

    object->count = 0;
    skip_space(&cursor);
    if (!skip_char(&cursor, '{') || !read_members(&cursor, object)) {
        return NULL;
    }
    skip_space(&cursor);
    return cursor == copy + len ? object : NULL;
}
