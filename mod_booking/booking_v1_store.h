/* booking_v1_store: the record and the verbs that API v1 needs of a store of bookings: the group
 * BOOKING_STORE_V1, which only the store in a database has.
 *
 * One table holds everything that takes a space's time, so that one rule decides: no two rows of a
 * space that occupy it overlap, the times kept free around them included. A booking is one row,
 * whichever API made it. Rows are never deleted: what ends stays, in another state, and every
 * change of a row is in the log, which the database's own triggers write.
 *
 * Verbs are called as those of booking_store.h.
 */
#ifndef BOOKING_V1_STORE_H
#define BOOKING_V1_STORE_H

#include <apr_pools.h>

#include "bk_db.h"
#include "bk_quota.h"
#include "booking_store.h"

/** The numbers of the groups of verbs: bk_store_t.verbs. */
#define BOOKING_STORE_V1 1

/** What takes the time. In the database these numbers stand: none is ever given another meaning. */
typedef enum booking_kind_t {
    BOOKING_KIND_BOOKING = 0,
    BOOKING_KIND_HOLD = 1,
    BOOKING_KIND_CLOSURE = 2,
    BOOKING_KIND_PART = 3 /* of a space that was booked as a whole */
} booking_kind_t;

/** How it stands with it; as above. What has ended stays ended. */
typedef enum booking_state_t {
    BOOKING_STATE_CONFIRMED = 0,
    BOOKING_STATE_PENDING = 1, /* somebody has to approve of it; it occupies the space */
    BOOKING_STATE_CANCELLED = 2,
    BOOKING_STATE_REJECTED = 3,
    BOOKING_STATE_RELEASED = 4, /* nobody came */
    BOOKING_STATE_EXPIRED = 5,  /* a hold that ended, or nobody decided in time */
    BOOKING_STATES
} booking_state_t;

/** By which door a change came; as above. */
typedef enum booking_via_t {
    BOOKING_VIA_BASE = 0,
    BOOKING_VIA_V1 = 1,
    BOOKING_VIA_IMPORT = 2,
    BOOKING_VIA_TICK = 3 /* by the clock */
} booking_via_t;

/** In place of a user: the house itself, for example where time ran out. */
#define BOOKING_BY_HOUSE 0

/** In place of the instant at which a booking was made: it is from before that was kept. */
#define BOOKING_V1_CREATED_UNKNOWN 0

/** A row of the table bookings. Numbers that are optional are BK_FIELD_NONE if they are missing,
 * texts NULL. */
typedef struct booking_v1_t {
    apr_int64_t id;
    const char *space_id;
    const char *date;    /* YYYY-MM-DD: of the start; by the base API in the offset that the client
                            sent, by API v1 in the space's zone */
    apr_int64_t user_id; /* the owner */
    apr_int64_t occupants;
    apr_int64_t start_ns, end_ns;      /* nanoseconds since the epoch */
    apr_int64_t kind;                  /* booking_kind_t */
    apr_int64_t state;                 /* booking_state_t */
    int occupies;                      /* 1: it keeps others out */
    apr_int64_t setup_ns, teardown_ns; /* kept free before and after; of the policy of the day */
    apr_int64_t expires_ns;            /* from then on it occupies no longer; optional */
    apr_int64_t version;               /* counts changes, from 1 */
    apr_int64_t series_id;             /* of a series, or of a closure; optional */
    const char *occurrence; /* the local date and time in the series that it stands for */
    apr_int64_t parent_id;  /* of a part: the booking of the whole; optional */
    const char *title, *notes;
    const char *attributes;   /* JSON: an object of texts */
    const char *participants; /* JSON: an array of objects */
    int is_private;
    apr_int64_t checked_in_ns; /* optional */
    const char *group_name;    /* for which group it was booked */
    const char *policy;        /* the id of the space's policy when it was booked */
    const char *building;      /* the space's building then */
    const char *external_source, *external_key; /* whose it is elsewhere, both or neither */
    apr_int64_t created_by;                     /* optional: the owner */
    apr_int64_t created_ns;                     /* or BOOKING_V1_CREATED_UNKNOWN */
    apr_int64_t changed_by;                     /* optional: who created it; BOOKING_BY_HOUSE */
    apr_int64_t changed_ns;                     /* optional: when it was created */
    apr_int64_t via;                            /* of the last change: booking_via_t */
    const char *reason;                         /* of the last change */
    const char *overridden; /* names of rules that did not hold for who booked, with commas */
    const char *suggest;    /* JSON: what who rejected it suggests instead */
} booking_v1_t;

extern const bk_fields_t booking_v1_fields;

/** Results of verbs besides those of bk_db.h. */
#define BOOKING_V1_STORE_TAKEN (APR_OS_START_USERERR + 21) /* another row has the time */
#define BOOKING_V1_STORE_QUOTA (APR_OS_START_USERERR + 22) /* a quota is used up */
#define BOOKING_V1_STORE_CHANGED                                     \
    (APR_OS_START_USERERR + 23) /* the row is of another version now \
                                 */

