/* booking_store: what keeps bookings, and decides which of two that overlap there is.
 *
 * A store is a table of verbs. Each takes first the handle that the store's provider got for the
 * request (bk_store_t.acquire). Texts in results live in the pool that the verb was given.
 */
#ifndef BOOKING_STORE_H
#define BOOKING_STORE_H

#include <apr_pools.h>

#include "bk_db.h"
#include "bk_memory.h"

typedef struct booking_t {
    apr_int64_t id;
    const char *space_id;
    apr_int64_t user_id;
    const char *date; /* YYYY-MM-DD: that of the start, as its client sees it */
    apr_int64_t occupants;
    apr_int64_t start_ns; /* nanoseconds since the epoch */
    apr_int64_t end_ns;   /* after the start */
} booking_t;

/** The same, described: whatever is made of a booking's members is made by this. */
extern const bk_fields_t booking_fields;

typedef struct booking_store_verbs_t {
    /**
     * Add a booking, unless one of the same space overlaps it: a.start < b.end and b.start < a.end.
     * Whatever happens at the same time, here or in other processes, of two that overlap one is
     * added and one is not.
     * @param conflict  set: whether there was one, and nothing was added
     * @return APR_EEXIST if the id is taken
     */
    apr_status_t (*insert)(void *handle, const booking_t *booking, int *conflict);

    /** Find the booking of an id on a date. @return APR_NOTFOUND if there is none */
    apr_status_t (*find)(void *handle, const char *date, apr_int64_t id, booking_t *booking,
                         apr_pool_t *p);

    /** Tell whether a date has bookings. @return APR_NOTFOUND if it has none */
    apr_status_t (*find_date)(void *handle, const char *date, apr_pool_t *p);

    /** Delete the booking of an id on a date. @return APR_NOTFOUND if there is none */
    apr_status_t (*remove)(void *handle, const char *date, apr_int64_t id);
} booking_store_verbs_t;

/** The store over bk_db: its handle is a bk_db_t made ready with booking_store_dbd_schema. */
extern const booking_store_verbs_t booking_store_dbd;
extern const bk_db_schema_t booking_store_dbd_schema;

/** The store in shared memory: its handle is what booking_store_shm_schema attached. */
extern const booking_store_verbs_t booking_store_shm;
extern const bk_memory_schema_t booking_store_shm_schema;

/**
 * Look at all of a store in shared memory. For tests.
 * @return NULL, or what is wrong, in @a p
 */
const char *booking_store_shm_validate(void *handle, apr_pool_t *p);

#endif
