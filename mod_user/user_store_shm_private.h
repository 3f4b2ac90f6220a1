/* user_store_shm_private: declarations that the files of the store in shared memory share. */
#ifndef USER_STORE_SHM_PRIVATE_H
#define USER_STORE_SHM_PRIVATE_H

#include <stdatomic.h>

#include "bk_lock.h"
#include "bk_map.h"
#include "bk_record_fields.h"
#include "user_store.h"

typedef struct shared_t {
    int is_ready;
    bk_lock_t roles; /* held while the other administrators are counted and a role is revoked */
    _Atomic apr_int64_t swept; /* time of the last sweep, in milliseconds of the monotonic clock */
    _Atomic apr_int32_t cost;  /* the highest cost of any hash so far */
} shared_t;

typedef struct store_t {
    shared_t *shared;
    bk_map_t users, names, tokens;
    apr_interval_time_t wait;
} store_t;

/** A user's flags, as bits. */
enum { ADMIN = 1, DISABLED = 2, DELETED = 4 };

/* The part of a user's record that has a fixed length, so that a change of it always fits. */
typedef struct state_t {
    apr_int64_t epoch, session_start, session_end;
    int flags;
} state_t;

/* A change of a user: of the state, by a function, and of name and hash unless they are NULL. */
typedef struct change_t {
    apr_status_t (*of_state)(state_t *state, const struct change_t *change);
    const char *name;
    const char *hash;
    const char *was; /* the hash that the user has to have, or nothing is changed; NULL: any */
    apr_int64_t epoch;
    apr_time_t start, end;
    int flag, is_set, ends_session;
    bk_record_t record;
} change_t;

static inline bk_map_bytes_t user_shm_bytes(const bk_record_t *record)
{
    return (bk_map_bytes_t){record->bytes, record->len};
}

/* user_shm.c: the record of a user: the state, then name, email address and hash. */
void user_shm_write_state(bk_record_t *record, const state_t *state);
void user_shm_read_state(bk_record_reader_t *reader, state_t *state);
void user_shm_write(bk_record_t *record, const user_t *user, const state_t *state);

/** Whether bytes of a record are the given text, as bk_record_add_text() writes it. */
int user_shm_is_text(const char *text, const unsigned char *bytes, apr_size_t len);

/** Find a user who was not deleted, and the user's epoch. */
apr_status_t user_shm_find(const store_t *store, apr_int64_t id, user_t *user, apr_int64_t *epoch,
                           apr_pool_t *p);

/** Raise store->shared->cost to the cost of a hash. Call before the hash is stored. */
void user_shm_note_cost(const store_t *store, const char *hash);

/**
 * Change a user atomically.
 * @return APR_NOTFOUND if there is no such user; APR_EMISMATCH if the hash is not change->was; or
 *         the result of of_state
 */
apr_status_t user_shm_change(const store_t *store, apr_int64_t id, change_t *change);

/* Values of change_t.of_state: */
apr_status_t user_shm_keep_state(state_t *state, const change_t *change);
apr_status_t user_shm_end_session(state_t *state, const change_t *change);

/* user_names_shm.c: verbs that read or write names, @see user_store_verbs_t */
apr_status_t user_names_shm_insert(void *handle, const user_t *user);
apr_status_t user_names_shm_insert_unique(void *handle, const user_t *user);
apr_status_t user_names_shm_find(void *handle, const char *name, user_t *user, apr_pool_t *p);
apr_status_t user_names_shm_rename(void *handle, apr_int64_t id, const char *name, int is_unique);
void user_names_shm_leave(const store_t *store, apr_int64_t id, const char *name);

#endif
