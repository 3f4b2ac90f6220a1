/* space_store: the interface of the stores of spaces: rooms, with their capacity and opening hours.
 *
 * A store is a table of verbs. The first argument of each is the handle that the store's provider
 * acquired for the request (bk_store_t.acquire). Texts in results live in the pool that the caller
 * passes.
 */
#ifndef SPACE_STORE_H
#define SPACE_STORE_H

#include <apr_pools.h>

#include "bk_db.h"
#include "bk_memory.h"

/** The value of a capacity that was not given. */
#define SPACE_NO_CAPACITY BK_FIELD_NONE

typedef struct space_t {
    const char *id;
    apr_int64_t room_code;
    const char *building_code;
    apr_int64_t capacity;   /* 0 or more; or SPACE_NO_CAPACITY */
    const char *open_time;  /* RFC 3339, as bk_time_format() writes it; NULL if none was given */
    const char *close_time; /* as open_time */

    /* What API v1 knows of the space besides, for the answers of the base API. Only find() of a
     * database sets it, so zero it before; space_fields has none of it. */
    const char *policy;    /* its id; NULL: the space has none, and its own hours hold */
    const char *time_zone; /* of the IANA database; NULL where there is no policy */
    const char *managers;  /* a JSON array of texts; NULL where there is no policy */
} space_t;

/** The description of space_t, from which columns, JSON members and shared-memory records are made.
 */
extern const bk_fields_t space_fields;

typedef struct space_store_verbs_t {
    /** Add a space. @return APR_EEXIST if the id is taken */
    apr_status_t (*insert)(void *handle, const space_t *space);

    /** Find a space by id. One that API v1 has archived is not found. Where a policy says when a
     * space is open, it has no hours of its own.
     * @return APR_NOTFOUND if there is no such space */
    apr_status_t (*find)(void *handle, const char *id, space_t *space, apr_pool_t *p);
} space_store_verbs_t;

/** The store in a database: its handle is a bk_db_t that was opened with space_store_dbd_schema. */
extern const space_store_verbs_t space_store_dbd;
extern const bk_db_schema_t space_store_dbd_schema;

/** The store in shared memory: its handle is from the attach function of space_store_shm_schema. */
extern const space_store_verbs_t space_store_shm;
extern const bk_memory_schema_t space_store_shm_schema;

#endif
