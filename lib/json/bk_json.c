#include "bk_json.h"

#include <string.h>

#include <apr_strings.h>
#include <jansson.h>

#include "bk_json_number.h"
#include "bk_text.h"

/* Whether a text nests deeper than BK_JSON_DEPTH. Jansson's own limit, 2048 levels, is fixed when
 * Jansson is built, so brackets are counted before it parses. Brackets inside a string do not
 * count. */
static int too_deep(const char *data, apr_size_t len)
{
    int depth = 0, in_text = 0;
    apr_size_t i;

    for (i = 0; i < len; i++) {
        char c = data[i];
        if (in_text) {
            if (c == '\\') {
                i++;
            }
            else if (c == '"') {
                in_text = 0;
            }
        }
        else if (c == '"') {
            in_text = 1;
        }
        else if (c == '{' || c == '[') {
            if (++depth > BK_JSON_DEPTH) {
                return 1;
            }
        }
        else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return 0;
}

static int is_limit(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
    case json_error_null_character:
    case json_error_null_byte_in_key:
    case json_error_invalid_utf8:
        return 1;
    default:
        return 0;
    }
}

/* The reason of a syntax error, in our own words: Jansson's messages name its functions and
 * options. */
static const char *reason_of(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return "a member name appears twice";
    case json_error_null_character:
        return "a text contains the character U+0000";
    case json_error_null_byte_in_key:
        return "a name contains the character U+0000";
    case json_error_invalid_utf8:
        return "not UTF-8";
    case json_error_premature_end_of_input:
        return "cut off";
    case json_error_end_of_input_expected:
        return "more than one object";
    case json_error_out_of_memory:
        return "no memory is left to read it";
    default:
        return "not JSON";
    }
}

static apr_status_t release(void *value)
{
    json_decref(value);
    return APR_SUCCESS;
}

static const bk_json_t *read_nested(const json_t *value, apr_pool_t *p);

static void read_value(bk_json_value_t *member, const json_t *value, apr_pool_t *p)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        member->kind = BK_JSON_TEXT;
        member->text = json_string_value(value);
        member->len = json_string_length(value);
        break;
    case JSON_INTEGER:
        member->kind = BK_JSON_INT;
        member->number = json_integer_value(value);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        member->kind = BK_JSON_BOOL;
        member->number = json_is_true(value);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        member->kind = json_is_array(value) ? BK_JSON_ARRAY : BK_JSON_OBJECT;
        member->nested = read_nested(value, p);
        break;
    case JSON_NULL:
        member->kind = BK_JSON_NULL;
        break;
    default:
        member->kind = BK_JSON_REAL;
    }
}

/* Convert a Jansson object or array, which lives as long as the pool. The recursion is at most
 * BK_JSON_DEPTH deep. */
static const bk_json_t *read_nested(const json_t *value, apr_pool_t *p)
{
    apr_size_t count = json_is_array(value) ? json_array_size(value) : json_object_size(value);
    bk_json_t *nested = apr_pcalloc(p, sizeof(*nested) + count * sizeof(nested->members[0]));
    const char *name;
    json_t *member;

    if (json_is_array(value)) {
        for (; nested->count < count; nested->count++) {
            read_value(&nested->members[nested->count], json_array_get(value, nested->count), p);
        }
        return nested;
    }
    json_object_foreach((json_t *)value, name, member)
    {
        nested->members[nested->count].name = name;
        read_value(&nested->members[nested->count++], member, p);
    }
    return nested;
}

