#include "bk_json_text.h"

#include <string.h>

#include "bk_json.h"
#include "bk_text.h"

#define FIRST_SIZE 512

/* Enlarge the buffer. Not inlined, so that room() costs a comparison only. */
static __attribute__((noinline)) void make_room(bk_json_text_t *text, apr_size_t size)
{
    char *data = apr_palloc(text->p, size);

    memcpy(data, text->data, text->len);
    text->data = data;
    text->size = size;
}

/* Where to write the next bytes, at most @a more of them. */
static inline char *room(bk_json_text_t *text, apr_size_t more)
{
    if (text->len + more > text->size) {
        make_room(text, 2 * (text->len + more));
    }
    return text->data + text->len;
}

/* Always inlined, because most lengths are constants, for which memcpy() is an instruction or two.
 */
static inline __attribute__((always_inline)) void put(bk_json_text_t *text, const char *bytes,
                                                      apr_size_t len)
{
    memcpy(room(text, len), bytes, len);
    text->len += len;
}

/* Whether no comma follows this byte: '{' or '[', which differ in one bit only. */
static inline int is_beginning(char before)
{
    return (before | 0x20) == '{';
}

/* Write a comma, unless the value follows its name, or is the first of its array or object. */
static void put_comma(bk_json_text_t *text)
{
    char *to = room(text, 1);

    if (!is_beginning(to[-1]) && to[-1] != ':') {
        *to = ',';
        text->len++;
    }
}

static void put_name(bk_json_text_t *text, const char *name)
{
    apr_size_t len;
    char *to;

    if (!name) {
        put_comma(text);
        return;
    }
    len = strlen(name);
    to = room(text, len + 4);
    if (!is_beginning(to[-1])) {
        *to++ = ',';
    }
    *to++ = '"';
    memcpy(to, name, len);
    memcpy(to + len, "\":", 2);
    text->len = (apr_size_t)(to + len + 2 - text->data);
}

/* Whether eight bytes are ASCII, and none needs an escape. What each is has to be looked at if not:
 * by the borrow of the subtractions one may look like another. */
static int is_plain_word(const char *bytes)
{
    const apr_uint64_t each = ~APR_UINT64_C(0) / 0xFF; /* 1 in each byte */
    apr_uint64_t word, quotes, backslashes;

    memcpy(&word, bytes, sizeof(word));
    quotes = word ^ each * '"';
    backslashes = word ^ each * '\\';
    return !(((word - each * 0x20) | (quotes - each) | (backslashes - each) | word) & each * 0x80);
}

/* The number of bytes that need no escape.
 * @param is_ascii  set to 0 if one is not ASCII: the caller then has to check for valid UTF-8 */
static apr_size_t plain(const char *value, apr_size_t len, int *is_ascii)
{
    const apr_size_t word = sizeof(apr_uint64_t);
    apr_size_t i = 0, end;

    while (i < len) {
        end = len - i < word ? len : i + word;
        if (end - i == word && is_plain_word(value + i)) {
            i = end;
        }
        for (; i < end; i++) {
            unsigned char c = (unsigned char)value[i];
            if (c < 0x20 || c == '"' || c == '\\') {
                return i;
            }
            *is_ascii &= c < 0x80;
        }
    }
    return len;
}

