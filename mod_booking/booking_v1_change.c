#include "booking_people.h"
#include "booking_v1_change.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_audit.h"
#include "bk_time.h"
#include "booking_v1_dry_run.h"
#include "booking_v1_edit.h"
#include "booking_v1_form.h"
#include "booking_v1_refusal.h"
#include "booking_v1_wish.h"

/* ---- what a patch says --------------------------------------------------------------------------
 */

/* The space that the booking is to be in. */
static int find_place(bk_request_t *request, booking_v1_edit_t *edit)
{
    const char *id = bk_input_text(request->input, "space", edit->before.space_id);
    int result;

    if (strcmp(id, edit->before.space_id) == 0) {
        return edit->space ? BK_CONTINUE : booking_v1_refusal_none(request);
    }
    result = booking_v1_form_check_token(request, id);
    if (result != BK_CONTINUE) {
        return result;
    }
    result = booking_spaces_one(request, id, &edit->place);
    edit->row.space_id = id;
    return result;
}

static const char *owner_of(const bk_input_t *input)
{
    const bk_input_t *owner = bk_input_object(input, "owner");

    return owner ? bk_input_text(owner, "id", NULL) : bk_input_text(input, "owner", NULL);
}

static int apply(bk_request_t *request, booking_v1_edit_t *edit)
{
    bk_faults_t faults;
    apr_pool_t *p = request->r->pool;

    bk_fault_none(&faults, p);
    booking_v1_input_times(&edit->row, request->input, 0, edit->place->zone, &faults, p);
    booking_v1_input_rest(&edit->row, request->input, &faults, p);
    booking_v1_input_user(owner_of(request->input), "owner", &edit->row.user_id, &faults);
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}

static int overrides(const bk_request_t *request, const booking_space_t *space)
{
    booking_v1_rules_t rules = booking_v1_judge_rules(request, space);
    bk_person_t person = booking_v1_judge_person(request, &space->managers);

    return bk_policy_overrides(booking_v1_judge_policy(&rules), &person);
}

/* The minutes that are left until the start. */
static apr_int64_t minutes_left(const booking_v1_t *row)
{
    apr_int64_t now = bk_time_now();

    return row->start_ns > now ? (row->start_ns - now) / BK_TIME_MINUTE : 0;
}

/* The rule of the space that the booking is in. */
static int check_change_until(bk_request_t *request, const booking_v1_edit_t *edit)
{
    int limit = edit->space && edit->space->rules ? edit->space->rules->rules.change_until : 0;
    apr_int64_t left = minutes_left(&edit->before);

    if (!limit || left >= limit || overrides(request, edit->space)) {
        return BK_CONTINUE;
    }
    return booking_v1_refusal_rule(request, "changeUntil", limit, left,
                                   apr_psprintf(request->r->pool,
                                                "It can be changed until %d minutes before its "
                                                "start",
                                                limit));
}

static int judge(bk_request_t *request, booking_v1_edit_t *edit)
{
    int result = BK_CONTINUE;

    if (edit->row.user_id != edit->before.user_id) {
        result = booking_v1_form_check_owner(request, edit->place, 0);
    }
    if (result == BK_CONTINUE && booking_v1_wish_is_judged(&edit->before, &edit->row)) {
        result = check_change_until(request, edit);
        if (result == BK_CONTINUE) {
            result = booking_v1_wish_judge(request, edit->place, &edit->before, &edit->row, NULL,
                                           &edit->ruling);
        }
    }
    return result;
}

/* ---- changing -----------------------------------------------------------------------------------
 */

static int prepare(bk_request_t *request, booking_v1_edit_t *edit)
{
    int result = booking_v1_edit_find(request, edit);

    if (result == BK_CONTINUE && !edit->view.may_change) {
        result = booking_v1_refusal_ended(request, &edit->row);
    }
    if (result == BK_CONTINUE) {
        result = find_place(request, edit);
    }
    if (result == BK_CONTINUE) {
        result = apply(request, edit);
    }
    if (result == BK_CONTINUE) {
        result = judge(request, edit);
    }
    if (result == BK_CONTINUE) {
        bk_request_release(request);
        result = booking_people_check(
            request, "owner", edit->row.user_id == edit->before.user_id ? 0 : edit->row.user_id);
    }
    return result == BK_CONTINUE ? bk_store_acquire(request) : result;
}

