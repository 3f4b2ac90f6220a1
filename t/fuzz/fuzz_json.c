/* JSON that was sent, and JSON that is answered: what was read can be written, and is read as it
 * was. */
#include "fuzz.h"

#include <jansson.h>

#include "bk_json.h"
#include "bk_json_text.h"

static void write_member(bk_json_text_t *text, const bk_json_value_t *member, const char *name)
{
    switch (member->kind) {
    case BK_JSON_TEXT:
        bk_json_text_string(text, name, member->text);
        break;
    case BK_JSON_INT:
        bk_json_text_int(text, name, member->number);
        break;
    default:
        bk_json_text_string(text, name, NULL);
    }
}

static void compare(const bk_json_value_t *member, const bk_json_t *read, const char *name)
{
    const char *found;
    apr_int64_t number;
    apr_size_t len;

    switch (member->kind) {
    case BK_JSON_TEXT:
        fuzz_assert(bk_json_string(read, name, &found, &len) == BK_JSON_OK);
        fuzz_assert(len == member->len && memcmp(found, member->text, len) == 0);
        break;
    case BK_JSON_INT:
        fuzz_assert(bk_json_int(read, name, &number) == BK_JSON_OK && number == member->number);
        break;
    default:
        fuzz_assert(bk_json_string(read, name, &found, NULL) == BK_JSON_ABSENT);
    }
}

/* Names are literals where answers are written: here they are the member's place. */
static void write_and_read(const bk_json_t *object, apr_pool_t *p)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    const bk_json_t *read;
    bk_json_text_t text;
    const char *written, *why;
    apr_size_t i, len;

    bk_json_text_begin(&text, p);
    for (i = 0; i < object->count && i < FUZZ_ROWS(names); i++) {
        write_member(&text, &object->members[i], names[i]);
    }
    written = bk_json_text_end(&text, &len);
    fuzz_assert(written && strlen(written) == len);
    fuzz_assert(bk_json_parse(&read, written, len, &why, p) == BK_JSON_PARSED);
    for (i = 0; i < object->count && i < FUZZ_ROWS(names); i++) {
        compare(&object->members[i], read, names[i]);
    }
}

/* What the reader of plain objects takes, Jansson takes too, and sees as many members. */
static void check_plain(const char *data, size_t size, apr_pool_t *p)
{
    const bk_json_t *plain = bk_json_plain(data, size, p);
    json_t *value;

    if (plain) {
        value = json_loadb(data, size, JSON_REJECT_DUPLICATES, NULL);
        fuzz_assert(json_is_object(value) && json_object_size(value) == plain->count);
        json_decref(value);
    }
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    const bk_json_t *object;
    const char *why = NULL;
    char *copy = malloc(size ? size : 1);

    fuzz_assert(copy);
    memcpy(copy, data, size);
    check_plain(copy, size, p);
    if (bk_json_parse(&object, copy, size, &why, p) == BK_JSON_PARSED) {
        write_and_read(object, p);
    }
    else {
        fuzz_assert(why && *why && bk_json_is_text(why, strlen(why)));
    }
    free(copy);
}
