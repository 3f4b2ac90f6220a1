#include "booking_v1_closures_json.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_json_alone.h"
#include "bk_time.h"
#include "booking_v1_json.h"
#include "booking_v1_view.h"

/* Rows of an answer; how many there are in all, its text says. */
#define ROWS_MOST 500

/* ---- spaces -------------------------------------------------------------------------------------
 */

const char **booking_v1_closures_json_spaces(const booking_closure_t *closure, int *count,
                                             apr_pool_t *p)
{
    const bk_json_t *list = bk_json_alone_read(closure->spaces, p);
    apr_size_t most = list ? list->count : 0, i;
    const char **ids = apr_palloc(p, (most + 1) * sizeof(*ids));

    *count = 0;
    for (i = 0; i < most; i++) {
        if (list->members[i].kind == BK_JSON_TEXT) {
            ids[(*count)++] = list->members[i].text;
        }
    }
    return ids;
}

const char *booking_v1_closures_json_list(const booking_spaces_t *spaces, apr_pool_t *p)
{
    bk_json_text_t text;
    int i;

    bk_json_alone_begin(&text, p);
    bk_json_text_array(&text, NULL);
    for (i = 0; i < spaces->count; i++) {
        bk_json_text_string(&text, NULL, spaces->list[i]->id);
    }
    bk_json_text_array_end(&text);
    return bk_json_alone_end(&text);
}

const bk_zone_t *booking_v1_closures_json_zone(const booking_spaces_t *spaces)
{
    int i;

    for (i = 1; i < spaces->count; i++) {
        if (strcmp(bk_zone_name(spaces->list[i]->zone), bk_zone_name(spaces->list[0]->zone)) != 0) {
            return NULL;
        }
    }
    return spaces->count ? spaces->list[0]->zone : NULL;
}

/* ---- a closure ----------------------------------------------------------------------------------
 */

static void write_instant(bk_json_text_t *text, const char *name, const bk_zone_t *zone,
                          apr_int64_t ns)
{
    bk_time_t time = {ns - (ns % BK_TIME_SECOND + BK_TIME_SECOND) % BK_TIME_SECOND, 0};

    if (zone) {
        bk_json_text_string(text, name, bk_zone_format(zone, time.ns, text->p));
    }
    else {
        bk_json_text_instant(text, name, &time);
    }
}

int booking_v1_closures_json_shows_reason(const bk_request_t *request,
                                          const booking_closure_t *closure,
                                          const booking_spaces_t *spaces)
{
    const bk_caller_t *caller = &request->caller;
    int i;

    if (closure->is_public || caller->is_admin || caller->role == BK_ROLE_AUDITOR ||
        closure->created_by == caller->id) {
        return 1;
    }
    for (i = 0; i < spaces->count; i++) {
        if (booking_v1_view_manages(request, spaces->list[i])) {
            return 1;
        }
    }
    return 0;
}

void booking_v1_closures_json_write(bk_json_text_t *text, const bk_request_t *request,
                                    const booking_closure_t *closure,
                                    const booking_spaces_t *spaces)
{
    const bk_zone_t *zone = booking_v1_closures_json_zone(spaces);
    int i;

    booking_v1_json_id(text, "id", closure->id);
    write_instant(text, "start", zone, closure->start_ns);
    write_instant(text, "end", zone, closure->end_ns);
    bk_json_text_string(text, "timeZone", zone ? bk_zone_name(zone) : "UTC");
    bk_json_text_int(text, "spaces", spaces->count);
    bk_json_text_array(text, "spaceIds");
    for (i = 0; i < spaces->count; i++) {
        bk_json_text_string(text, NULL, spaces->list[i]->id);
    }
    bk_json_text_array_end(text);
    bk_json_text_string(
        text, "reason",
        booking_v1_closures_json_shows_reason(request, closure, spaces) ? closure->reason : NULL);
    bk_json_text_bool(text, "public", closure->is_public);
    write_instant(text, "createdAt", zone, closure->created_ns);
    write_instant(text, "changedAt", zone, closure->changed_ns);
    bk_json_text_int(text, "version", closure->version);
}

/* ---- what is in the way -------------------------------------------------------------------------
 */

static void write_row(bk_json_text_t *text, const booking_v1_t *row, const booking_space_t *space)
{
    const bk_zone_t *zone = space ? space->zone : NULL;

    bk_json_text_object(text, NULL);
    bk_json_text_id(text, "booking", row->id);
    bk_json_text_string(text, "space", row->space_id);
    write_instant(text, "start", zone, row->start_ns);
    write_instant(text, "end", zone, row->end_ns);
    bk_json_text_string(text, "kind", booking_v1_json_kind(row));
    bk_json_text_string(text, "title", row->title);
    bk_json_text_object(text, "owner");
    bk_json_text_id(text, "id", row->user_id);
    bk_json_text_string(text, "name", NULL); /* as in the conflicts of a booking */
    bk_json_text_object_end(text);
    bk_json_text_object_end(text);
}

void booking_v1_closures_json_rows(bk_json_text_t *text, const char *name,
                                   const apr_array_header_t *rows, const booking_spaces_t *spaces)
{
    int i;

    bk_json_text_array(text, name);
    for (i = 0; i < rows->nelts && i < ROWS_MOST; i++) {
        const booking_v1_t *row = &APR_ARRAY_IDX(rows, i, booking_v1_t);

        write_row(text, row, booking_spaces_get(spaces, row->space_id));
    }
    bk_json_text_array_end(text);
}

typedef struct in_the_way_t {
    const apr_array_header_t *rows;
    const booking_spaces_t *spaces;
} in_the_way_t;

static void write_in_the_way(bk_json_text_t *text, const void *baton)
{
    const in_the_way_t *in_the_way = baton;

    booking_v1_closures_json_rows(text, "conflicts", in_the_way->rows, in_the_way->spaces);
}

int booking_v1_closures_json_in_the_way(bk_request_t *request, const apr_array_header_t *rows,
                                        const booking_spaces_t *spaces)
{
    const in_the_way_t in_the_way = {rows, spaces};

    return bk_answer_problem_with(
        request, &bk_problem_has_bookings,
        apr_psprintf(request->r->pool,
                     "%d %s in the way: say whether to keep or to cancel bookings", rows->nelts,
                     rows->nelts == 1 ? "is" : "are"),
        write_in_the_way, &in_the_way);
}
