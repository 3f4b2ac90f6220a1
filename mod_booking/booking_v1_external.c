#include "booking_v1_external.h"

#include <string.h>

#include "bk_again.h"
#include "bk_answer_v1.h"
#include "bk_random.h"
#include "bk_representation.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_people.h"
#include "booking_v1_dry_run.h"
#include "booking_v1_edit.h"
#include "booking_v1_form.h"
#include "booking_v1_json.h"
#include "booking_v1_refusal.h"
#include "booking_v1_wish.h"

#define SOURCE 64
#define KEY 255

static int is_name(const char *text, apr_size_t most)
{
    apr_size_t len = strlen(text);

    return len && bk_text_is_utf8(text) && !bk_text_has_control(text, len) &&
           bk_text_chars(text, len) <= most;
}

int booking_v1_external_read_key(bk_request_t *request)
{
    return is_name(request->params[0], SOURCE) && is_name(request->params[1], KEY)
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_bad_value,
                                   "The source has 1 to 64 characters, the key 1 to 255, none of "
                                   "them a control character");
}

/* ---- what is there ------------------------------------------------------------------------------
 */

/* Check that the caller keeps bookings of a space in step. */
static int check_rights(bk_request_t *request, const booking_space_t *space)
{
    return space ? booking_v1_form_check_owner(request, space, 0)
                 : booking_v1_refusal_none(request);
}

/* The space, and who made it. */
static int find_space(bk_request_t *request, booking_v1_edit_t *edit)
{
    const booking_spaces_t *spaces;
    int result;

    bk_request_release(request);
    (void)booking_people_learn(request, &edit->before.created_by, 1);
    if (strcmp(edit->before.space_id, edit->place->id) == 0) {
        edit->space = edit->place;
        return bk_store_acquire(request);
    }
    result = booking_spaces_by_id(request, &edit->before.space_id, 1, &spaces);
    if (result == BK_CONTINUE) {
        edit->space = booking_spaces_get(spaces, edit->before.space_id);
        result = check_rights(request, edit->space);
    }
    return result == BK_CONTINUE ? bk_store_acquire(request) : result;
}

/* Find the booking, and the space where it is. @param is_there  set */
static int find(bk_request_t *request, booking_v1_edit_t *edit, int *is_there)
{
    apr_status_t rv;
    int result = bk_store_acquire(request);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = booking_v1_verbs(request)->find_external(
        request->handle, request->params[0], request->params[1], &edit->before, request->r->pool);
    *is_there = rv == APR_SUCCESS;
    if (rv != APR_SUCCESS && rv != APR_NOTFOUND) {
        return bk_store_failed(request, rv);
    }
    return *is_there ? find_space(request, edit) : BK_CONTINUE;
}

/* ---- making and replacing -----------------------------------------------------------------------
 */

/* What the form says of the booking, and nothing of what it said before. */
static void replace(booking_v1_t *row, const booking_v1_t *form)
{
    row->space_id = form->space_id;
    row->date = form->date;
    row->start_ns = form->start_ns;
    row->end_ns = form->end_ns;
    row->user_id = form->user_id;
    row->group_name = form->group_name;
    row->title = form->title;
    row->notes = form->notes;
    row->occupants = form->occupants;
    row->participants = form->participants;
    row->is_private = form->is_private;
    row->attributes = form->attributes;
}

static int judge(bk_request_t *request, booking_v1_edit_t *edit, const booking_v1_t *before)
{
    return booking_v1_wish_judge(request, edit->place, before, &edit->row,
                                 bk_input_text(request->input, "acceptTerms", NULL), &edit->ruling);
}

static apr_status_t insert(void *baton)
{
    struct {
        bk_request_t *request;
        booking_v1_edit_t *edit;
    } *making = baton;
    bk_request_t *request = making->request;

    return booking_v1_verbs(request)->insert(request->handle, &making->edit->row,
                                             &making->edit->ruling.limits, request->r->pool);
}