/** A quota that a booking counts in. */
typedef struct booking_limit_t {
    const bk_quota_t *quota;
    bk_span_t period;     /* bk_quota_period() */
    const char *policy;   /* only bookings under this policy count; NULL: all */
    const char *building; /* only those in this building; NULL: all */
} booking_limit_t;

/** The quotas of who books. */
typedef struct booking_limits_t {
    const booking_limit_t *list;
    int count;
    int full; /* set with BOOKING_V1_STORE_QUOTA: the number of the first one that is used up */
} booking_limits_t;

/** How much of a quota is used. */
typedef struct booking_used_t {
    apr_int64_t count;
    apr_int64_t minutes;
} booking_used_t;

/** By which index bookings are found. */
typedef enum booking_v1_by_t {
    BOOKING_V1_BY_START,
    BOOKING_V1_BY_USER,
    BOOKING_V1_BY_SPACE,
    BOOKING_V1_BY_GROUP,
    BOOKING_V1_BY_SERIES,
    BOOKING_V1_BY_PENDING, /* those that somebody has to approve of */
    BOOKING_V1_BY_ORDERS
} booking_v1_by_t;

/** Which bookings are looked for: those that match all of it, in the order of start and id. */
typedef struct booking_v1_filter_t {
    booking_v1_by_t by;
    int is_descending;
    apr_int64_t from_ns, to_ns; /* they overlap this */
    unsigned int states; /* bits of booking_state_t, 1 << state; expired ones count as that */
    apr_int64_t now_ns;
    apr_int64_t user_id;   /* the owner; 0: any */
    const char *space_id;  /* of BOOKING_V1_BY_SPACE; else NULL */
    const char *spaces;    /* a JSON array of ids; NULL: any */
    const char *group;     /* NULL: any */
    apr_int64_t series_id; /* 0: any */
    const char *like;      /* what title or notes are like, by LIKE in small letters; NULL: any */
    int is_after;          /* only those behind this place: */
    apr_int64_t after_ns, after_id;
    int limit;
} booking_v1_filter_t;

typedef struct booking_v1_store_verbs_t {
    /**
     * Add a row. If it occupies its space, no other one that does so may overlap; what has expired
     * is ended, and is in nobody's way. Quotas are counted under a lock of the owner's, so that
     * they hold in parallel, too.
     * @param limits  NULL: there are no quotas, and nothing is locked
     * @return BOOKING_V1_STORE_TAKEN, BOOKING_V1_STORE_QUOTA; APR_EEXIST: the id, or the foreign
     *         key, is taken
     */
    apr_status_t (*insert)(void *handle, const booking_v1_t *row, booking_limits_t *limits,
                           apr_pool_t *p);

    /** Find a row by its id. @return APR_NOTFOUND */
    apr_status_t (*find)(void *handle, apr_int64_t id, booking_v1_t *row, apr_pool_t *p);

    /**
     * Change a row, times and space at once, under the rules of insert().
     * @param before  as it was read
     * @param after   as it shall be; its version is one more than that of @a before
     * @param limits  as above; of the owner of @a after
     * @return BOOKING_V1_STORE_CHANGED: it is no longer as in @a before, or is gone; and as above
     */
    apr_status_t (*update)(void *handle, const booking_v1_t *before, const booking_v1_t *after,
                           booking_limits_t *limits, apr_pool_t *p);

    /** Look what insert(), or update(), would say, and write nothing: it may be otherwise by then.
     */
    apr_status_t (*check)(void *handle, const booking_v1_t *row, booking_limits_t *limits,
                          apr_pool_t *p);

    /** Call a function for each booking that is looked for, in order. A row is only valid during
     * the call. */
    apr_status_t (*each)(void *handle, const booking_v1_filter_t *filter,
                         apr_status_t (*row)(void *baton, const booking_v1_t *row), void *baton,
                         apr_pool_t *p);

    /** Call a function for each row that occupies a space between two instants, by start.
     * @param but    the id of a row that is left out; 0: none
     * @param limit  how many at the most */
    apr_status_t (*overlaps)(void *handle, const char *space_id, const bk_span_t *span,
                             apr_int64_t but, int limit,
                             apr_status_t (*row)(void *baton, const booking_v1_t *row), void *baton,
                             apr_pool_t *p);

    /** Find a row by its foreign key. @return APR_NOTFOUND */
    apr_status_t (*find_external)(void *handle, const char *source, const char *key,
                                  booking_v1_t *row, apr_pool_t *p);

    /** Count what a person has used of a quota. */
    apr_status_t (*used)(void *handle, apr_int64_t user_id, const booking_limit_t *limit,
                         booking_used_t *used, apr_pool_t *p);
} booking_v1_store_verbs_t;

/** The store in a database: handles are those of booking_store_dbd. */
extern const booking_v1_store_verbs_t booking_v1_store_dbd;

#endif
