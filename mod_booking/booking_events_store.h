/* booking_events_store: the verbs by which the log of bookings is read: the group
 * BOOKING_STORE_EVENTS, which only the store in a database has.
 *
 * A reader keeps its place, and asks for what comes behind it. In SQLite events are in the order of
 * their commits. In PostgreSQL numbers are given out before the commit, so an event of a slow
 * transaction would appear behind the place of a reader who has gone past it. So events are read in
 * the order of (transaction, number), and only those of transactions before which no other one is
 * still running. A transaction that writes for long makes the news come late; nothing is missed.
 *
 * The numbers of transactions are those of one PostgreSQL cluster. A database that was restored
 * into another one has events whose transactions mean nothing there; booking_log says up to which
 * number they go. They are read first, by number. See mend().
 *
 * Verbs are called as those of booking_store.h.
 */
#ifndef BOOKING_EVENTS_STORE_H
#define BOOKING_EVENTS_STORE_H

#include "booking_event.h"
#include "booking_v1_store.h"

#define BOOKING_STORE_EVENTS 4

/** Results of verbs besides those of bk_db.h. */
#define BOOKING_EVENTS_GONE (APR_OS_START_USERERR + 31) /* there is no such place in the log */
#define BOOKING_EVENTS_MOVED \
    (APR_OS_START_USERERR + 32) /* the database is of another cluster now: mend() */

/** A place in the log: behind an event. */
typedef struct booking_place_t {
    const char *incarnation; /* of the log; NULL: begin at its start */
    apr_int64_t xact;        /* transaction of the event; 0: the log has no transactions, or they
                                mean nothing any more */
    apr_int64_t seq;         /* its number; 0: before the first event */
    apr_int64_t mark;        /* made of what the event says: another event of this number, as there
                                may be after a backup was restored, has another one */
} booking_place_t;

/** Receives an event, and the place behind it. Texts are valid during the call. @return other than
 * APR_SUCCESS: no more */
typedef apr_status_t booking_events_each_t(void *baton, const booking_event_t *event,
                                           const booking_place_t *place);

typedef struct booking_events_verbs_t {
    /**
     * Read the log.
     * @param place  where to begin; set to the last place that was read, in @a p
     * @param most   events at the most
     * @return BOOKING_EVENTS_GONE: begin anew; BOOKING_EVENTS_MOVED; as in bk_db.h
     */
    apr_status_t (*read)(void *handle, booking_place_t *place, int most,
                         booking_events_each_t *each, void *baton, apr_pool_t *p);

    /** Make a log that was restored into another cluster readable again: all places that readers
     * have kept are gone from then on. Waits until nobody writes to the log. */
    apr_status_t (*mend)(void *handle, apr_pool_t *p);

    /**
     * Delete the oldest events, but never the last one.
     * @param before_ns  events that are older, nanoseconds since the epoch
     * @param most       at the most
     * @param deleted    set to how many there were
     */
    apr_status_t (*trim)(void *handle, apr_int64_t before_ns, int most, int *deleted,
                         apr_pool_t *p);

    /** Read the changes of a booking, the first one first. What made it is not among them. */
    apr_status_t (*history)(void *handle, apr_int64_t booking_id, booking_events_each_t *each,
                            void *baton, apr_pool_t *p);
} booking_events_verbs_t;

/** The store in a database: handles are those of booking_store_dbd. */
extern const booking_events_verbs_t booking_events_store_dbd;

#endif
