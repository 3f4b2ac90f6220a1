#include "booking_export_csv.h"

#include <apr_strings.h>

#include "bk_csv_text.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_people.h"
#include "booking_v1_json.h"
#include "booking_v1_people.h"

static const char *const columns[] = {
    "id",        "key",          "space",     "spaceName",    "building", "start",  "end",
    "timeZone",  "state",        "title",     "owner",        "people",   "notes",  "createdBy",
    "group",     "participants", "private",   "attributes",   "series",   "reason", "createdAt",
    "changedAt", "version",      "ownerName", "createdByName"};

static void begin(booking_export_t *to, apr_pool_t *p)
{
    bk_csv_text_t *csv = to->writer = apr_palloc(p, sizeof(*csv));
    apr_size_t i;

    bk_csv_text_begin(csv, bk_spool_write, to->spool,
                      (int)bk_input_number(to->request->query, "bom", 0));
    for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        bk_csv_text_cell(csv, columns[i]);
    }
    bk_csv_text_row(csv);
}

static void put_number(bk_csv_text_t *csv, apr_int64_t number)
{
    char room[BK_TEXT_INT];

    bk_csv_text_cell(csv, number == BK_FIELD_NONE ? NULL : bk_text_of_int(number, room));
}

/* In whole seconds, by the clock of the space. */
static void put_time(bk_csv_text_t *csv, apr_int64_t ns, const booking_space_t *space,
                     apr_pool_t *p)
{
    ns -= (ns % BK_TIME_SECOND + BK_TIME_SECOND) % BK_TIME_SECOND;
    bk_csv_text_cell(csv, space ? bk_zone_format(space->zone, ns, p) : bk_time_format_utc(ns, p));
}

/* When a booking was made, if that is known. */
static void put_known(bk_csv_text_t *csv, apr_int64_t ns, const booking_space_t *space,
                      apr_pool_t *p)
{
    if (ns == BOOKING_V1_CREATED_UNKNOWN) {
        bk_csv_text_cell(csv, NULL);
    }
    else {
        put_time(csv, ns, space, p);
    }
}

/* What everybody sees who sees that there is a booking. */
static void put_place(bk_csv_text_t *csv, const booking_v1_t *row, const booking_space_t *space,
                      apr_pool_t *p)
{
    bk_csv_text_cell(csv, row->space_id);
    bk_csv_text_cell(csv, space ? space->name : NULL);
    bk_csv_text_cell(csv, space ? space->building : NULL);
    put_time(csv, row->start_ns, space, p);
    put_time(csv, row->end_ns, space, p);
    bk_csv_text_cell(csv, space ? bk_zone_name(space->zone) : "UTC");
    bk_csv_text_cell(csv, booking_v1_json_states[row->state]);
}

static void put_nothing(bk_csv_text_t *csv, int count)
{
    while (count-- > 0) {
        bk_csv_text_cell(csv, NULL);
    }
}

static apr_int64_t creator_of(const booking_v1_t *row)
{
    return row->created_by == BK_FIELD_NONE ? row->user_id : row->created_by;
}

/* What only who sees all of it sees. */
static void put_rest(bk_csv_text_t *csv, const bk_request_t *request, const booking_v1_t *row,
                     const booking_space_t *space)
{
    apr_pool_t *p = request->r->pool;

    put_number(csv, row->occupants);
    bk_csv_text_cell(csv, row->notes);
    put_number(csv, creator_of(row));
    bk_csv_text_cell(csv, row->group_name);
    bk_csv_text_cell(csv, booking_v1_people_participants_alone(request, row->participants, p));
    bk_csv_text_cell(csv, row->is_private ? "true" : "false");
    bk_csv_text_cell(csv, row->attributes);
    put_number(csv, row->series_id);
    bk_csv_text_cell(csv, row->reason);
    put_known(csv, row->created_ns, space, p);
    put_known(csv, row->changed_ns == BK_FIELD_NONE ? row->created_ns : row->changed_ns, space, p);
}

#define REST 11 /* columns of put_rest() */

/* The last columns: what is added later must not move those that there were. */
static void put_names(bk_csv_text_t *csv, const bk_request_t *request, const booking_v1_t *row,
                      const booking_v1_view_t *view)
{
    bk_csv_text_cell(
        csv, view->detail >= BK_DETAIL_OWNER ? booking_people_name(request, row->user_id) : NULL);
    bk_csv_text_cell(
        csv, view->detail == BK_DETAIL_FULL ? booking_people_name(request, creator_of(row)) : NULL);
}

static void write_row(booking_export_t *to, const booking_v1_t *row, const booking_space_t *space,
                      const booking_v1_view_t *view)
{
    bk_csv_text_t *csv = to->writer;
    apr_pool_t *p = to->request->r->pool;
    int is_masked = view->detail == BK_DETAIL_BUSY;

    put_number(csv, is_masked ? BK_FIELD_NONE : row->id);
    bk_csv_text_cell(csv, is_masked ? booking_v1_json_key_of(to->request, row, p) : NULL);
    put_place(csv, row, space, p);
    bk_csv_text_cell(csv, view->detail >= BK_DETAIL_TITLE ? row->title : NULL);
    put_number(csv, is_masked ? BK_FIELD_NONE : row->user_id);
    if (view->detail == BK_DETAIL_FULL) {
        put_rest(csv, to->request, row, space);
    }
    else {
        put_nothing(csv, REST);
    }
    put_number(csv, is_masked ? BK_FIELD_NONE : row->version);
    put_names(csv, to->request, row, view);
    bk_csv_text_row(csv);
}

static apr_status_t end(booking_export_t *to)
{
    return bk_csv_text_end(to->writer);
}

const booking_export_format_t booking_export_csv = {"text/csv; charset=utf-8; header=present",
                                                    "bookings.csv", begin, write_row, end};
