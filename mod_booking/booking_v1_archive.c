#include "booking_v1_archive.h"

#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_representation.h"
#include "bk_time.h"
#include "booking_v1_closures_json.h"
#include "booking_v1_closures_list.h"
#include "booking_v1_form.h"

/* Of booking_closures_way_t, the first two: who wants bookings kept need not ask. */
static const char *const ways[] = {"refuse", "cancel", NULL};

const bk_input_row_t booking_v1_archive_rows[] = {
    {.name = "reason", .kind = BK_INPUT_TEXT, .flags = BK_INPUT_NULLABLE, .min = 0, .max = 500},
    {.name = "bookings", .kind = BK_INPUT_WORD, .words = ways},
    {NULL}};

/* What the space of the path is closed by, from the next minute on: what begins in this one has
 * begun. */
static void make_plan(booking_closures_plan_t *plan, bk_request_t *request)
{
    apr_int64_t now = bk_time_now(), by = request->caller.id;

    *plan = (booking_closures_plan_t){.space_count = 1};
    plan->spaces = apr_palloc(request->r->pool, sizeof(*plan->spaces));
    plan->spaces[0] = request->params[0];
    plan->closure = (booking_closure_t){.id = BK_FIELD_NONE,
                                        .start_ns = now - now % BK_TIME_MINUTE + BK_TIME_MINUTE,
                                        .end_ns = BOOKING_CLOSURES_STORE_NEVER,
                                        .is_public = 1,
                                        .created_by = by,
                                        .created_ns = now,
                                        .changed_by = by,
                                        .changed_ns = now};
}

static void audit(bk_request_t *request, const char *event)
{
    bk_audit(request, event, 0, request->caller.id, "space", request->params[0], NULL);
}

/* @param spaces  NULL: nothing is closed */
static int answer(bk_request_t *request, const booking_closures_plan_t *plan,
                  const booking_spaces_t *spaces)
{
    bk_json_text_t text;
    apr_size_t len;
    const char *whole;

    bk_json_text_begin(&text, request->r->pool);
    bk_json_text_string(&text, "space", request->params[0]);
    bk_json_text_bool(&text, "closed", spaces != NULL);
    if (spaces) {
        booking_v1_closures_json_rows(&text, "cancelled", plan->in_the_way, spaces);
    }
    whole = bk_json_text_end(&text, &len);
    return bk_representation_answer_weak(request, whole, len);
}

int booking_v1_archive_close(bk_request_t *request)
{
    booking_closures_plan_t plan;
    const booking_spaces_t *spaces;
    apr_status_t rv;
    int result = booking_v1_form_check_token(request, request->params[0]);

    if (result == BK_CONTINUE) {
        result = booking_spaces_by_id(request, request->params, 1, &spaces);
    }
    if (result == BK_CONTINUE && !spaces->count) {
        result = bk_answer_problem(request, &bk_problem_not_found, "There is no such space");
    }
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    make_plan(&plan, request);
    plan.closure.reason = bk_input_text(request->input, "reason", NULL);
    plan.way = (booking_closures_way_t)bk_input_number(request->input, "bookings",
                                                       BOOKING_CLOSURES_REFUSE);
    rv = booking_v1_closures_list_verbs(request)->archive(request->handle, &plan, request->r->pool);
    if (rv == BOOKING_CLOSURES_STORE_IN_THE_WAY) {
        return booking_v1_closures_json_in_the_way(request, plan.in_the_way, spaces);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    audit(request, "BK0670: event=close-archived-space");
    return answer(request, &plan, spaces);
}

/* It need not be looked for: where nothing is closed, nothing is opened. */
int booking_v1_archive_open(bk_request_t *request)
{
    booking_closures_plan_t plan;
    apr_status_t rv;
    int result = booking_v1_form_check_token(request, request->params[0]);

    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    make_plan(&plan, request);
    rv = booking_v1_closures_list_verbs(request)->restore(request->handle, &plan, request->r->pool);
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    audit(request, "BK0671: event=open-restored-space");
    return answer(request, &plan, NULL);
}
