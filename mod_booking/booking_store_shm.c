#include "booking_store.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_calendar.h"
#include "bk_map.h"
#include "bk_record_fields.h"
#include "bk_time.h"

/* The memory, in sixteenths:
 *
 *     10  bookings   id to booking. The authoritative data; all else can be derived from it
 *      5  calendar   the booked ranges of each space, and the number of bookings on each date
 *      1  spaces     id to the number that stands for the space in the calendar
 *
 * A booking is added and removed while its space's stripe of the calendar is locked, so of two that
 * overlap only one is added. A process killed meanwhile leaves the map of bookings consistent; the
 * stripe is then rebuilt from it.
 */
enum { SPACES = 1, CALENDAR = 5 };

/* The highest number of a space. Numbers are never reused, not even one that was drawn and then not
 * needed. */
#define LAST_NUMBER 0xFFFF0000u

typedef struct shared_t {
    _Atomic apr_uint32_t numbers;
} shared_t;

typedef struct store_t {
    shared_t *shared;
    bk_map_t bookings, spaces;
    bk_calendar_t calendar;
} store_t;

/* ---- records ------------------------------------------------------------------------------------
 */

/* A date YYYY-MM-DD as the number YYYYMMDD; -1 if the text is no date. */
static apr_int64_t number_of_date(const char *date)
{
    return bk_time_is_date(date) ? atoi(date) * 10000 + atoi(date + 5) * 100 + atoi(date + 8) : -1;
}

/* Write the range, which begins the record, so that it can be read without the rest. */
static void write_range(bk_record_t *record, const bk_calendar_range_t *range)
{
    bk_record_begin(record);
    bk_record_add_int(record, range->space);
    bk_record_add_int(record, range->date);
    bk_record_add_fixed(record, range->start);
    bk_record_add_int(record, (apr_int64_t)bk_time_between(range->start, range->end));
}

static void read_range(bk_record_reader_t *reader, bk_calendar_range_t *range)
{
    range->space = (apr_uint32_t)bk_record_int(reader);
    range->date = bk_record_int(reader);
    range->start = bk_record_fixed(reader);
    /* Unsigned: five centuries do not fit into a signed difference. */
    range->end = (apr_int64_t)((apr_uint64_t)range->start + (apr_uint64_t)bk_record_int(reader));
}

static void range_of(bk_map_bytes_t value, bk_calendar_range_t *range)
{
    bk_record_reader_t reader;

    bk_record_read(&reader, value.bytes, value.len, NULL);
    read_range(&reader, range);
}

/* ---- rebuilding the calendar --------------------------------------------------------------------
 */

typedef struct rebuild_t {
    const bk_calendar_t *calendar;
    apr_uint32_t stripe;
    apr_status_t rv;
} rebuild_t;

static bk_map_fate_t add_to_calendar(void *baton, bk_map_bytes_t key, bk_map_bytes_t value)
{
    rebuild_t *rebuild = baton;
    bk_calendar_range_t range;

    range_of(value, &range);
    if (rebuild->rv == APR_SUCCESS &&
        bk_calendar_stripe(rebuild->calendar, range.space) == rebuild->stripe) {
        rebuild->rv = bk_calendar_add(rebuild->calendar, &range);
    }
    return BK_MAP_KEEP;
}

static apr_status_t rebuild_stripe(void *baton, const bk_calendar_t *calendar, apr_uint32_t stripe)
{
    const store_t *store = baton;
    rebuild_t rebuild = {calendar, stripe, APR_SUCCESS};
    apr_status_t rv = bk_map_each(&store->bookings, add_to_calendar, &rebuild);

    return rv == APR_SUCCESS ? rebuild.rv : rv;
}

static apr_status_t attach(void **handle, bk_memory_t memory, apr_interval_time_t wait,
                           apr_pool_t *p)
{
    const apr_uint64_t whole = memory.size;
    store_t *store = apr_palloc(p, sizeof(*store));
    apr_status_t rv;

    *handle = store;
    store->shared = bk_memory_take(&memory, sizeof(shared_t), BK_MEMORY_LINE);
    rv = bk_map_attach(&store->spaces, bk_memory_share(&memory, whole, SPACES), wait);
    if (rv == APR_SUCCESS) {
        rv = bk_calendar_attach(&store->calendar, bk_memory_share(&memory, whole, CALENDAR), wait,
                                rebuild_stripe, store);
    }
    return rv == APR_SUCCESS ? bk_map_attach(&store->bookings, memory, wait) : rv;
}

