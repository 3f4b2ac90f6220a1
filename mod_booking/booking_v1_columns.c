#include "booking_v1_columns.h"

#include <string.h>

#include "bk_json_alone.h"

static int is_named(const bk_input_field_t *field, const char *key)
{
    apr_size_t i;

    for (i = 0; i < field->count; i++) {
        if (strcmp(field->values[i].key, key) == 0) {
            return 1;
        }
    }
    return 0;
}

static void write_entry(bk_json_text_t *text, const char *key, const char *value, apr_size_t *count)
{
    bk_json_text_key(text, key);
    bk_json_text_string(text, NULL, value);
    (*count)++;
}

const char *booking_v1_columns_merge(const char *json, const bk_input_field_t *field,
                                     apr_size_t *count, apr_pool_t *p)
{
    const bk_json_t *old = field->state == BK_INPUT_GIVEN ? bk_json_alone_read(json, p) : NULL;
    bk_json_text_t text;
    const char *written;
    apr_size_t i;

    *count = 0;
    bk_json_alone_begin(&text, p);
    bk_json_text_object(&text, NULL);
    for (i = 0; old && i < old->count; i++) {
        if (old->members[i].kind == BK_JSON_TEXT && !is_named(field, old->members[i].name)) {
            write_entry(&text, old->members[i].name, old->members[i].text, count);
        }
    }
    for (i = 0; i < field->count; i++) {
        if (!field->values[i].is_null) {
            write_entry(&text, field->values[i].key, field->values[i].text, count);
        }
    }
    bk_json_text_object_end(&text);
    written = bk_json_alone_end(&text);
    return *count ? written : NULL;
}

static void write_given(bk_json_text_t *text, const bk_input_t *one, const char *name)
{
    const char *value = bk_input_text(one, name, NULL);

    if (value) {
        bk_json_text_key(text, name);
        bk_json_text_string(text, NULL, value);
    }
}

const char *booking_v1_columns_participants(const bk_input_field_t *field, apr_pool_t *p)
{
    bk_json_text_t text;
    apr_size_t i;

    if (!field->count) {
        return NULL;
    }
    bk_json_alone_begin(&text, p);
    bk_json_text_array(&text, NULL);
    for (i = 0; i < field->count; i++) {
        const bk_input_t *one = field->values[i].object;

        bk_json_text_object(&text, NULL);
        write_given(&text, one, "user");
        write_given(&text, one, "email");
        if (!bk_input_text(one, "user", NULL)) {
            write_given(&text, one, "name");
        }
        bk_json_text_object_end(&text);
    }
    bk_json_text_array_end(&text);
    return bk_json_alone_end(&text);
}

const bk_policy_answer_t *booking_v1_columns_answers(const char *json, int *count, apr_pool_t *p)
{
    const bk_json_t *object = bk_json_alone_read(json, p);
    bk_policy_answer_t *answers;
    apr_size_t i;

    *count = 0;
    if (!object) {
        return NULL;
    }
    answers = apr_palloc(p, (object->count + 1) * sizeof(*answers));
    for (i = 0; i < object->count; i++) {
        if (object->members[i].kind == BK_JSON_TEXT) {
            answers[(*count)++] =
                (bk_policy_answer_t){object->members[i].name, object->members[i].text};
        }
    }
    return answers;
}
