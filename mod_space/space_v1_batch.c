#include "space_v1_batch.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_body.h"
#include "bk_json_input.h"
#include "bk_time.h"
#include "space_private.h"
#include "space_v1_csv.h"
#include "space_v1_input.h"
#include "space_v1_one.h"
#include "space_v1_refusal.h"
#include "space_v1_who.h"

/* ---- reading ------------------------------------------------------------------------------------
 */

static int has_type(const bk_request_t *request, const char *wanted)
{
    const char *type = apr_table_get(request->r->headers_in, "Content-Type");
    apr_size_t len = type ? strcspn(type, "; \t") : 0;

    return len == strlen(wanted) && strncasecmp(type, wanted, len) == 0;
}

static void add_fault(bk_faults_t *faults, const char *member, const char *code, const char *what)
{
    bk_fault_pointer_t where = {NULL, member, 0};

    bk_fault_add(faults, &where, code, "%s", what);
}

/* The items of {"items":[{…},…]}, each of which is read by itself. */
static const bk_json_t *items_of(const bk_json_t *body, bk_faults_t *faults)
{
    const bk_json_value_t *items = bk_json_member(body, "items");
    apr_size_t i;

    for (i = 0; i < body->count; i++) {
        if (strcmp(body->members[i].name, "items") != 0) {
            add_fault(faults, body->members[i].name, BK_FAULT_UNKNOWN_MEMBER,
                      "is not a known member");
        }
    }
    if (!items) {
        add_fault(faults, "items", BK_FAULT_MISSING_MEMBER, "is required");
        return NULL;
    }
    if (items->kind != BK_JSON_ARRAY) {
        add_fault(faults, "items", BK_FAULT_BAD_MEMBER, "must be an array");
        return NULL;
    }
    if (items->nested->count < 1 || items->nested->count > SPACE_V1_BATCH_MOST) {
        add_fault(faults, "items", BK_FAULT_BAD_VALUE, "must be from 1 to 200");
    }
    return items->nested;
}

/* @return BK_CONTINUE, with the items; else the request's result */
static int read_items(bk_request_t *request, const bk_json_t **items)
{
    apr_pool_t *p = request->r->pool;
    const char *data;
    apr_size_t len;
    bk_faults_t faults;
    int is_csv = has_type(request, "text/csv"), result;

    if (!is_csv && !has_type(request, "application/json")) {
        return bk_answer_problem(request, &bk_problem_unsupported_media_type,
                                 "A batch must be application/json or text/csv");
    }
    result = bk_body_bytes(request, &data, &len);
    if (result == BK_CONTINUE && !is_csv) {
        result = bk_body_parse(request, &bk_error_json, data, len);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    bk_fault_none(&faults, p);
    if (is_csv) {
        (void)space_v1_csv_read(items, data, len, &faults, p);
    }
    else {
        *items = items_of(request->body, &faults);
    }
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}

/* ---- making -------------------------------------------------------------------------------------
 */

typedef struct batch_t {
    bk_request_t *request;
    bk_json_text_t text;
    apr_int64_t now;
    apr_int64_t created;      /* how many */
    const bk_problem_t *away; /* the store failed, and is not asked again: of all further items */
} batch_t;

/* Read one item. @return 0: a fault was added */
static int read_item(const batch_t *batch, const bk_json_value_t *item, space_v1_t *space,
                     bk_faults_t *faults)
{
    apr_pool_t *p = batch->request->r->pool;
    const bk_input_t *input;

    if (item->kind != BK_JSON_OBJECT) {
        bk_fault_add(faults, NULL, BK_FAULT_BAD_MEMBER, "must be an object");
        return 0;
    }
    input = bk_json_input_read(space_v1_input_new, item->nested, BK_JSON_INPUT_WHOLE, faults, p);
    if (bk_fault_count(faults) == 0) {
        space_v1_input_make(space, input, batch->now, faults, p);
    }
    return bk_fault_count(faults) == 0;
}

/* The store failed. What comes after this item is not tried, and so not done.
 * @return the problem of this item */
static const bk_problem_t *give_up(batch_t *batch, apr_status_t rv)
{
    bk_store_log_failure(batch->request, rv);
    batch->away = APR_STATUS_IS_ENOSPC(rv) ? &bk_problem_capacity : &bk_problem_unavailable;
    return rv == BK_DB_UNKNOWN ? &bk_problem_outcome_unknown : batch->away;
}

/* Make the space. @return NULL, or why not */
static const bk_problem_t *make_space(batch_t *batch, const space_v1_t *space, bk_faults_t *faults)
{
    bk_request_t *request = batch->request;
    const bk_problem_t *problem;
    apr_status_t rv;

    if (!space_v1_who_has_token_for(request, space->id)) {
        return &bk_problem_forbidden;
    }
    if (batch->away) {
        return batch->away;
    }
    rv = space_v1_verbs(request)->insert(request->handle, space);
    space_v1_one_forget(request, space->id);
    if (rv == APR_SUCCESS) {
        return NULL;
    }
    problem = space_v1_refusal(rv, faults);
    return problem ? problem : give_up(batch, rv);
}

/* {"id","status","version"}, or {"id","status","problem"} */
static void write_result(batch_t *batch, const char *id, const bk_problem_t *problem,
                         const bk_faults_t *faults)
{
    const bk_problem_about_t about = {.faults = faults};

    bk_json_text_object(&batch->text, NULL);
    bk_json_text_string(&batch->text, "id", id);
    bk_json_text_int(&batch->text, "status", problem ? problem->status : HTTP_CREATED);
    if (problem) {
        apr_size_t len;
        const char *body = bk_problem_body(problem, &about, &len, batch->request->r->pool);

        bk_json_text_raw(&batch->text, "problem", body, len);
    }
    else {
        bk_json_text_int(&batch->text, "version", 1);
    }
    bk_json_text_object_end(&batch->text);
}

static const char *id_sent(const bk_json_value_t *item)
{
    const char *id;

    return item->kind == BK_JSON_OBJECT &&
                   bk_json_string(item->nested, "id", &id, NULL) == BK_JSON_OK
               ? id
               : NULL;
}

static void add_item(batch_t *batch, const bk_json_value_t *item)
{
    bk_request_t *request = batch->request;
    const bk_problem_t *problem;
    bk_faults_t faults;
    space_v1_t space;

    bk_fault_none(&faults, request->r->pool);
    if (!read_item(batch, item, &space, &faults)) {
        write_result(batch, id_sent(item), bk_problem_of_faults(&faults), &faults);
        return;
    }
    problem = make_space(batch, &space, &faults);
    if (!problem) {
        batch->created++;
        bk_audit(request, "BK0414: event=make-space", 0, request->caller.id, "space", space.id,
                 NULL);
    }
    write_result(batch, space.id, problem, &faults);
}

int space_v1_batch(bk_request_t *request)
{
    batch_t batch = {.request = request, .now = bk_time_now()};
    const bk_json_t *items = NULL;
    const char *text;
    apr_size_t len, i;
    int result = read_items(request, &items);

    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    bk_json_text_begin(&batch.text, request->r->pool);
    bk_json_text_array(&batch.text, "items");
    for (i = 0; i < items->count; i++) {
        add_item(&batch, &items->members[i]);
    }
    bk_json_text_array_end(&batch.text);
    bk_json_text_int(&batch.text, "created", batch.created);
    text = bk_json_text_end(&batch.text, &len);
    return bk_answer_json_text(request, HTTP_OK, text, len);
}