/* The fingerprint of the layout. It includes a sample range, whose members all differ, so that a
 * change of how ranges are written changes the fingerprint. */
static apr_uint64_t fingerprint(void)
{
    static const bk_calendar_range_t range = {8, 9, 10, 12};
    const apr_uint64_t parts[] = {SPACES, CALENDAR, sizeof(shared_t), bk_calendar_fingerprint(),
                                  bk_fields_fingerprint(&booking_fields)};
    bk_record_t record;

    write_range(&record, &range);
    return bk_layout_mix(bk_layout_mix(bk_map_fingerprint(), parts, sizeof(parts)), record.bytes,
                         record.len);
}

const bk_memory_schema_t booking_store_shm_schema = {"booking", fingerprint, attach};

/* ---- the verbs ----------------------------------------------------------------------------------
 */

static apr_status_t find_number(const store_t *store, bk_map_bytes_t space, apr_uint32_t *number)
{
    bk_map_value_t found;
    apr_status_t rv = bk_map_find(&store->spaces, space, &found);

    if (rv == APR_SUCCESS) {
        memcpy(number, found.value.bytes, sizeof(*number));
    }
    return rv;
}

/* The number of a space. A space gets its number with its first booking. */
static apr_status_t number_space(const store_t *store, const char *id, apr_uint32_t *number)
{
    const bk_map_bytes_t space = {id, strlen(id)};
    apr_status_t rv = find_number(store, space, number);

    if (rv != APR_NOTFOUND) {
        return rv;
    }
    if (atomic_load(&store->shared->numbers) >= LAST_NUMBER) {
        return APR_ENOSPC;
    }
    *number = atomic_fetch_add(&store->shared->numbers, 1) + 1;
    rv = bk_map_insert(&store->spaces, space, (bk_map_bytes_t){number, sizeof(*number)});
    return rv == APR_EEXIST ? find_number(store, space, number) : rv;
}

/* Add a booking. Call with the stripe locked. */
static apr_status_t add_booking(const store_t *store, const booking_t *booking,
                                const bk_calendar_range_t *range, int *conflict)
{
    bk_record_t record;
    apr_status_t rv;

    write_range(&record, range);
    bk_record_fields_add(&record, &booking_fields, booking);
    if (record.is_too_long) {
        return APR_ENOSPC;
    }
    rv = bk_calendar_add(&store->calendar, range);
    if (rv != APR_SUCCESS) {
        *conflict = rv == APR_EEXIST;
        return *conflict ? APR_SUCCESS : rv;
    }
    rv = bk_map_insert(&store->bookings, bk_map_int(&booking->id),
                       (bk_map_bytes_t){record.bytes, record.len});
    if (rv != APR_SUCCESS) {
        bk_calendar_remove(&store->calendar, range);
    }
    return rv;
}

static apr_status_t insert(void *handle, const booking_t *booking, int *conflict)
{
    const store_t *store = handle;
    bk_calendar_range_t range = {0, number_of_date(booking->date), booking->start_ns,
                                 booking->end_ns};
    apr_uint32_t stripe;
    apr_status_t rv = number_space(store, booking->space_id, &range.space);

    *conflict = 0;
    if (rv != APR_SUCCESS) {
        return rv;
    }
    stripe = bk_calendar_stripe(&store->calendar, range.space);
    rv = bk_calendar_open(&store->calendar, stripe);
    if (rv == APR_SUCCESS) {
        rv = add_booking(store, booking, &range, conflict);
        bk_calendar_close(&store->calendar, stripe);
    }
    return rv;
}

/* Find the record of a booking with an id on a date. */
static apr_status_t find_record(const store_t *store, const char *date, apr_int64_t id,
                                bk_map_value_t *found, bk_calendar_range_t *range)
{
    apr_status_t rv = bk_map_find(&store->bookings, bk_map_int(&id), found);

    if (rv == APR_SUCCESS) {
        range_of(found->value, range);
        rv = range->date == number_of_date(date) ? APR_SUCCESS : APR_NOTFOUND;
    }
    return rv;
}

