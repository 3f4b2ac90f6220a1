/* booking_prune: deletes what is kept of bookings that are long over, or takes from it whom it was
 * about, so that only what statistics need is left. For bookable-admin; httpd needs none of it.
 *
 * Series whose bookings are all over, and closures, lose their persons, titles and reasons with
 * both. Both go a few rows at a time, each in a transaction of its own, so that bookings are made
 * meanwhile. What is interrupted goes on when it is run again.
 */
#ifndef BOOKING_PRUNE_H
#define BOOKING_PRUNE_H

#include "booking_v1_store.h"

/** What was done. */
typedef struct booking_prune_done_t {
    apr_int64_t bookings;   /* deleted, or anonymised */
    apr_int64_t deleted;    /* events that were deleted */
    apr_int64_t anonymised; /* events that are about nobody any more */
} booking_prune_done_t;

/**
 * Delete bookings that ended before an instant, and events from before it; events that are later,
 * but about such a booking, stay without persons and reasons. Readers of the log whose place is
 * among deleted events have to begin anew.
 * @param handle  of booking_store_dbd
 * @param done    set, also after an error
 */
apr_status_t booking_prune(void *handle, apr_int64_t before_ns, booking_prune_done_t *done,
                           apr_pool_t *p);

/** Take from bookings that ended before an instant, and from all events about them: who it was for,
 * who made and changed it, participants, title, notes, attributes and reasons. The rest stays. */
apr_status_t booking_prune_anonymise(void *handle, apr_int64_t before_ns,
                                     booking_prune_done_t *done, apr_pool_t *p);

#endif
