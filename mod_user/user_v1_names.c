#include "user_v1_names.h"

#include <apr_strings.h>

#include "bk_list.h"
#include "bk_representation.h"
#include "bk_text.h"

const bk_input_row_t user_v1_names_query[] = {
    {.name = "id", .kind = BK_INPUT_ID, .flags = BK_INPUT_REPEATED, .most = BK_LIST_MOST}, {NULL}};

/* The ids as a JSON array. What is no number is nobody's id. */
static const char *ids_of(const bk_input_field_t *field, apr_pool_t *p)
{
    apr_array_header_t *parts = apr_array_make(p, (int)field->count + 1, sizeof(const char *));
    apr_size_t i;
    apr_int64_t id;

    for (i = 0; i < field->count; i++) {
        if (bk_text_id(field->values[i].text, &id)) {
            APR_ARRAY_PUSH(parts, const char *) = field->values[i].text;
        }
    }
    return apr_pstrcat(p, "[", apr_array_pstrcat(p, parts, ','), "]", NULL);
}

static apr_status_t write_name(void *baton, apr_int64_t id, const char *name)
{
    bk_json_text_t *text = baton;

    bk_json_text_object(text, NULL);
    bk_json_text_id(text, "id", id);
    bk_json_text_string(text, "name", name);
    bk_json_text_object_end(text);
    return APR_SUCCESS;
}

int user_v1_names_list(bk_request_t *request)
{
    apr_pool_t *p = request->r->pool;
    const user_people_verbs_t *verbs = user_people_verbs(request);
    bk_json_text_t text;
    const char *body;
    apr_size_t len;
    apr_status_t rv;

    bk_json_text_begin(&text, p);
    bk_json_text_array(&text, "items");
    rv = verbs->names(request->handle, ids_of(bk_input_field(request->query, "id"), p), write_name,
                      &text, p);
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_json_text_array_end(&text);
    body = bk_json_text_end(&text, &len);
    return bk_representation_answer_weak(request, body, len);
}
