/* booking_closures_store: the records and verbs that closures need of a store: the group
 * BOOKING_STORE_CLOSURES, which only the store in a database has.
 *
 * A closure is a row of its own. In each of its spaces it is a row of the table bookings besides,
 * or several around what is kept: so the rule that keeps two bookings apart also keeps a closure
 * and a booking apart, whichever comes first. The closures of a space do not overlap, either.
 *
 * A space that is archived is closed, too, by rows that are of no closure, until it is in use
 * again: so a booking that was judged a moment before that finds the space taken.
 *
 * Verbs are called as those of booking_store.h.
 */
#ifndef BOOKING_CLOSURES_STORE_H
#define BOOKING_CLOSURES_STORE_H

#include <apr_tables.h>

#include "booking_v1_store.h"

/** The number of the group of verbs. */
#define BOOKING_STORE_CLOSURES 5

typedef struct booking_closure_t {
    apr_int64_t id;
    apr_int64_t start_ns, end_ns; /* nanoseconds since the epoch */
    const char *spaces;           /* JSON: an array of their ids */
    const char *reason;
    int is_public; /* everybody may read the reason */
    int is_ended;  /* it was taken back: nothing is closed any longer */
    apr_int64_t created_by, created_ns;
    apr_int64_t changed_by, changed_ns;
    apr_int64_t version; /* counts changes, from 1 */
} booking_closure_t;

extern const bk_fields_t booking_closures_fields;

/** Results of verbs besides those of booking_v1_store.h. */
#define BOOKING_CLOSURES_STORE_IN_THE_WAY \
    (APR_OS_START_USERERR + 41) /* something is, and nothing was done */
#define BOOKING_CLOSURES_STORE_DRY (APR_OS_START_USERERR + 42) /* it would have been done */

/** The end of what is closed for good: the last midnight, in UTC, that bk_time.h has. */
#define BOOKING_CLOSURES_STORE_NEVER APR_INT64_C(9214560000000000000)

/** What becomes of bookings that are in the way. */
typedef enum booking_closures_way_t {
    BOOKING_CLOSURES_REFUSE, /* nothing is closed */
    BOOKING_CLOSURES_CANCEL, /* they are cancelled; another closure refuses as before */
    BOOKING_CLOSURES_KEEP    /* it is closed around them */
} booking_closures_way_t;

/** What is to be closed. */
typedef struct booking_closures_plan_t {
    booking_closure_t closure;
    const char **spaces; /* the same as in closure; sorted by the verb */
    int space_count;
    booking_closures_way_t way;
    int is_dry; /* everything is done but the last step: it is undone */
    /* of booking_v1_t: set to what was in the way, by space and start; with
     * BOOKING_CLOSURES_CANCEL, what was cancelled */
    apr_array_header_t *in_the_way;
} booking_closures_plan_t;

/** Which closures are looked for, in the order of start and id. */
typedef struct booking_closures_filter_t {
    apr_int64_t from_ns, to_ns; /* they overlap this */
    const char *space_id;       /* NULL: any */
    int is_after;               /* only those behind this place: */
    apr_int64_t after_ns, after_id;
    int limit;
} booking_closures_filter_t;

typedef struct booking_closures_store_verbs_t {
    /**
     * Close spaces, all of them or none.
     * @return BOOKING_CLOSURES_STORE_IN_THE_WAY, BOOKING_CLOSURES_STORE_DRY; APR_EEXIST: an id is
     *         taken; APR_TIMEUP: others book all the time
     */
    apr_status_t (*create)(void *handle, booking_closures_plan_t *plan, apr_pool_t *p);

    /**
     * Close a space for good, around what has begun, and around closures: what begins later is in
     * the way, and is cancelled, or refuses. What is closed already stays so.
     * @param plan  its closure has the start, the end (BOOKING_CLOSURES_STORE_NEVER), who and when,
     *              and the reason, which may be NULL; its id is BK_FIELD_NONE
     * @return BOOKING_CLOSURES_STORE_IN_THE_WAY; APR_TIMEUP
     */
    apr_status_t (*archive)(void *handle, booking_closures_plan_t *plan, apr_pool_t *p);

    /** Undo that: the space is open again. @param plan  its spaces, and who and when */
    apr_status_t (*restore)(void *handle, booking_closures_plan_t *plan, apr_pool_t *p);

    /** Find a closure that has not been taken back. @return APR_NOTFOUND */
    apr_status_t (*find)(void *handle, apr_int64_t id, booking_closure_t *closure, apr_pool_t *p);

    /**
     * Change a closure's time, reason and whether that is public.
     * @param before  as it was read
     * @param plan    its closure is as it shall be, its version one more than that of @a before
     * @return BOOKING_V1_STORE_CHANGED: it is no longer as in @a before; and as create()
     */
    apr_status_t (*change)(void *handle, const booking_closure_t *before,
                           booking_closures_plan_t *plan, apr_pool_t *p);

    /** Take a closure back. @param plan  as with change(): spaces and closure are set
     *  @return BOOKING_V1_STORE_CHANGED */
    apr_status_t (*end)(void *handle, booking_closures_plan_t *plan, apr_pool_t *p);

    /** Call a function for each closure that is looked for, in order. A row is only valid during
     * the call. */
    apr_status_t (*each)(void *handle, const booking_closures_filter_t *filter,
                         apr_status_t (*row)(void *baton, const booking_closure_t *closure),
                         void *baton, apr_pool_t *p);
} booking_closures_store_verbs_t;

/** The store in a database: handles are those of booking_store_dbd. */
extern const booking_closures_store_verbs_t booking_closures_store_dbd;

#endif
