#include "booking_v1_people.h"

#include <apr_strings.h>

#include "bk_json_alone.h"
#include "booking_people.h"

/* Whether a participant is a user. */
static int find_user(const bk_json_value_t *participant, apr_int64_t *id)
{
    return participant->kind == BK_JSON_OBJECT &&
           bk_json_id(participant->nested, "user", id) == BK_JSON_OK;
}

static void add(apr_array_header_t *ids, apr_int64_t id)
{
    APR_ARRAY_PUSH(ids, apr_int64_t) = id;
}

void booking_v1_people_add(apr_array_header_t *ids, const booking_v1_t *row,
                           const booking_v1_view_t *view, apr_pool_t *p)
{
    const bk_json_t *list;
    apr_int64_t id;
    apr_size_t i;

    if (!view->is_seen || view->detail < BK_DETAIL_OWNER) {
        return;
    }
    add(ids, row->user_id);
    if (view->detail < BK_DETAIL_FULL) {
        return;
    }
    add(ids, row->created_by);
    list = bk_json_alone_read(row->participants, p);
    for (i = 0; list && i < list->count; i++) {
        if (find_user(&list->members[i], &id)) {
            add(ids, id);
        }
    }
}

void booking_v1_people_learn(bk_request_t *request, const booking_v1_t *row,
                             const booking_v1_view_t *view)
{
    apr_array_header_t *ids = apr_array_make(request->r->pool, 4, sizeof(apr_int64_t));

    booking_v1_people_add(ids, row, view, request->r->pool);
    (void)booking_people_learn(request, (const apr_int64_t *)ids->elts, ids->nelts);
}

/* ---- participants -------------------------------------------------------------------------------
 */

static void write_text(bk_json_text_t *text, const bk_json_t *participant, const char *name)
{
    const char *value;

    if (bk_json_string(participant, name, &value, NULL) == BK_JSON_OK) {
        bk_json_text_string(text, name, value);
    }
}

/* Of a user the name that the user service knows, and no other. */
static void write_name(bk_json_text_t *text, const bk_request_t *request,
                       const bk_json_value_t *participant)
{
    apr_int64_t id;

    if (find_user(participant, &id)) {
        bk_json_text_string(text, "name", booking_people_name(request, id));
    }
    else {
        write_text(text, participant->nested, "name");
    }
}

static void write_one(bk_json_text_t *text, const bk_request_t *request,
                      const bk_json_value_t *participant)
{
    if (participant->kind == BK_JSON_OBJECT) {
        bk_json_text_object(text, NULL);
        write_text(text, participant->nested, "user");
        write_text(text, participant->nested, "email");
        write_name(text, request, participant);
        bk_json_text_object_end(text);
    }
}

void booking_v1_people_participants(bk_json_text_t *text, const char *name,
                                    const bk_request_t *request, const char *json)
{
    const bk_json_t *list = bk_json_alone_read(json, text->p);
    apr_size_t i;

    bk_json_text_array(text, name);
    for (i = 0; list && i < list->count; i++) {
        write_one(text, request, &list->members[i]);
    }
    bk_json_text_array_end(text);
}

const char *booking_v1_people_participants_alone(const bk_request_t *request, const char *json,
                                                 apr_pool_t *p)
{
    bk_json_text_t text;

    if (!json) {
        return NULL;
    }
    bk_json_alone_begin(&text, p);
    booking_v1_people_participants(&text, NULL, request, json);
    return bk_json_alone_end(&text);
}
