/* The log of bookings in a database. */
#include "booking_events_store.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_db_fields.h"
#include "booking_store_dbd_private.h"

/* The row of the table booking_log. */
typedef struct log_t {
    const char *incarnation;
    int is_moved;           /* the database is of another cluster now */
    apr_int64_t boundary;   /* events below this number are in the order of their numbers */
    booking_place_t oldest; /* the last event that was deleted; what is behind it is there */
} log_t;

static apr_status_t read_log(bk_db_t *db, log_t *log, apr_pool_t *p)
{
    bk_db_value_t row[5];
    apr_status_t rv = bk_db_read(db, BOOKING_LOG, NULL, 0, row, 5, p);

    if (rv == APR_SUCCESS) {
        *log = (log_t){row[0].text,
                       row[1].number != 0,
                       row[2].number,
                       {row[0].text, row[3].number, row[4].number, 0}};
    }
    return rv;
}

/* ---- places -------------------------------------------------------------------------------------
 */

/* A sum in which each of the three has a weight of its own, so that two that change together do not
 * cancel out. */
static apr_int64_t mark_of(const booking_event_t *event)
{
    return (apr_int64_t)(((apr_uint64_t)event->at_ns * 1000003 + (apr_uint64_t)event->booking_id) *
                             1000003 +
                         (apr_uint64_t)event->version);
}

static int compare(const booking_place_t *one, const booking_place_t *other)
{
    if (one->xact != other->xact) {
        return one->xact < other->xact ? -1 : 1;
    }
    return one->seq < other->seq ? -1 : one->seq > other->seq;
}

/* How an event is found in the log, whose order differs below the boundary. */
static booking_place_t place_of(const log_t *log, const booking_event_t *event, apr_int64_t xact)
{
    return (booking_place_t){log->incarnation, event->seq < log->boundary ? 0 : xact, event->seq,
                             mark_of(event)};
}

/* Whether the event of a place is the one that it was made for. */
static apr_status_t check_event(bk_db_t *db, const log_t *log, const booking_place_t *place,
                                apr_pool_t *p)
{
    enum { XACT, AT, BOOKING, VERSION, COLUMNS };
    bk_db_value_t row[COLUMNS], seq = bk_db_int(place->seq);
    apr_status_t rv = bk_db_read(db, BOOKING_EVENT, &seq, 1, row, COLUMNS, p);
    booking_event_t event;
    booking_place_t there;

    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? BOOKING_EVENTS_GONE : rv;
    }
    event = (booking_event_t){.seq = place->seq,
                              .at_ns = row[AT].number,
                              .booking_id = row[BOOKING].number,
                              .version = row[VERSION].number};
    there = place_of(log, &event, row[XACT].number);
    return compare(&there, place) == 0 && there.mark == place->mark ? APR_SUCCESS
                                                                    : BOOKING_EVENTS_GONE;
}

static apr_status_t check_place(bk_db_t *db, const log_t *log, const booking_place_t *place,
                                apr_pool_t *p)
{
    int order;

    if (log->is_moved) {
        return BOOKING_EVENTS_MOVED;
    }
    if (!place->incarnation) {
        return APR_SUCCESS;
    }
    order = compare(place, &log->oldest);
    if (strcmp(place->incarnation, log->incarnation) != 0 || order < 0) {
        return BOOKING_EVENTS_GONE;
    }
    return order > 0 ? check_event(db, log, place, p) : APR_SUCCESS;
}

/* ---- reading ------------------------------------------------------------------------------------
 */

typedef struct reading_t {
    bk_db_t *db;
    const log_t *log;
    booking_place_t *place;
    int left; /* how many events more */
    booking_events_each_t *each;
    void *baton;
    apr_pool_t *pool;
} reading_t;

static apr_status_t read_row(void *baton, const bk_db_value_t *row)
{
    reading_t *reading = baton;
    booking_event_t event;
    booking_place_t place;
    apr_status_t rv;

    bk_db_fields_of_row(&event, &booking_event_fields, row);
    place = place_of(reading->log, &event, row[booking_event_fields.count].number);
    rv = reading->each(reading->baton, &event, &place);
    if (rv == APR_SUCCESS) {
        *reading->place = place;
        reading->left--;
    }
    return rv;
}

/* Those below the boundary, by number. */
static apr_status_t read_numbered(reading_t *reading)
{
    const bk_db_value_t args[] = {bk_db_int(reading->place->seq), bk_db_int(reading->log->boundary),
                                  bk_db_int(reading->left)};

    if (reading->place->xact || reading->place->seq + 1 >= reading->log->boundary) {
        return APR_SUCCESS;
    }
    return bk_db_each(reading->db, BOOKING_EVENTS_NUMBERED, args, 3, booking_event_fields.count + 1,
                      read_row, reading, reading->pool);
}

/* Those from the boundary on, by transaction. */
static apr_status_t read_by_xact(reading_t *reading)
{
    const bk_db_value_t args[] = {bk_db_int(reading->place->xact), bk_db_int(reading->place->seq),
                                  bk_db_int(reading->log->boundary), bk_db_int(reading->left)};

    if (!reading->left || !bk_db_has(reading->db, BOOKING_EVENTS_BY_XACT)) {
        return APR_SUCCESS;
    }
    return bk_db_each(reading->db, BOOKING_EVENTS_BY_XACT, args, 4, booking_event_fields.count + 1,
                      read_row, reading, reading->pool);
}

