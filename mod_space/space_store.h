/* space_store: what keeps spaces: rooms, with their capacity and opening hours.
 *
 * A store is a table of verbs. Each takes first the handle that the store's provider got for the
 * request (bk_store_t.acquire). Texts in results live in the pool that the verb was given.
 */
#ifndef SPACE_STORE_H
#define SPACE_STORE_H

#include <apr_pools.h>

#include "bk_db.h"
#include "bk_memory.h"

/** Stands for a capacity that was not stated. */
#define SPACE_NO_CAPACITY BK_FIELD_NONE

typedef struct space_t {
    const char *id;
    apr_int64_t room_code;
    const char *building_code;
    apr_int64_t capacity;   /* 0 or more; or SPACE_NO_CAPACITY */
    const char *open_time;  /* RFC 3339, as bk_time_format() writes it; NULL: none was stated */
    const char *close_time; /* the same */
} space_t;

/** The same, described: whatever is made of a space's members is made by this. */
extern const bk_fields_t space_fields;

typedef struct space_store_verbs_t {
    /** Add a space. @return APR_EEXIST if the id is taken */
    apr_status_t (*insert)(void *handle, const space_t *space);

    /** Find a space by id. @return APR_NOTFOUND if there is none */
    apr_status_t (*find)(void *handle, const char *id, space_t *space, apr_pool_t *p);
} space_store_verbs_t;

/** The store over bk_db: its handle is a bk_db_t made ready with space_store_dbd_schema. */
extern const space_store_verbs_t space_store_dbd;
extern const bk_db_schema_t space_store_dbd_schema;

/** The store in shared memory: its handle is what space_store_shm_schema attached. */
extern const space_store_verbs_t space_store_shm;
extern const bk_memory_schema_t space_store_shm_schema;

#endif
