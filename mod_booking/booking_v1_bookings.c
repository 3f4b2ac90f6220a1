#include "booking_v1_bookings.h"

#include "bk_answer_v1.h"
#include "bk_idempotency.h"
#include "bk_random.h"
#include "bk_read.h"
#include "bk_representation.h"
#include "bk_settle.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_v1_dry_run.h"
#include "booking_v1_form.h"
#include "booking_v1_json.h"
#include "booking_v1_people.h"
#include "booking_v1_refusal.h"
#include "booking_v1_wish.h"

/* What is no id is the id of no booking. */
int booking_v1_bookings_read_id(bk_request_t *request)
{
    return bk_text_id(request->params[0], &request->id) ? BK_CONTINUE
                                                        : booking_v1_refusal_none(request);
}

/* ---- making one ---------------------------------------------------------------------------------
 */

typedef struct making_t {
    bk_request_t *request;
    const booking_space_t *space;
    booking_v1_t row;
    booking_v1_ruling_t ruling;
} making_t;

static apr_status_t insert(void *baton)
{
    making_t *making = baton;
    bk_request_t *request = making->request;

    return booking_v1_verbs(request)->insert(request->handle, &making->row, &making->ruling.limits,
                                             request->r->pool);
}

static apr_status_t make(bk_request_t *request, void *baton, bk_idempotency_made_t *made)
{
    making_t *making = baton;
    apr_status_t rv = bk_random_insert(&making->row.id, insert, making);

    if (rv == APR_SUCCESS || rv == BK_DB_UNKNOWN) {
        made->location = booking_v1_json_path(request, making->row.id);
        made->version = making->row.version;
        made->text = booking_v1_json(request, &making->row, making->space, 0, &made->len);
    }
    return rv;
}

/* For bk_settle(): whether the booking was made. It is this request's if the owner is the same too,
 * because the id was drawn at random for this request. */
static apr_status_t find_made(bk_request_t *request, void *baton)
{
    const making_t *making = baton;
    booking_v1_t found;
    apr_status_t rv =
        booking_v1_verbs(request)->find(request->handle, making->row.id, &found, request->r->pool);

    return rv == APR_SUCCESS && found.user_id != making->row.user_id ? APR_NOTFOUND : rv;
}

static int make_once(bk_request_t *request, making_t *making)
{
    bk_idempotency_made_t made;
    apr_status_t rv;
    int result = bk_idempotency_make(request, make, making, &made, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    rv = bk_settle(request, rv, find_made, making);
    if (rv != APR_SUCCESS) {
        return booking_v1_refusal_store(request, making->space, &making->row,
                                        &making->ruling.limits, rv);
    }
    booking_v1_wish_audit(request, &making->row);
    return bk_answer_created_v1(request, made.location, made.version, made.text, made.len);
}

int booking_v1_bookings_create(bk_request_t *request)
{
    making_t making = {.request = request, .row = booking_v1_input_begin()};
    booking_v1_t *row = &making.row;
    int result = booking_v1_form_read(request, row, &making.space);

    if (result == BK_CONTINUE) {
        row->created_by = row->user_id == request->caller.id ? BK_FIELD_NONE : request->caller.id;
        result = booking_v1_wish_judge(request, making.space, NULL, row,
                                       bk_input_text(request->input, "acceptTerms", NULL),
                                       &making.ruling);
    }
    if (result == BK_CONTINUE) {
        result = bk_store_acquire(request);
    }
    if (result != BK_CONTINUE) {
        return result;
    }
    return booking_v1_dry_run_is_wanted(request)
               ? booking_v1_dry_run(request, making.space, row, &making.ruling.limits)
               : make_once(request, &making);
}

/* ---- reading one --------------------------------------------------------------------------------
 */

static apr_status_t find(bk_request_t *request, void *row)
{
    return booking_v1_verbs(request)->find(request->handle, request->id, row, request->r->pool);
}

int booking_v1_bookings_get(bk_request_t *request)
{
    const booking_spaces_t *spaces;
    const booking_space_t *space;
    booking_v1_view_t view;
    booking_v1_t row;
    const char *text;
    apr_size_t len;
    apr_status_t rv;
    int result = bk_read(request, find, &row, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS || row.kind != BOOKING_KIND_BOOKING) {
        return rv == APR_SUCCESS || rv == APR_NOTFOUND ? booking_v1_refusal_none(request)
                                                       : bk_store_failed(request, rv);
    }
    bk_request_release(request);
    result = booking_spaces_by_id(request, &row.space_id, 1, &spaces);
    if (result != BK_CONTINUE) {
        return result;
    }
    space = booking_spaces_get(spaces, row.space_id);
    booking_v1_view_settle(&row, bk_time_now());
    view = booking_v1_view(request, space, &row);
    if (!view.is_seen || view.detail == BK_DETAIL_BUSY) {
        return booking_v1_refusal_none(request);
    }
    booking_v1_people_learn(request, &row, &view);
    text = booking_v1_json(request, &row, space, 0, &len);
    return bk_representation_answer_version(request, row.version, text, len);
}
