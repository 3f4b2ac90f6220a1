/* booking_store: the interface of the stores of bookings. A store makes sure that no two bookings
 * of a space overlap.
 *
 * A store is a table of verbs. The first argument of each is the handle that the store's provider
 * acquired for the request (bk_store_t.acquire). Texts in results live in the pool that the caller
 * passes.
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
    const char *date; /* YYYY-MM-DD: date of the start, in the offset that the client sent */
    apr_int64_t occupants;
    apr_int64_t start_ns; /* nanoseconds since the epoch */
    apr_int64_t end_ns;   /* nanoseconds since the epoch, after start_ns */
    /* Of the store in a database only: */
    apr_int64_t setup_ns, teardown_ns; /* kept free before and after; 0: nothing is */
    apr_int64_t version;               /* as it was found */
} booking_t;

/** The description of booking_t as the base API has it, from which columns, JSON members and
 * shared-memory records are made. */
extern const bk_fields_t booking_fields;

typedef struct booking_store_verbs_t {
    /**
     * Add a booking, unless another one of the same space overlaps it: a.start < b.end and b.start
     * < a.end. This is atomic: if two overlapping bookings are added at the same time, by any
     * threads and processes, exactly one is added.
     * @param conflict  set to 1 if another booking overlaps, and nothing was added; else to 0
     * @return APR_EEXIST if the id is taken
     */
    apr_status_t (*insert)(void *handle, const booking_t *booking, int *conflict);

    /** Find the booking with an id on a date. @return APR_NOTFOUND if there is none */
    apr_status_t (*find)(void *handle, const char *date, apr_int64_t id, booking_t *booking,
                         apr_pool_t *p);

    /** Tell whether a date has bookings. @return APR_NOTFOUND if it has none */
    apr_status_t (*find_date)(void *handle, const char *date, apr_pool_t *p);

    /**
     * Delete the booking with an id on a date. In a database it is cancelled, and its row stays.
     * @param version  the one that find() told; 0: whichever it is
     * @param by       the user who deletes it
     * @return APR_NOTFOUND if there is none, or it is of another version
     */
    apr_status_t (*remove)(void *handle, const char *date, apr_int64_t id, apr_int64_t version,
                           apr_int64_t by);
} booking_store_verbs_t;

/** The store in a database: its handle is a bk_db_t that was opened with booking_store_dbd_schema.
 */
extern const booking_store_verbs_t booking_store_dbd;
extern const bk_db_schema_t booking_store_dbd_schema;

/** The store in shared memory: its handle is from the attach function of booking_store_shm_schema.
 */
extern const booking_store_verbs_t booking_store_shm;
extern const bk_memory_schema_t booking_store_shm_schema;

/**
 * Check the consistency of a whole store in shared memory. For tests, while no other thread or
 * process uses the store.
 * @return NULL, or what is wrong, in @a p
 */
const char *booking_store_shm_validate(void *handle, apr_pool_t *p);

#endif
