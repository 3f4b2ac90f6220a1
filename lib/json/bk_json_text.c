#include "bk_json_text.h"

#include <string.h>

#include "bk_json.h"
#include "bk_text.h"

#define FIRST_SIZE 512

/* Where the next bytes go, so many at most. */
static char *room(bk_json_text_t *text, apr_size_t more)
{
    if (text->len + more > text->size) {
        apr_size_t size = 2 * (text->len + more);
        char *data = apr_palloc(text->p, size);

        memcpy(data, text->data, text->len);
        text->data = data;
        text->size = size;
    }
    return text->data + text->len;
}

static void put(bk_json_text_t *text, const char *bytes, apr_size_t len)
{
    memcpy(room(text, len), bytes, len);
    text->len += len;
}

static void put_name(bk_json_text_t *text, const char *name)
{
    apr_size_t len = strlen(name);
    char *to = room(text, len + 4);

    if (text->len > 1) {
        *to++ = ',';
    }
    *to++ = '"';
    memcpy(to, name, len);
    memcpy(to + len, "\":", 2);
    text->len = (apr_size_t)(to + len + 2 - text->data);
}

/* How many of the next bytes stand for themselves; of bytes above ASCII nothing is known here. */
static apr_size_t plain(const char *value, int *is_ascii)
{
    apr_size_t len = 0;

    for (;; len++) {
        unsigned char c = (unsigned char)value[len];
        if (c < 0x20 || c == '"' || c == '\\') {
            return len;
        }
        *is_ascii &= c < 0x80;
    }
}

static void put_escaped(bk_json_text_t *text, char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char short_ones[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* what it is, how it is written */
    const char *found;

    for (found = short_ones; *found; found += 2) {
        if (*found == c) {
            put(text, (char[]){'\\', found[1]}, 2);
            return;
        }
    }
    put(text, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
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

void bk_json_text_string(bk_json_text_t *text, const char *name, const char *value)
{
    int is_ascii = 1;
    const char *rest = value;

    put_name(text, name);
    if (!value) {
        put(text, "null", 4);
        return;
    }
    put(text, "\"", 1);
    for (;;) {
        apr_size_t len = plain(rest, &is_ascii);

        put(text, rest, len);
        rest += len;
        if (!*rest) {
            break;
        }
        put_escaped(text, *rest++);
    }
    put(text, "\"", 1);
    text->is_wrong |= !is_ascii && !bk_json_is_text(value, (apr_size_t)(rest - value));
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

const char *bk_json_text_end(bk_json_text_t *text, apr_size_t *len)
{
    put(text, "}", 2);
    *len = text->len - 1;
    return text->is_wrong ? NULL : text->data;
}
