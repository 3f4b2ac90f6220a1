/* booking_event: a row of the log of bookings.
 *
 * The database's triggers write it, with whatever changes a row of the table bookings: so nothing
 * is booked and not logged, or logged and not booked. Each has the row as it was and as it is.
 */
#ifndef BOOKING_EVENT_H
#define BOOKING_EVENT_H

#include "bk_fields.h"

typedef struct booking_event_t {
    apr_int64_t seq;   /* in SQLite the order of commits; in PostgreSQL that of writing */
    apr_int64_t at_ns; /* when, nanoseconds since the epoch; 0: before that was kept */
    apr_int64_t booking_id;
    apr_int64_t version; /* of the booking after it; 1: it was made */
    apr_int64_t kind;    /* booking_kind_t */
    apr_int64_t via;     /* booking_via_t */
    apr_int64_t actor;   /* a user; BOOKING_BY_HOUSE */
    const char *space_id;
    apr_int64_t start_ns, end_ns;
    apr_int64_t state; /* booking_state_t */
    apr_int64_t user_id;
    const char *reason;     /* NULL: none was given */
    const char *overridden; /* names of rules, with commas; NULL: none */
    /* before it; of a row that was made missing: NULL and BK_FIELD_NONE */
    const char *old_space_id;
    apr_int64_t old_start_ns, old_end_ns;
    apr_int64_t old_state;
    apr_int64_t old_user_id;
} booking_event_t;

extern const bk_fields_t booking_event_fields;

#endif