static int answer_made(bk_request_t *request, const booking_v1_edit_t *edit)
{
    apr_size_t len;
    const char *text = booking_v1_json(request, &edit->row, edit->place, 0, &len);

    booking_v1_wish_audit(request, &edit->row);
    return bk_answer_created_v1(request, booking_v1_json_path(request, edit->row.id),
                                edit->row.version, text, len);
}

/* Whether somebody else made it: it may be what takes the time, or the quota. */
static int is_there_now(bk_request_t *request)
{
    booking_v1_t found;

    return booking_v1_verbs(request)->find_external(request->handle, request->params[0],
                                                    request->params[1], &found,
                                                    request->r->pool) == APR_SUCCESS;
}

/* If it is there by now, it is to be changed. */
static int make(bk_request_t *request, booking_v1_edit_t *edit, booking_v1_t *form)
{
    struct {
        bk_request_t *request;
        booking_v1_edit_t *edit;
    } making = {request, edit};
    apr_status_t rv;
    int result;

    form->external_source = request->params[0];
    form->external_key = request->params[1];
    form->created_by = form->user_id == request->caller.id ? BK_FIELD_NONE : request->caller.id;
    form->via = BOOKING_VIA_IMPORT;
    edit->row = *form;
    result = judge(request, edit, NULL);
    if (result != BK_CONTINUE) {
        return result;
    }
    if (booking_v1_dry_run_is_wanted(request)) {
        return booking_v1_dry_run(request, edit->place, &edit->row, &edit->ruling.limits);
    }
    rv = bk_random_insert(&edit->row.id, insert, &making);
    if (rv != APR_SUCCESS && is_there_now(request)) {
        return BK_CONTINUE;
    }
    return rv == APR_SUCCESS ? answer_made(request, edit)
                             : booking_v1_refusal_store(request, edit->place, &edit->row,
                                                        &edit->ruling.limits, rv);
}

/* What has ended is judged as a new one; what stays as it is, not at all. */
static int change(bk_request_t *request, booking_v1_edit_t *edit, const booking_v1_t *form)
{
    int has_ended, result = BK_CONTINUE;

    edit->row = edit->before;
    edit->via = BOOKING_VIA_IMPORT;
    booking_v1_view_settle(&edit->row, bk_time_now());
    has_ended = !edit->row.occupies;
    edit->row = edit->before;
    replace(&edit->row, form);
    if (has_ended) {
        edit->row.occupies = 1;
        edit->row.reason = NULL;
        result = judge(request, edit, NULL);
    }
    else if (booking_v1_wish_is_judged(&edit->before, &edit->row)) {
        result = judge(request, edit, &edit->before);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    if (booking_v1_dry_run_is_wanted(request)) {
        return booking_v1_dry_run(request, edit->place, &edit->row, &edit->ruling.limits);
    }
    return bk_fields_equal(&booking_v1_fields, &edit->before, &edit->row)
               ? booking_v1_edit_answer(request, edit)
               : booking_v1_edit_write(request, edit);
}

static int try_to_put(bk_request_t *request, void *baton)
{
    booking_v1_edit_t edit = {0};
    booking_v1_t form = booking_v1_input_begin();
    int is_there = 0, result = booking_v1_form_read(request, &form, &edit.place);

    if (result == BK_CONTINUE) {
        result = check_rights(request, edit.place);
    }
    if (result == BK_CONTINUE) {
        result = find(request, &edit, &is_there);
    }
    if (result == BK_CONTINUE) {
        result = bk_representation_check_version(request, is_there ? edit.before.version
                                                                   : BK_REPRESENTATION_NONE);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    return is_there ? change(request, &edit, &form) : make(request, &edit, &form);
}

int booking_v1_external_put(bk_request_t *request)
{
    return bk_again(request, BK_AGAIN_MOST, try_to_put, NULL);
}