static bk_json_result_t parse(const bk_json_t **object, const char *data, apr_size_t len,
                              const char **why, apr_pool_t *p)
{
    json_error_t error;
    json_t *value;
    char *tamed;

    if (too_deep(data, len)) {
        *why = apr_psprintf(p, "nested more than %d deep", BK_JSON_DEPTH);
        return BK_JSON_LIMIT;
    }
    tamed = apr_pstrmemdup(p, data, len);
    bk_json_number_tame(tamed, len);
    value = json_loadb(tamed, len, JSON_REJECT_DUPLICATES, &error);
    if (!value) {
        *why = apr_psprintf(p, "%s, at line %d, column %d", reason_of(&error), error.line,
                            error.column);
        return is_limit(&error) ? BK_JSON_LIMIT : BK_JSON_SYNTAX;
    }
    apr_pool_cleanup_register(p, value, release, apr_pool_cleanup_null);
    if (!json_is_object(value)) {
        *why = "not an object";
        return BK_JSON_SYNTAX;
    }
    *object = read_nested(value, p);
    return BK_JSON_PARSED;
}

bk_json_result_t bk_json_parse(const bk_json_t **object, const char *data, apr_size_t len,
                               const char **why, apr_pool_t *p)
{
    const bk_json_t *plain = bk_json_plain(data, len, p);

    if (!plain) {
        return parse(object, data, len, why, p);
    }
    *object = plain;
    return BK_JSON_PARSED;
}

static int is_ascii(const char *text, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len && !((unsigned char)text[i] & 0x80); i++) {
    }
    return i == len;
}

/* Most are ASCII, of which Jansson would make a copy to find that. */
int bk_json_is_text(const char *text, apr_size_t len)
{
    json_t *value;

    if (is_ascii(text, len)) {
        return 1;
    }
    value = json_stringn(text, len);
    json_decref(value);
    return value != NULL;
}

/* ---- members ------------------------------------------------------------------------------------
 */

const bk_json_value_t *bk_json_member(const bk_json_t *object, const char *name)
{
    apr_size_t i;

    for (i = 0; i < object->count; i++) {
        if (strcmp(object->members[i].name, name) == 0) {
            return &object->members[i];
        }
    }
    return NULL;
}

int bk_json_texts(const bk_json_value_t *array, const char *const **texts, int *count,
                  apr_pool_t *p)
{
    const char **list;
    apr_size_t i;

    if (!array || array->kind != BK_JSON_ARRAY) {
        return 0;
    }
    list = apr_palloc(p, (array->nested->count + 1) * sizeof(*list));
    for (i = 0; i < array->nested->count; i++) {
        if (array->nested->members[i].kind != BK_JSON_TEXT) {
            return 0;
        }
        list[i] = array->nested->members[i].text;
    }
    list[i] = NULL;
    *texts = list;
    *count = (int)i;
    return 1;
}

/* The member of a name; NULL if it is absent or null. */
static const bk_json_value_t *find(const bk_json_t *object, const char *name)
{
    apr_size_t i;

    for (i = 0; i < object->count; i++) {
        const bk_json_value_t *member = &object->members[i];
        if (strcmp(member->name, name) == 0) {
            return member->kind == BK_JSON_NULL ? NULL : member;
        }
    }
    return NULL;
}

bk_json_member_t bk_json_string(const bk_json_t *object, const char *name, const char **value,
                                apr_size_t *len)
{
    const bk_json_value_t *member = find(object, name);

    if (!member) {
        return BK_JSON_ABSENT;
    }
    if (member->kind != BK_JSON_TEXT) {
        return BK_JSON_WRONG;
    }
    *value = member->text;
    if (len) {
        *len = member->len;
    }
    return BK_JSON_OK;
}

bk_json_member_t bk_json_int(const bk_json_t *object, const char *name, apr_int64_t *value)
{
    const bk_json_value_t *member = find(object, name);

    if (!member) {
        return BK_JSON_ABSENT;
    }
    if (member->kind != BK_JSON_INT) {
        return BK_JSON_WRONG;
    }
    *value = member->number;
    return BK_JSON_OK;
}

bk_json_member_t bk_json_id(const bk_json_t *object, const char *name, apr_int64_t *value)
{
    const bk_json_value_t *member = find(object, name);

    if (member && member->kind == BK_JSON_TEXT) {
        return bk_text_int(member->text, value) ? BK_JSON_OK : BK_JSON_WRONG;
    }
    return bk_json_int(object, name, value);
}
