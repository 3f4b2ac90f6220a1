#include "bk_json.h"

#include <apr_strings.h>

#include "bk_text.h"

static apr_status_t release(void *value)
{
    json_decref(value);
    return APR_SUCCESS;
}

json_t *bk_json_own(json_t *value, apr_pool_t *p)
{
    if (value) {
        apr_pool_cleanup_register(p, value, release, apr_pool_cleanup_null);
    }
    return value;
}

/* Jansson's own bound is 2048 levels, and fixed when it is built: brackets are counted before it
 * sees them. Those inside a text are not brackets. */
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
    case json_error_numeric_overflow:
    case json_error_invalid_utf8:
        return 1;
    default:
        return 0;
    }
}

bk_json_result_t bk_json_parse(json_t **object, const char *data, apr_size_t len, const char **why,
                               apr_pool_t *p)
{
    json_error_t error;
    json_t *value;

    if (too_deep(data, len)) {
        *why = apr_psprintf(p, "nested more than %d deep", BK_JSON_DEPTH);
        return BK_JSON_LIMIT;
    }
    value = json_loadb(data, len, JSON_REJECT_DUPLICATES, &error);
    if (!value) {
        *why = apr_psprintf(p, "%s at line %d, column %d", error.text, error.line, error.column);
        return is_limit(&error) ? BK_JSON_LIMIT : BK_JSON_SYNTAX;
    }
    bk_json_own(value, p);
    if (!json_is_object(value)) {
        *why = "not an object";
        return BK_JSON_SYNTAX;
    }
    *object = value;
    return BK_JSON_PARSED;
}

int bk_json_is_text(const char *text, apr_size_t len)
{
    json_t *value = json_stringn(text, len);

    json_decref(value);
    return value != NULL;
}

bk_json_member_t bk_json_string(const json_t *object, const char *name, const char **value,
                                apr_size_t *len)
{
    const json_t *member = json_object_get(object, name);

    if (!member || json_is_null(member)) {
        return BK_JSON_ABSENT;
    }
    if (!json_is_string(member)) {
        return BK_JSON_WRONG;
    }
    *value = json_string_value(member);
    if (len) {
        *len = json_string_length(member);
    }
    return BK_JSON_OK;
}

bk_json_member_t bk_json_int(const json_t *object, const char *name, apr_int64_t *value)
{
    const json_t *member = json_object_get(object, name);

    if (!member || json_is_null(member)) {
        return BK_JSON_ABSENT;
    }
    if (!json_is_integer(member)) {
        return BK_JSON_WRONG;
    }
    *value = json_integer_value(member);
    return BK_JSON_OK;
}

bk_json_member_t bk_json_id(const json_t *object, const char *name, apr_int64_t *value)
{
    const json_t *member = json_object_get(object, name);

    if (json_is_string(member)) {
        return bk_text_int(json_string_value(member), value) ? BK_JSON_OK : BK_JSON_WRONG;
    }
    return bk_json_int(object, name, value);
}
