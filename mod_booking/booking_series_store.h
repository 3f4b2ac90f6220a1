/* booking_series_store: the records and verbs that series of bookings need of a store: the group
 * BOOKING_STORE_SERIES, which only the store in a database has.
 *
 * A series is a row of its own, and each of its dates a booking that names it: so lists, quotas and
 * what keeps two bookings apart need not know of series. What is done to a series is one
 * transaction, and its version counts what was done to it as a whole.
 *
 * Verbs are called as those of booking_store.h.
 */
#ifndef BOOKING_SERIES_STORE_H
#define BOOKING_SERIES_STORE_H

#include <apr_tables.h>

#include "booking_v1_store.h"

/** The number of the group of verbs. */
#define BOOKING_STORE_SERIES 3

typedef struct booking_series_t {
    apr_int64_t id;
    const char *space_id;
    apr_int64_t user_id; /* the owner */
    const char *start;   /* the local time of the first date: 2030-09-02T09:00 */
    apr_int64_t minutes;
    const char *time_zone;
    const char *rule;   /* JSON, as bk_recurrence_input_write() has it */
    const char *except; /* JSON: an array of dates */
    const char *title;  /* NULL: none */
    apr_int64_t created_by, created_ns;
    apr_int64_t changed_by, changed_ns;
    apr_int64_t version; /* counts changes, from 1 */
} booking_series_t;

extern const bk_fields_t booking_series_fields;

/** Results of verbs besides those of booking_v1_store.h. */
#define BOOKING_SERIES_STORE_REFUSED \
    (APR_OS_START_USERERR + 31)                               /* the results of the items say why */
#define BOOKING_SERIES_STORE_DRY (APR_OS_START_USERERR + 32)  /* it would have been done */
#define BOOKING_SERIES_STORE_NONE (APR_OS_START_USERERR + 33) /* it has no such booking */

/** A date of a series that is to be booked. */
typedef struct booking_series_item_t {
    booking_v1_t row;
    booking_limits_t limits; /* the quotas that it counts in */
    apr_status_t result;     /* set: APR_SUCCESS, BOOKING_V1_STORE_TAKEN, BOOKING_V1_STORE_QUOTA */
} booking_series_item_t;

/** A series that is to be booked. */
typedef struct booking_series_plan_t {
    booking_series_t series;
    booking_series_item_t *items; /* in order of their times, all in one space and of one owner */
    int count;
    int enough; /* at least so many of them, or none */
    int is_dry; /* everything is done but the last step: it is undone */
    /* of booking_v1_t: set to what is in the way of those whose time is taken, in order */
    apr_array_header_t *clashes;
} booking_series_plan_t;

/** Which of a series' bookings are meant: those that begin in between, nanoseconds since the epoch;
 * the end is no part of it. */
typedef struct booking_series_part_t {
    apr_int64_t series_id;
    apr_int64_t from_ns, to_ns;
    apr_int64_t version; /* of the series; 0: whichever it is */
} booking_series_part_t;

/** By whom, when, and why something is done. */
typedef struct booking_series_act_t {
    apr_int64_t by;
    apr_int64_t now_ns;
    const char *reason; /* NULL: none is given */
} booking_series_act_t;

/** How many bookings of a series are in which state; and the next that occupies its space. */
typedef struct booking_series_counts_t {
    apr_int64_t by_state[BOOKING_STATES];
    apr_int64_t next_id, next_start_ns, next_end_ns; /* BK_FIELD_NONE: there is none */
} booking_series_counts_t;

typedef struct booking_series_store_verbs_t {
    /**
     * Book a series, under the rules of booking_v1_store_verbs_t.insert for each date: enough of
     * its dates, or none of them.
     * @return BOOKING_SERIES_STORE_REFUSED, BOOKING_SERIES_STORE_DRY; APR_EEXIST: one of the ids is
     *         taken
     */
    apr_status_t (*create)(void *handle, booking_series_plan_t *plan, apr_pool_t *p);

    /** Find a series. @return APR_NOTFOUND */
    apr_status_t (*find)(void *handle, apr_int64_t id, booking_series_t *series, apr_pool_t *p);

    /** Count its bookings. @param now_ns  the next one begins after that */
    apr_status_t (*count)(void *handle, apr_int64_t id, apr_int64_t now_ns,
                          booking_series_counts_t *counts, apr_pool_t *p);

    /** Cancel what of it is confirmed or pending. @param count  set to how many were
     * @return APR_NOTFOUND; BOOKING_V1_STORE_CHANGED */
    apr_status_t (*cancel)(void *handle, const booking_series_part_t *part,
                           const booking_series_act_t *act, apr_int64_t *count, apr_pool_t *p);

    /**
     * Decide on what of it is pending, and has not expired.
     * @param state  BOOKING_STATE_CONFIRMED or BOOKING_STATE_REJECTED
     * @param count  set to how many there were
     * @return as cancel(); BOOKING_SERIES_STORE_NONE: none was pending, and nothing was changed
     */
    apr_status_t (*decide)(void *handle, const booking_series_part_t *part, booking_state_t state,
                           const booking_series_act_t *act, apr_int64_t *count, apr_pool_t *p);
} booking_series_store_verbs_t;

/** The store in a database: handles are those of booking_store_dbd. */
extern const booking_series_store_verbs_t booking_series_store_dbd;

#endif