static apr_status_t read_from(bk_db_t *db, log_t *log, booking_place_t *place, int most,
                              booking_events_each_t *each, void *baton, apr_pool_t *p)
{
    reading_t reading = {db, log, place, most, each, baton, p};
    apr_status_t rv = read_log(db, log, p);

    if (rv == APR_SUCCESS) {
        rv = check_place(db, log, place, p);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (!place->incarnation) {
        *place = log->oldest;
    }
    rv = read_numbered(&reading);
    return rv == APR_SUCCESS ? read_by_xact(&reading) : rv;
}

/* In one snapshot, so that nothing is deleted between the check and the reading. */
static apr_status_t read_events(void *handle, booking_place_t *place, int most,
                                booking_events_each_t *each, void *baton, apr_pool_t *p)
{
    log_t log;
    apr_status_t rv = bk_db_begin_read(handle);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    return bk_db_end(handle, read_from(handle, &log, place, most, each, baton, p));
}

static apr_status_t read_history(void *handle, apr_int64_t booking_id, booking_events_each_t *each,
                                 void *baton, apr_pool_t *p)
{
    const bk_db_value_t id = bk_db_int(booking_id);
    const log_t none = {NULL, 0, 0, {NULL, 0, 0, 0}};
    booking_place_t place;
    reading_t reading = {handle, &none, &place, 0, each, baton, p};

    return bk_db_each(handle, BOOKING_EVENTS_OF, &id, 1, booking_event_fields.count + 1, read_row,
                      &reading, p);
}

/* ---- another cluster ----------------------------------------------------------------------------
 */

/* Nobody writes to the log while the table is locked, so all numbers that were given out are
 * committed, and all later ones are higher. */
static apr_status_t set_boundary(bk_db_t *db)
{
    apr_status_t rv = bk_db_write(db, BOOKING_LOG_LOCK, NULL, 0, NULL);

    return rv == APR_SUCCESS ? bk_db_write(db, BOOKING_LOG_MEND, NULL, 0, NULL) : rv;
}

static apr_status_t mend(void *handle, apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(handle);

    return rv == APR_SUCCESS ? bk_db_end(handle, set_boundary(handle)) : rv;
}

/* ---- deleting -----------------------------------------------------------------------------------
 */

typedef struct trimming_t {
    apr_int64_t before_ns;
    booking_place_t last; /* the last one that is to be deleted */
    booking_place_t next; /* the one behind it, perhaps the last of the log */
    int count;
} trimming_t;

/* The last event of the log stays: by it readers keep their place, and SQLite its numbers. */
static apr_status_t look_at(void *baton, const booking_event_t *event, const booking_place_t *place)
{
    trimming_t *trimming = baton;

    if (trimming->next.seq) {
        trimming->last = trimming->next;
        trimming->count++;
    }
    if (event->at_ns >= trimming->before_ns) {
        trimming->next.seq = 0;
        return APR_EOF;
    }
    trimming->next = *place;
    return APR_SUCCESS;
}

/* Who trims at the same time waits at the row of booking_log, and finds nothing left. */
static apr_status_t delete_up_to(bk_db_t *db, const booking_place_t *last, int *deleted)
{
    const bk_db_value_t args[] = {bk_db_int(last->xact), bk_db_int(last->seq)};
    apr_int64_t changed = 0;
    apr_status_t rv = bk_db_write(db, BOOKING_LOG_TRIM, args, 2, &changed);

    if (rv != APR_SUCCESS || !changed) {
        return rv;
    }
    rv = bk_db_write(db, BOOKING_EVENTS_DELETE, args, 2, &changed);
    *deleted = (int)changed;
    if (rv == APR_SUCCESS && last->xact) {
        rv = bk_db_write(db, BOOKING_EVENTS_DELETE_XACT, args, 2, &changed);
        *deleted += (int)changed;
    }
    return rv;
}

static apr_status_t trim_within(bk_db_t *db, apr_int64_t before_ns, int most, int *deleted,
                                apr_pool_t *p)
{
    trimming_t trimming = {.before_ns = before_ns};
    booking_place_t start = {0};
    log_t log;
    apr_status_t rv = read_from(db, &log, &start, most, look_at, &trimming, p);

    if (rv != APR_SUCCESS && rv != APR_EOF) {
        return rv;
    }
    return trimming.count ? delete_up_to(db, &trimming.last, deleted) : APR_SUCCESS;
}

static apr_status_t trim(void *handle, apr_int64_t before_ns, int most, int *deleted, apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(handle);

    *deleted = 0;
    if (rv != APR_SUCCESS) {
        return rv;
    }
    return bk_db_end(handle, trim_within(handle, before_ns, most, deleted, p));
}

const booking_events_verbs_t booking_events_store_dbd = {
    .read = read_events, .mend = mend, .trim = trim, .history = read_history};
