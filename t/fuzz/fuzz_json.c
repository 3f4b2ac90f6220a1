/* JSON that was sent, and JSON that is answered: what was read can be written, and is read as it
 * was. */
#include "fuzz.h"

#include <jansson.h>

#include "bk_json.h"
#include "bk_json_text.h"

/* A number whose value nobody kept is written as null. */
static int is_null(const bk_json_value_t *value)
{
    return value->kind == BK_JSON_NULL || value->kind == BK_JSON_REAL;
}

static void compare(const bk_json_t *one, const bk_json_t *other);

static void compare_value(const bk_json_value_t *one, const bk_json_value_t *other)
{
    if (is_null(one)) {
        fuzz_assert(is_null(other));
        return;
    }
    fuzz_assert(one->kind == other->kind);
    switch (one->kind) {
    case BK_JSON_TEXT:
        fuzz_assert(one->len == other->len && memcmp(one->text, other->text, one->len) == 0);
        break;
    case BK_JSON_INT:
    case BK_JSON_BOOL:
        fuzz_assert(one->number == other->number);
        break;
    default:
        compare(one->nested, other->nested);
    }
}

static void compare(const bk_json_t *one, const bk_json_t *other)
{
    apr_size_t i;

    fuzz_assert(one->count == other->count);
    for (i = 0; i < one->count; i++) {
        const char *name = one->members[i].name;

        fuzz_assert(!name == !other->members[i].name);
        fuzz_assert(!name || strcmp(name, other->members[i].name) == 0);
        compare_value(&one->members[i], &other->members[i]);
    }
}

static void write_and_read(const bk_json_t *object, apr_pool_t *p)
{
    const bk_json_t *read;
    bk_json_text_t text;
    const char *written, *why;
    apr_size_t i, len;

    bk_json_text_begin(&text, p);
    for (i = 0; i < object->count; i++) {
        bk_json_text_key(&text, object->members[i].name);
        bk_json_text_value(&text, NULL, &object->members[i]);
    }
    written = bk_json_text_end(&text, &len);
    fuzz_assert(written && strlen(written) == len);
    fuzz_assert(bk_json_parse(&read, written, len, &why, p) == BK_JSON_PARSED);
    compare(object, read);
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
