#include "booking_export_ics.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <http_core.h>

#include "bk_ics.h"
#include "bk_time.h"
#include "booking_people.h"
#include "booking_v1_json.h"

typedef struct writer_t {
    bk_ics_t ics;
    const char *host; /* what uids end in */
} writer_t;

/* ---- zones --------------------------------------------------------------------------------------
 */

static int offset_of(const void *zone, apr_int64_t ns)
{
    return bk_zone_offset(zone, ns);
}

static int compare_names(const void *one, const void *other)
{
    return strcmp(bk_zone_name(*(const bk_zone_t *const *)one),
                  bk_zone_name(*(const bk_zone_t *const *)other));
}

/* In the order of their names, so that the same bookings are the same text: the spaces are in no
 * order. */
static void write_zones(booking_export_t *to)
{
    writer_t *writer = to->writer;
    int count = to->spaces->count, i;
    const bk_zone_t **zones =
        apr_palloc(to->request->r->pool, sizeof(*zones) * (apr_size_t)(count + 1));

    for (i = 0; i < count; i++) {
        zones[i] = to->spaces->list[i]->zone;
    }
    qsort(zones, (size_t)count, sizeof(*zones), compare_names);
    for (i = 0; i < count; i++) {
        if (i == 0 || compare_names(&zones[i], &zones[i - 1]) != 0) {
            bk_ics_zone(&writer->ics, bk_zone_name(zones[i]), offset_of, zones[i], to->from_ns,
                        to->to_ns);
        }
    }
}

/* The calendar's zones tell the first of two passes of a clock, and only bookings that were there
 * when they were written; all others are in UTC. */
static void write_time(booking_export_t *to, const char *name, apr_int64_t ns,
                       const booking_space_t *space)
{
    bk_ics_t *ics = &((writer_t *)to->writer)->ics;
    apr_int64_t first;

    if (!space || ns < to->from_ns || ns > to->to_ns) {
        bk_ics_utc(ics, name, ns);
        return;
    }
    (void)bk_zone_instant(space->zone, bk_zone_wall(space->zone, ns), &first);
    if (first != ns) {
        bk_ics_utc(ics, name, ns);
        return;
    }
    bk_ics_wall(ics, name, bk_zone_name(space->zone), ns, bk_zone_offset(space->zone, ns));
}

/* ---- events -------------------------------------------------------------------------------------
 */

static void write_uid(booking_export_t *to, const booking_v1_t *row, int is_masked)
{
    writer_t *writer = to->writer;
    apr_pool_t *p = to->request->r->pool;
    const char *id = is_masked ? booking_v1_json_key_of(to->request, row, p)
                               : apr_psprintf(p, "%" APR_INT64_T_FMT, row->id);

    bk_ics_text(&writer->ics, "UID", apr_pstrcat(p, "booking-", id, "@", writer->host, NULL));
}

static void write_versions(bk_ics_t *ics, const booking_v1_t *row, apr_pool_t *p)
{
    apr_int64_t changed = row->changed_ns == BK_FIELD_NONE ? row->created_ns : row->changed_ns;

    bk_ics_utc(ics, "DTSTAMP", changed);
    if (changed != BOOKING_V1_CREATED_UNKNOWN) {
        bk_ics_utc(ics, "LAST-MODIFIED", changed);
    }
    bk_ics_line(ics, "SEQUENCE", apr_psprintf(p, "%" APR_INT64_T_FMT, row->version - 1));
}

static const char *status_of(const booking_v1_t *row)
{
    if (row->state == BOOKING_STATE_CONFIRMED) {
        return "CONFIRMED";
    }
    return row->state == BOOKING_STATE_PENDING ? "TENTATIVE" : "CANCELLED";
}

static const char *location_of(const booking_v1_t *row, const booking_space_t *space, apr_pool_t *p)
{
    if (!space) {
        return row->space_id;
    }
    return space->building ? apr_pstrcat(p, space->name, ", ", space->building, NULL) : space->name;
}

/* The name of its owner is a contact, RFC 5545, section 3.8.4.2: an organizer would need an
 * address.
 */
static void write_texts(booking_export_t *to, const booking_v1_t *row, const booking_space_t *space,
                        const booking_v1_view_t *view)
{
    bk_ics_t *ics = &((writer_t *)to->writer)->ics;
    apr_pool_t *p = to->request->r->pool;
    const char *owner =
        view->detail >= BK_DETAIL_OWNER ? booking_people_name(to->request, row->user_id) : NULL;
    int has_title = view->detail >= BK_DETAIL_TITLE && row->title && *row->title;

    bk_ics_text(ics, "SUMMARY", has_title ? row->title : "Booked");
    bk_ics_text(ics, "LOCATION", location_of(row, space, p));
    if (owner) {
        bk_ics_text(ics, "CONTACT", owner);
    }
    if (view->detail == BK_DETAIL_FULL && row->notes && *row->notes) {
        bk_ics_text(ics, "DESCRIPTION", row->notes);
    }
    if (view->detail == BK_DETAIL_FULL && row->is_private) {
        bk_ics_line(ics, "CLASS", "PRIVATE");
    }
}

static void write_row(booking_export_t *to, const booking_v1_t *row, const booking_space_t *space,
                      const booking_v1_view_t *view)
{
    bk_ics_t *ics = &((writer_t *)to->writer)->ics;
    apr_pool_t *p = to->request->r->pool;

    bk_ics_line(ics, "BEGIN", "VEVENT");
    write_uid(to, row, view->detail == BK_DETAIL_BUSY);
    write_versions(ics, row, p);
    write_time(to, "DTSTART", row->start_ns, space);
    write_time(to, "DTEND", row->end_ns, space);
    bk_ics_line(ics, "STATUS", status_of(row));
    write_texts(to, row, space, view);
    bk_ics_line(ics, "END", "VEVENT");
}

/* ---- the calendar -------------------------------------------------------------------------------
 */

static void begin(booking_export_t *to, apr_pool_t *p)
{
    writer_t *writer = to->writer = apr_palloc(p, sizeof(*writer));

    writer->host = apr_pstrdup(p, to->request->r->server->server_hostname);
    bk_ics_begin(&writer->ics, bk_spool_write, to->spool,
                 "-//Bookable//Bookable " BK_VERSION "//EN");
    write_zones(to);
}

static apr_status_t end(booking_export_t *to)
{
    return bk_ics_end(&((writer_t *)to->writer)->ics);
}

const booking_export_format_t booking_export_ics = {"text/calendar; charset=utf-8", "bookings.ics",
                                                    begin, write_row, end};