static int try_to_change(bk_request_t *request, void *baton)
{
    booking_v1_edit_t edit = {0};
    int result = prepare(request, &edit);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (booking_v1_dry_run_is_wanted(request)) {
        return booking_v1_dry_run(request, edit.place, &edit.row, &edit.ruling.limits);
    }
    if (bk_fields_equal(&booking_v1_fields, &edit.before, &edit.row)) {
        return booking_v1_edit_answer(request, &edit);
    }
    edit.row.reason = NULL;
    result = booking_v1_edit_write(request, &edit);
    if (edit.is_written && edit.ruling.overridden) {
        booking_v1_wish_audit(request, &edit.row);
    }
    return result;
}

int booking_v1_change(bk_request_t *request)
{
    return bk_again(request, BK_AGAIN_MOST, try_to_change, NULL);
}

/* ---- cancelling ---------------------------------------------------------------------------------
 */

static int check_cancel_until(bk_request_t *request, const booking_v1_edit_t *edit)
{
    int limit = edit->space && edit->space->rules ? edit->space->rules->rules.cancel_until : 0;

    if (edit->view.manages) {
        return BK_CONTINUE;
    }
    if (edit->before.end_ns <= bk_time_now()) {
        return bk_answer_problem(request, &bk_problem_too_late_to_cancel, "It is over");
    }
    if (!limit || minutes_left(&edit->before) >= limit || overrides(request, edit->space)) {
        return BK_CONTINUE;
    }
    return bk_answer_problem(request, &bk_problem_too_late_to_cancel,
                             apr_psprintf(request->r->pool,
                                          "It can be cancelled until %d minutes before its start",
                                          limit));
}

/* Of somebody else's booking it is told who did it. */
static void audit(const bk_request_t *request, const char *event, const booking_v1_t *row)
{
    if (row->user_id != request->caller.id) {
        bk_audit(request, event, row->user_id, request->caller.id, "booking",
                 apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, row->id), "space",
                 row->space_id, NULL);
    }
}

static int try_to_cancel(bk_request_t *request, void *baton)
{
    booking_v1_edit_t edit = {0};
    int result = booking_v1_edit_find(request, &edit);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (edit.row.state == BOOKING_STATE_CANCELLED) {
        return booking_v1_edit_answer(request, &edit);
    }
    if (!edit.row.occupies) {
        return booking_v1_refusal_ended(request, &edit.row);
    }
    result = check_cancel_until(request, &edit);
    if (result != BK_CONTINUE) {
        return result;
    }
    edit.row.state = BOOKING_STATE_CANCELLED;
    edit.row.occupies = 0;
    edit.row.reason = bk_input_text(request->input, "reason", NULL);
    result = booking_v1_edit_write(request, &edit);
    if (edit.is_written) {
        audit(request, "BK0521: event=cancel-booking", &edit.row);
    }
    return result;
}

int booking_v1_change_cancel(bk_request_t *request)
{
    return bk_again(request, BK_AGAIN_MOST, try_to_cancel, NULL);
}

/* A booking that waited goes on waiting. The quotas of its owner hold again. */
static int restore(bk_request_t *request, booking_v1_edit_t *edit)
{
    booking_v1_t as_new = edit->before;
    int result =
        booking_v1_wish_judge(request, edit->space, &edit->before, &as_new, NULL, &edit->ruling);

    edit->row.state =
        edit->before.expires_ns == BK_FIELD_NONE ? BOOKING_STATE_CONFIRMED : BOOKING_STATE_PENDING;
    edit->row.occupies = 1;
    edit->row.reason = NULL;
    return result;
}

static int try_to_undo(bk_request_t *request, void *baton)
{
    booking_v1_edit_t edit = {0};
    int result = booking_v1_edit_find(request, &edit);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (edit.row.state != BOOKING_STATE_CANCELLED) {
        return edit.row.occupies ? booking_v1_edit_answer(request, &edit)
                                 : booking_v1_refusal_ended(request, &edit.row);
    }
    if (!edit.view.may_undo || !edit.space) {
        return bk_answer_problem(
            request, &bk_problem_too_late_to_cancel,
            "A cancellation can be undone for 10 minutes, by who cancelled it or "
            "manages the space");
    }
    result = restore(request, &edit);
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result == BK_CONTINUE) {
        result = booking_v1_edit_write(request, &edit);
    }
    if (edit.is_written) {
        audit(request, "BK0522: event=restore-booking", &edit.row);
    }
    return result;
}

int booking_v1_change_undo(bk_request_t *request)
{
    return bk_again(request, BK_AGAIN_MOST, try_to_undo, NULL);
}
