#include "booking_v1_edit.h"

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_representation.h"
#include "bk_settle.h"
#include "bk_time.h"
#include "booking_v1_json.h"
#include "booking_v1_people.h"
#include "booking_v1_refusal.h"

/* ---- finding ------------------------------------------------------------------------------------
 */

static apr_status_t find(bk_request_t *request, void *row)
{
    return booking_v1_verbs(request)->find(request->handle, request->id, row, request->r->pool);
}

/* What there is, before it is changed, and what the caller sees of it. */
static void look(const bk_request_t *request, booking_v1_edit_t *edit)
{
    edit->row = edit->before;
    edit->place = edit->space;
    edit->via = BOOKING_VIA_V1;
    booking_v1_view_settle(&edit->row, bk_time_now());
    edit->view = booking_v1_view(request, edit->space, &edit->row);
}

/* The store is not held while other services are asked. */
static int find_with_space(bk_request_t *request, booking_v1_edit_t *edit)
{
    const booking_spaces_t *spaces;
    apr_status_t rv;
    int result = bk_store_acquire(request);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = find(request, &edit->before);
    if (rv != APR_SUCCESS || edit->before.kind != BOOKING_KIND_BOOKING) {
        return rv == APR_SUCCESS || rv == APR_NOTFOUND ? booking_v1_refusal_none(request)
                                                       : bk_store_failed(request, rv);
    }
    bk_request_release(request);
    result = booking_spaces_by_id(request, &edit->before.space_id, 1, &spaces);
    if (result == BK_CONTINUE) {
        edit->space = booking_spaces_get(spaces, edit->before.space_id);
        look(request, edit);
        booking_v1_people_learn(request, &edit->row, &edit->view);
        result = bk_store_acquire(request);
    }
    return result;
}

int booking_v1_edit_look(bk_request_t *request, booking_v1_edit_t *edit)
{
    int result = find_with_space(request, edit);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (!edit->view.is_seen || edit->view.detail == BK_DETAIL_BUSY) {
        return booking_v1_refusal_none(request);
    }
    return BK_CONTINUE;
}

int booking_v1_edit_find(bk_request_t *request, booking_v1_edit_t *edit)
{
    int result = booking_v1_edit_look(request, edit);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (!edit->view.manages && !booking_v1_view_is_own(request, &edit->row)) {
        return bk_answer_problem(request, &bk_problem_forbidden,
                                 "Only its owner, and managers of the space, may change a booking");
    }
    return bk_representation_check_version(request, edit->row.version);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

/* For bk_settle(): whether the booking is as it was written. */
static apr_status_t find_written(bk_request_t *request, void *written)
{
    const booking_v1_t *row = written;
    booking_v1_t found;
    apr_status_t rv = find(request, &found);

    return rv == APR_SUCCESS && !bk_fields_equal(&booking_v1_fields, &found, row) ? APR_NOTFOUND
                                                                                  : rv;
}

int booking_v1_edit_answer(bk_request_t *request, const booking_v1_edit_t *edit)
{
    apr_size_t len;
    const char *text = booking_v1_json(request, &edit->row, edit->place, 0, &len);

    return bk_representation_changed(request, edit->row.version, text, len);
}

int booking_v1_edit_write(bk_request_t *request, booking_v1_edit_t *edit)
{
    booking_v1_t *row = &edit->row;
    apr_status_t rv;

    row->version = edit->before.version + 1;
    row->changed_by = request->caller.id;
    row->changed_ns = bk_time_now();
    row->via = edit->via;
    rv = booking_v1_verbs(request)->update(request->handle, &edit->before, row,
                                           &edit->ruling.limits, request->r->pool);
    rv = bk_settle(request, rv, find_written, row);
    if (rv == BOOKING_V1_STORE_CHANGED) {
        return BK_CONTINUE;
    }
    edit->is_written = rv == APR_SUCCESS;
    return edit->is_written
               ? booking_v1_edit_answer(request, edit)
               : booking_v1_refusal_store(request, edit->place, row, &edit->ruling.limits, rv);
}