static void put_escaped(bk_json_text_t *text, char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char short_ones[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* pairs: character, its escape */
    const char *found;

    for (found = short_ones; *found; found += 2) {
        if (*found == c) {
            put(text, (char[]){'\\', found[1]}, 2);
            return;
        }
    }
    put(text, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
}

/* Write a string with its quotation marks. */
static void put_text(bk_json_text_t *text, const char *value)
{
    int is_ascii = 1;
    apr_size_t len = strlen(value), done = 0;

    put(text, "\"", 1);
    for (;;) {
        apr_size_t more = plain(value + done, len - done, &is_ascii);

        put(text, value + done, more);
        done += more;
        if (done == len) {
            break;
        }
        put_escaped(text, value[done++]);
    }
    put(text, "\"", 1);
    text->is_wrong |= !is_ascii && !bk_json_is_text(value, len);
}

void bk_json_text_begin(bk_json_text_t *text, apr_pool_t *p)
{
    text->p = p;
    text->data = apr_palloc(p, FIRST_SIZE);
    text->size = FIRST_SIZE;
    text->data[0] = '{';
    text->len = 1;
    text->is_wrong = 0;
}

void bk_json_text_object(bk_json_text_t *text, const char *name)
{
    put_name(text, name);
    put(text, "{", 1);
}

void bk_json_text_array(bk_json_text_t *text, const char *name)
{
    put_name(text, name);
    put(text, "[", 1);
}

void bk_json_text_object_end(bk_json_text_t *text)
{
    put(text, "}", 1);
}

void bk_json_text_array_end(bk_json_text_t *text)
{
    put(text, "]", 1);
}

void bk_json_text_key(bk_json_text_t *text, const char *name)
{
    put_comma(text);
    put_text(text, name);
    put(text, ":", 1);
}

void bk_json_text_string(bk_json_text_t *text, const char *name, const char *value)
{
    put_name(text, name);
    if (value) {
        put_text(text, value);
    }
    else {
        put(text, "null", 4);
    }
}

static void put_int(bk_json_text_t *text, apr_int64_t value)
{
    char digits[BK_TEXT_INT];
    const char *first = bk_text_of_int(value, digits);

    put(text, first, (apr_size_t)(digits + sizeof(digits) - 1 - first));
}

void bk_json_text_int(bk_json_text_t *text, const char *name, apr_int64_t value)
{
    put_name(text, name);
    put_int(text, value);
}

void bk_json_text_id(bk_json_text_t *text, const char *name, apr_int64_t value)
{
    put_name(text, name);
    put(text, "\"", 1);
    put_int(text, value);
    put(text, "\"", 1);
}

void bk_json_text_bool(bk_json_text_t *text, const char *name, int value)
{
    put_name(text, name);
    put(text, value ? "true" : "false", value ? 4 : 5);
}

void bk_json_text_instant(bk_json_text_t *text, const char *name, const bk_time_t *time)
{
    put_name(text, name);
    if (!time) {
        put(text, "null", 4);
        return;
    }
    put(text, "\"", 1);
    text->len += bk_time_write(time, room(text, BK_TIME_TEXT));
    put(text, "\"", 1);
}

void bk_json_text_raw(bk_json_text_t *text, const char *name, const char *json, apr_size_t len)
{
    put_name(text, name);
    put(text, json, len);
}

static void put_nested(bk_json_text_t *text, const bk_json_t *nested)
{
    apr_size_t i;

    for (i = 0; i < nested->count; i++) {
        if (nested->members[i].name) {
            bk_json_text_key(text, nested->members[i].name);
        }
        bk_json_text_value(text, NULL, &nested->members[i]);
    }
}

void bk_json_text_value(bk_json_text_t *text, const char *name, const bk_json_value_t *value)
{
    switch (value->kind) {
    case BK_JSON_TEXT:
        bk_json_text_string(text, name, value->text);
        break;
    case BK_JSON_INT:
        bk_json_text_int(text, name, value->number);
        break;
    case BK_JSON_BOOL:
        bk_json_text_bool(text, name, value->number != 0);
        break;
    case BK_JSON_OBJECT:
        bk_json_text_object(text, name);
        put_nested(text, value->nested);
        bk_json_text_object_end(text);
        break;
    case BK_JSON_ARRAY:
        bk_json_text_array(text, name);
        put_nested(text, value->nested);
        bk_json_text_array_end(text);
        break;
    default:
        bk_json_text_string(text, name, NULL);
    }
}

const char *bk_json_text_end(bk_json_text_t *text, apr_size_t *len)
{
    put(text, "}", 2);
    *len = text->len - 1;
    return text->is_wrong ? NULL : text->data;
}