static apr_status_t find(void *handle, const char *date, apr_int64_t id, booking_t *booking,
                         apr_pool_t *p)
{
    bk_map_value_t found;
    bk_calendar_range_t range;
    bk_record_reader_t reader;
    apr_status_t rv = find_record(handle, date, id, &found, &range);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    bk_record_read(&reader, found.value.bytes, found.value.len, p);
    read_range(&reader, &range);
    booking->id = id;
    booking->date = apr_pstrdup(p, date);
    booking->start_ns = range.start;
    booking->end_ns = range.end;
    bk_record_fields_read(&reader, &booking_fields, booking);
    return reader.is_bad ? APR_EGENERAL : APR_SUCCESS;
}

static apr_status_t find_date(void *handle, const char *date, apr_pool_t *p)
{
    const store_t *store = handle;
    apr_int64_t number = number_of_date(date);

    return number < 0 ? APR_NOTFOUND : bk_calendar_find_date(&store->calendar, number);
}

/* Remove a booking. Call with the stripe of the range locked. The booking is looked up again,
 * because it may have been deleted, and its id reused, before the stripe was locked.
 */
static apr_status_t remove_range(const store_t *store, const char *date, apr_int64_t id,
                                 const bk_calendar_range_t *range)
{
    bk_map_value_t found;
    bk_calendar_range_t now;
    apr_status_t rv = find_record(store, date, id, &found, &now);

    if (rv == APR_SUCCESS && (now.space != range->space || now.start != range->start)) {
        rv = APR_NOTFOUND;
    }
    if (rv == APR_SUCCESS) {
        rv = bk_map_remove(&store->bookings, bk_map_int(&id));
    }
    if (rv == APR_SUCCESS) {
        bk_calendar_remove(&store->calendar, &now);
    }
    return rv;
}

/* There are no versions here: a booking is never changed. */
static apr_status_t remove_booking(void *handle, const char *date, apr_int64_t id,
                                   apr_int64_t version, apr_int64_t by)
{
    const store_t *store = handle;
    bk_map_value_t found;
    bk_calendar_range_t range;
    apr_uint32_t stripe;
    apr_status_t rv = find_record(store, date, id, &found, &range);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    stripe = bk_calendar_stripe(&store->calendar, range.space);
    rv = bk_calendar_open(&store->calendar, stripe);
    if (rv == APR_SUCCESS) {
        rv = remove_range(store, date, id, &range);
        bk_calendar_close(&store->calendar, stripe);
    }
    return rv;
}

const booking_store_verbs_t booking_store_shm = {
    .insert = insert,
    .find = find,
    .find_date = find_date,
    .remove = remove_booking,
};

/* ---- validation ---------------------------------------------------------------------------------
 */

typedef struct missing_t {
    const bk_calendar_t *calendar;
    apr_uint64_t bookings;
    int count;
} missing_t;

static bk_map_fate_t look_in_calendar(void *baton, bk_map_bytes_t key, bk_map_bytes_t value)
{
    missing_t *missing = baton;
    bk_calendar_range_t range;

    range_of(value, &range);
    missing->bookings++;
    missing->count += !bk_calendar_has(missing->calendar, &range);
    return BK_MAP_KEEP;
}

/* The calendar is consistent with the map if it has as many ranges as there are bookings, and one
 * for each. Nothing else may use the store meanwhile. */
const char *booking_store_shm_validate(void *handle, apr_pool_t *p)
{
    const store_t *store = handle;
    missing_t missing = {&store->calendar, 0, 0};
    apr_uint64_t ranges;
    const char *wrong = bk_map_validate(&store->spaces, p);

    if (!wrong) {
        wrong = bk_map_validate(&store->bookings, p);
    }
    if (!wrong) {
        wrong = bk_calendar_validate(&store->calendar, &ranges, p);
    }
    if (wrong) {
        return wrong;
    }
    (void)bk_map_each(&store->bookings, look_in_calendar, &missing);
    if (missing.count || missing.bookings != ranges) {
        return apr_psprintf(p,
                            "%d bookings are not in the calendar; it has %" APR_UINT64_T_FMT
                            " ranges for %" APR_UINT64_T_FMT " bookings",
                            missing.count, ranges, missing.bookings);
    }
    return NULL;
}
