/* The store of bookings in a database: what the base API needs of it. */
#include "bk_db_fields.h"
#include "bk_time.h"
#include "booking_rows.h"
#include "booking_store_dbd_private.h"

/* No clock is further than that from UTC. */
#define FURTHEST_OFFSET BK_TIME_DAY

/* @return APR_SUCCESS, with *added set to 1 if the time was free, else to 0 */
static apr_status_t try_to_add(bk_db_t *db, const booking_t *booking, apr_int64_t *added)
{
    bk_db_value_t args[BK_FIELDS_MOST], *more = args + booking_fields.count;

    bk_db_fields_bind(args, &booking_fields, booking);
    more[0] = bk_db_int(booking->setup_ns);
    more[1] = bk_db_int(booking->teardown_ns);
    more[2] = bk_db_int(bk_time_now());
    *added = 0;
    return bk_db_write(db, BOOKING_INSERT_BASE, args, booking_fields.count + 3, added);
}

/* What is in the way may have expired: only then it is tried again. */
static apr_status_t insert(void *handle, const booking_t *booking, int *conflict)
{
    apr_int64_t added;
    int ended = 0;
    apr_status_t rv = try_to_add(handle, booking, &added);

    if (rv == APR_SUCCESS && !added) {
        apr_pool_t *p;

        apr_pool_create(&p, NULL);
        rv = booking_rows_sweep(handle, booking->space_id, booking->start_ns - booking->setup_ns,
                                booking->end_ns + booking->teardown_ns, &ended, p);
        apr_pool_destroy(p);
        if (rv == APR_SUCCESS && ended) {
            rv = try_to_add(handle, booking, &added);
        }
    }
    *conflict = rv == APR_SUCCESS && !added;
    return rv;
}

static apr_status_t find(void *handle, const char *date, apr_int64_t id, booking_t *booking,
                         apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(date), bk_db_int(bk_time_now())};
    bk_db_value_t row[BK_FIELDS_MOST];
    apr_status_t rv =
        bk_db_find(handle, BOOKING_FIND_BASE, args, 3, row, booking_fields.count + 1, p);

    if (rv == APR_SUCCESS) {
        bk_db_fields_of_row(booking, &booking_fields, row);
        booking->version = row[booking_fields.count].number;
    }
    return rv;
}

static apr_status_t find_date(void *handle, const char *date, apr_pool_t *p)
{
    apr_int64_t midnight;
    bk_db_value_t one;

    if (!bk_time_parse_date(date, &midnight)) {
        return APR_NOTFOUND;
    }
    return bk_db_find(handle, BOOKING_FIND_DATE,
                      (bk_db_value_t[]){bk_db_text(date), bk_db_int(midnight - FURTHEST_OFFSET),
                                        bk_db_int(midnight + BK_TIME_DAY + FURTHEST_OFFSET),
                                        bk_db_int(bk_time_now())},
                      4, &one, 1, p);
}

static apr_status_t cancel(void *handle, const char *date, apr_int64_t id, apr_int64_t version,
                           apr_int64_t by)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(date), bk_db_int(version),
                                  bk_db_int(by), bk_db_int(bk_time_now())};
    apr_int64_t changed = 0;
    apr_status_t rv = bk_db_write(handle, BOOKING_CANCEL_BASE, args, 5, &changed);

    return rv == APR_SUCCESS && changed == 0 ? APR_NOTFOUND : rv;
}

const booking_store_verbs_t booking_store_dbd = {
    .insert = insert, .find = find, .find_date = find_date, .remove = cancel};
