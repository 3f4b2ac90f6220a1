#include "booking_v1_history.h"

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_read.h"
#include "bk_representation.h"
#include "bk_time.h"
#include "booking_private.h"
#include "booking_spaces.h"
#include "booking_v1_event.h"
#include "booking_v1_refusal.h"
#include "booking_v1_view.h"

typedef struct history_t {
    booking_v1_t row;
    apr_array_header_t *changes; /* of booking_event_t * */
    const booking_spaces_t *spaces;
    apr_pool_t *p;
} history_t;

/* ---- reading ------------------------------------------------------------------------------------
 */

static apr_status_t keep_change(void *baton, const booking_event_t *event,
                                const booking_place_t *place)
{
    history_t *history = baton;

    APR_ARRAY_PUSH(history->changes, booking_event_t *) = booking_v1_event_copy(event, history->p);
    return APR_SUCCESS;
}

/* Has the type bk_read_t. */
static apr_status_t read_history(bk_request_t *request, void *baton)
{
    const booking_events_verbs_t *events = request->store->verbs[BOOKING_STORE_EVENTS];
    history_t *history = baton;
    apr_status_t rv =
        booking_v1_verbs(request)->find(request->handle, request->id, &history->row, history->p);

    history->changes = apr_array_make(history->p, 4, sizeof(booking_event_t *));
    return rv == APR_SUCCESS
               ? events->history(request->handle, request->id, keep_change, history, history->p)
               : rv;
}

static int find_spaces(bk_request_t *request, history_t *history)
{
    const char **ids =
        apr_palloc(history->p, sizeof(*ids) * (apr_size_t)(history->changes->nelts * 2 + 1));
    int i, count = 0;

    ids[count++] = history->row.space_id;
    for (i = 0; i < history->changes->nelts; i++) {
        const booking_event_t *event = APR_ARRAY_IDX(history->changes, i, booking_event_t *);

        ids[count++] = event->space_id;
        ids[count++] = event->old_space_id ? event->old_space_id : event->space_id;
    }
    return booking_spaces_by_id(request, ids, count, &history->spaces);
}

/* ---- writing ------------------------------------------------------------------------------------
 */

/* The row as it was made: as it is, or as it was before the first change that is known. */
static booking_event_t creation_of(const history_t *history)
{
    const booking_v1_t *row = &history->row;
    booking_event_t made = {.at_ns = row->created_ns,
                            .booking_id = row->id,
                            .version = 1,
                            .kind = row->kind,
                            .actor =
                                row->created_by == BK_FIELD_NONE ? row->user_id : row->created_by,
                            .space_id = row->space_id,
                            .start_ns = row->start_ns,
                            .end_ns = row->end_ns,
                            .state = row->state,
                            .user_id = row->user_id,
                            .reason = row->version == 1 ? row->reason : NULL,
                            .overridden = row->version == 1 ? row->overridden : NULL};

    if (history->changes->nelts) {
        const booking_event_t *first = APR_ARRAY_IDX(history->changes, 0, booking_event_t *);

        made.space_id = first->old_space_id;
        made.start_ns = first->old_start_ns;
        made.end_ns = first->old_end_ns;
        made.state = first->old_state;
        made.user_id = first->old_user_id;
    }
    return made;
}

static const bk_zone_t *zone_of(const history_t *history, const char *id)
{
    const booking_space_t *space = id ? booking_spaces_get(history->spaces, id) : NULL;

    return space ? space->zone : NULL;
}

static void write_event(bk_json_text_t *text, const history_t *history,
                        const booking_event_t *event, int via)
{
    bk_json_text_object(text, NULL);
    booking_v1_event_write(text, event, via, zone_of(history, event->space_id),
                           zone_of(history, event->old_space_id));
    bk_json_text_object_end(text);
}

static int answer(bk_request_t *request, const history_t *history)
{
    const booking_event_t made = creation_of(history);
    bk_json_text_t text;
    const char *body;
    apr_size_t len;
    int i;

    bk_json_text_begin(&text, request->r->pool);
    bk_json_text_array(&text, "items");
    write_event(&text, history, &made, history->row.version == 1 ? (int)history->row.via : -1);
    for (i = 0; i < history->changes->nelts; i++) {
        const booking_event_t *event = APR_ARRAY_IDX(history->changes, i, booking_event_t *);

        write_event(&text, history, event, (int)event->via);
    }
    bk_json_text_array_end(&text);
    body = bk_json_text_end(&text, &len);
    return bk_representation_answer_weak(request, body, len);
}

/* Whoever may see all of a booking sees what happened to it. */
static int check_view(bk_request_t *request, const history_t *history)
{
    booking_v1_view_t view = booking_v1_view(
        request, booking_spaces_get(history->spaces, history->row.space_id), &history->row);

    if (!view.is_seen || view.detail == BK_DETAIL_BUSY) {
        return booking_v1_refusal_none(request);
    }
    return view.detail == BK_DETAIL_FULL
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_forbidden,
                                   "Only people who may see all of a booking may see its history");
}

int booking_v1_history(bk_request_t *request)
{
    history_t history = {.p = request->r->pool};
    apr_status_t rv;
    int result = bk_read(request, read_history, &history, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv == APR_NOTFOUND || (rv == APR_SUCCESS && history.row.kind != BOOKING_KIND_BOOKING)) {
        return booking_v1_refusal_none(request);
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    bk_request_release(request);
    result = find_spaces(request, &history);
    if (result == BK_CONTINUE) {
        result = check_view(request, &history);
    }
    return result == BK_CONTINUE ? answer(request, &history) : result;
}
