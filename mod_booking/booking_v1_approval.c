#include "booking_v1_approval.h"

#include <apr_strings.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_representation.h"
#include "bk_time.h"
#include "booking_people.h"
#include "booking_v1_edit.h"
#include "booking_v1_json.h"

const bk_input_row_t booking_v1_approval_rows[] = {{.name = "note",
                                                    .kind = BK_INPUT_TEXT,
                                                    .flags = BK_INPUT_NULLABLE | BK_INPUT_LINES,
                                                    .min = 0,
                                                    .max = 500},
                                                   {NULL}};

static const bk_input_row_t suggest_rows[] = {
    {.name = "space", .kind = BK_INPUT_ID}, {.name = "start", .kind = BK_INPUT_MOMENT}, {NULL}};

const bk_input_row_t booking_v1_approval_rejection_rows[] = {
    {.name = "reason",
     .kind = BK_INPUT_TEXT,
     .flags = BK_INPUT_REQUIRED | BK_INPUT_LINES,
     .min = 1,
     .max = 500},
    {.name = "suggest", .kind = BK_INPUT_OBJECT, .flags = BK_INPUT_NULLABLE, .rows = suggest_rows},
    {NULL}};

/* What is decided. */
typedef struct decision_t {
    booking_state_t state;
    const char *reason; /* NULL: none is given */
    const char *event;  /* log id and event */
} decision_t;

/* ---- who was first ------------------------------------------------------------------------------
 */

typedef struct decided_t {
    const bk_request_t *request;
    const booking_v1_t *row;
    const booking_space_t *space;
} decided_t;

/* The house decides what expires. */
static void write_decided(bk_json_text_t *text, const void *baton)
{
    const decided_t *decided = baton;
    const booking_v1_t *row = decided->row;

    bk_json_text_string(text, "state", booking_v1_json_states[row->state]);
    if (row->changed_by == BK_FIELD_NONE || row->changed_by == BOOKING_BY_HOUSE) {
        bk_json_text_string(text, "decidedBy", NULL);
    }
    else {
        booking_people_write(text, "decidedBy", decided->request, row->changed_by);
    }
    bk_json_text_string(text, "decidedAt",
                        row->changed_ns == BK_FIELD_NONE
                            ? NULL
                            : bk_zone_format(decided->space->zone,
                                             row->changed_ns - row->changed_ns % BK_TIME_SECOND,
                                             text->p));
    bk_json_text_string(text, "reason", row->reason);
}

static int answer_decided(bk_request_t *request, const booking_v1_edit_t *edit)
{
    const decided_t decided = {request, &edit->row, edit->space};

    bk_request_release(request);
    (void)booking_people_learn(request, &edit->row.changed_by, 1);
    return bk_answer_problem_with(request, &bk_problem_not_pending,
                                  apr_pstrcat(request->r->pool, "The booking is ",
                                              booking_v1_json_states[edit->row.state], NULL),
                                  write_decided, &decided);
}

/* ---- a suggestion -------------------------------------------------------------------------------
 */

static const char *text_of_suggestion(const char *space, const char *start, apr_pool_t *p)
{
    bk_json_text_t text;
    apr_size_t len;

    bk_json_text_begin(&text, p);
    bk_json_text_string(&text, "space", space);
    bk_json_text_string(&text, "start", start);
    return bk_json_text_end(&text, &len);
}

static int answer_never(bk_request_t *request)
{
    const bk_fault_pointer_t suggest = {NULL, "suggest", 0}, where = {&suggest, "start", 0};
    bk_faults_t faults;

    bk_fault_none(&faults, request->r->pool);
    bk_fault_add(&faults, &where, bk_problem_time_does_not_exist.code, BK_ZONE_NEVER_TEXT);
    return bk_answer_faults(request, &faults);
}

/* What is suggested is a time that can be booked: so it has to exist. */
static int read_suggestion(bk_request_t *request, booking_v1_edit_t *edit)
{
    const bk_input_t *suggest = bk_input_object(request->input, "suggest");
    const bk_input_value_t *start = suggest ? bk_input_value(suggest, "start") : NULL;
    const booking_space_t *space = edit->space;
    apr_int64_t ns;
    int result = BK_CONTINUE;

    edit->row.suggest = NULL;
    if (!suggest) {
        return BK_CONTINUE;
    }
    if (bk_input_value(suggest, "space")) {
        bk_request_release(request);
        result = booking_spaces_one(request, bk_input_text(suggest, "space", ""), &space);
        if (result == BK_CONTINUE) {
            result = bk_store_acquire(request);
        }
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    ns = start ? start->number : edit->row.start_ns;
    if (start && start->is_wall &&
        bk_zone_instant(space->zone, start->number, &ns) == BK_ZONE_NEVER) {
        return answer_never(request);
    }
    edit->row.suggest = text_of_suggestion(
        space->id, bk_zone_format(space->zone, ns, request->r->pool), request->r->pool);
    return BK_CONTINUE;
}

/* ---- the decision -------------------------------------------------------------------------------
 */

/* Whether it can still be decided, and by the caller. @return BK_CONTINUE, or the result */
static int check(bk_request_t *request, const booking_v1_edit_t *edit)
{
    if (!edit->view.approves) {
        return bk_answer_problem(request, &bk_problem_forbidden,
                                 "Only people who approve requests for the space may decide");
    }
    if (edit->row.state != BOOKING_STATE_PENDING) {
        return answer_decided(request, edit);
    }
    return bk_representation_check_version(request, edit->row.version);
}

static void audit(const bk_request_t *request, const booking_v1_t *row, const char *event)
{
    bk_audit(request, event, row->user_id, request->caller.id, "booking",
             apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, row->id), "space", row->space_id,
             NULL);
}

static int try_to_decide(bk_request_t *request, void *baton)
{
    const decision_t *decision = baton;
    booking_v1_edit_t edit = {0};
    int result = booking_v1_edit_look(request, &edit);

    if (result == BK_CONTINUE) {
        result = check(request, &edit);
    }
    if (result == BK_CONTINUE && decision->state == BOOKING_STATE_REJECTED) {
        result = read_suggestion(request, &edit);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    edit.row.state = decision->state;
    edit.row.occupies = decision->state == BOOKING_STATE_CONFIRMED;
    edit.row.expires_ns = BK_FIELD_NONE;
    edit.row.reason = decision->reason && *decision->reason ? decision->reason : NULL;
    result = booking_v1_edit_write(request, &edit);
    if (result == OK) {
        audit(request, &edit.row, decision->event);
    }
    return result;
}

int booking_v1_approval(bk_request_t *request)
{
    decision_t decision = {BOOKING_STATE_CONFIRMED, bk_input_text(request->input, "note", NULL),
                           "BK0573: event=approve-booking"};

    return bk_again(request, BK_AGAIN_MOST, try_to_decide, &decision);
}

int booking_v1_approval_reject(bk_request_t *request)
{
    decision_t decision = {BOOKING_STATE_REJECTED, bk_input_text(request->input, "reason", NULL),
                           "BK0574: event=reject-booking"};

    return bk_again(request, BK_AGAIN_MOST, try_to_decide, &decision);
}
