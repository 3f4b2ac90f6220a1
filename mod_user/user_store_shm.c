#include "user_store_shm_private.h"

#include <stdlib.h>
#include <string.h>

#include <apr_tables.h>

#include "bk_password.h"
#include "bk_time.h"

/* The memory, in sixteenths:
 *
 *     8  users   id to user
 *     3  names   name to the ids of users who may have the name; the user's record decides
 *     5  tokens  digest to user id, epoch and end
 *
 * A user has an epoch. A token has the epoch that its user had when the token was made, and is
 * valid while the two are equal. So logging out, which increments the epoch, revokes all tokens by
 * changing one record. Invalid tokens are removed when there is no space for another.
 *
 * A process killed between the changes of two maps leaves only harmless records: a user without an
 * entry in names, whose id was not told to anyone; a token that was not sent to anyone; an id in
 * the list of a name that the user no longer has, or does not have yet.
 *
 * A deleted user stays as a record without data, so that the id is never given to another user.
 */
enum { NAMES = 3, TOKENS = 5 };

#define RECORDS 2 /* increment this when the format of a name's or a token's record changes */

#define SWEEP_INTERVAL 1000 /* shortest time between two sweeps, in milliseconds */

static apr_status_t attach(void **handle, bk_memory_t memory, apr_interval_time_t wait,
                           apr_pool_t *p)
{
    const apr_uint64_t whole = memory.size;
    store_t *store = apr_palloc(p, sizeof(*store));
    apr_status_t rv;

    *handle = store;
    store->shared = bk_memory_take(&memory, sizeof(shared_t), BK_MEMORY_LINE);
    if (!store->shared) {
        return APR_EINVAL; /* the memory is too small */
    }
    store->wait = wait;
    rv = store->shared->is_ready ? APR_SUCCESS : bk_lock_init(&store->shared->roles);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    store->shared->is_ready = 1;
    rv = bk_map_attach(&store->names, bk_memory_share(&memory, whole, NAMES), wait);
    if (rv == APR_SUCCESS) {
        rv = bk_map_attach(&store->tokens, bk_memory_share(&memory, whole, TOKENS), wait);
    }
    return rv == APR_SUCCESS ? bk_map_attach(&store->users, memory, wait) : rv;
}

/* ---- users --------------------------------------------------------------------------------------
 */

static apr_status_t find(void *handle, apr_int64_t id, user_t *user, apr_pool_t *p)
{
    apr_int64_t epoch;

    return user_shm_find(handle, id, user, &epoch, p);
}

static apr_status_t highest_cost(void *handle, int *cost, apr_pool_t *p)
{
    const store_t *store = handle;

    *cost = atomic_load(&store->shared->cost);
    return APR_SUCCESS;
}

static apr_status_t log_out(void *handle, apr_int64_t id)
{
    change_t change = {.of_state = user_shm_end_session};

    return user_shm_change(handle, id, &change);
}

/* Make a change that needs the password. A user who does not exist is reported as one with another
 * password. */
static apr_status_t change_decided(const store_t *store, apr_int64_t id, change_t *change)
{
    apr_status_t rv = user_shm_change(store, id, change);

    return rv == APR_NOTFOUND && change->was ? APR_EMISMATCH : rv;
}

static apr_status_t set_password(void *handle, apr_int64_t id, const char *was, const char *hash)
{
    change_t change = {.of_state = user_shm_end_session, .was = was, .hash = hash};

    return change_decided(handle, id, &change);
}

static apr_status_t rehash(void *handle, apr_int64_t id, const char *was, const char *hash)
{
    change_t change = {.of_state = user_shm_keep_state, .was = was, .hash = hash};

    return change_decided(handle, id, &change);
}

/* ---- tokens -------------------------------------------------------------------------------------
 */

typedef struct token_t {
    apr_int64_t user_id, epoch;
    apr_time_t end;
} token_t;

static void read_token(bk_map_bytes_t value, token_t *token)
{
    bk_record_reader_t reader;

    bk_record_read(&reader, value.bytes, value.len, NULL);
    token->user_id = bk_record_int(&reader);
    token->epoch = bk_record_int(&reader);
    token->end = bk_record_int(&reader);
}

static bk_map_bytes_t digest_key(const unsigned char digest[BK_TOKEN_DIGEST])
{
    return (bk_map_bytes_t){digest, BK_TOKEN_DIGEST};
}

static apr_status_t find_token(void *handle, const unsigned char digest[BK_TOKEN_DIGEST],
                               apr_time_t now, user_t *user, apr_pool_t *p)
{
    const store_t *store = handle;
    bk_map_value_t found;
    token_t token;
    apr_int64_t epoch;
    apr_status_t rv = bk_map_find(&store->tokens, digest_key(digest), &found);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    read_token(found.value, &token);
    if (token.end <= now) {
        return APR_NOTFOUND;
    }
    rv = user_shm_find(store, token.user_id, user, &epoch, p);
    return rv == APR_SUCCESS && (epoch != token.epoch || user->is_disabled) ? APR_NOTFOUND : rv;
}

static apr_status_t find_epoch(const store_t *store, apr_int64_t id, apr_int64_t *epoch)
{
    bk_map_value_t found;
    bk_record_reader_t reader;
    state_t state;
    apr_status_t rv = bk_map_find(&store->users, bk_map_int(&id), &found);

    if (rv == APR_SUCCESS) {
        bk_record_read(&reader, found.value.bytes, found.value.len, NULL);
        user_shm_read_state(&reader, &state);
        *epoch = state.epoch;
    }
    return rv;
}

typedef struct sweep_t {
    const store_t *store;
    apr_time_t now;
} sweep_t;

static bk_map_fate_t keep_good(void *baton, bk_map_bytes_t key, bk_map_bytes_t value)
{
    const sweep_t *sweep = baton;
    apr_int64_t epoch;
    token_t token;

    read_token(value, &token);
    return token.end <= sweep->now ||
                   (find_epoch(sweep->store, token.user_id, &epoch) == APR_SUCCESS &&
                    epoch != token.epoch)
               ? BK_MAP_REMOVE
               : BK_MAP_KEEP;
}

/* Remove invalid tokens, in one process at a time and at most once in SWEEP_INTERVAL. */
static void sweep_tokens(const store_t *store, apr_time_t now)
{
    sweep_t sweep = {store, now};
    apr_int64_t clock = bk_time_monotonic_ms(), swept = atomic_load(&store->shared->swept);

    if ((swept == 0 || clock - swept >= SWEEP_INTERVAL) &&
        atomic_compare_exchange_strong(&store->shared->swept, &swept, clock)) {
        (void)bk_map_each(&store->tokens, keep_good, &sweep);
    }
}

static apr_status_t add_token(const store_t *store, const unsigned char digest[BK_TOKEN_DIGEST],
                              const token_t *token, apr_time_t now)
{
    bk_record_t record;
    apr_status_t rv;

    bk_record_begin(&record);
    bk_record_add_int(&record, token->user_id);
    bk_record_add_int(&record, token->epoch);
    bk_record_add_int(&record, token->end);
    rv = bk_map_insert(&store->tokens, digest_key(digest), user_shm_bytes(&record));
    if (rv == APR_ENOSPC) {
        sweep_tokens(store, now);
        rv = bk_map_insert(&store->tokens, digest_key(digest), user_shm_bytes(&record));
    }
    return rv;
}

/* Begin a session, unless the epoch has changed: then the user logged out meanwhile, which counts
 * as later: the session stays ended, and the token, which has the old epoch, is invalid. */
static apr_status_t begin_session(state_t *state, const change_t *change)
{
    if (state->epoch == change->epoch) {
        state->session_start = change->start;
        state->session_end = change->end;
    }
    return APR_SUCCESS;
}

/* Add the token before changing the session, which stays as it is if there is no space for the
 * token. */
static apr_status_t log_in(void *handle, apr_int64_t id, const char *was, apr_time_t start,
                           apr_time_t end, const unsigned char digest[BK_TOKEN_DIGEST])
{
    const store_t *store = handle;
    change_t change = {.of_state = begin_session, .was = was, .start = start, .end = end};
    token_t token = {id, 0, end};
    apr_status_t rv = find_epoch(store, id, &token.epoch);

    if (rv == APR_SUCCESS) {
        rv = add_token(store, digest, &token, start);
    }
    if (rv != APR_SUCCESS) {
        return rv == APR_NOTFOUND ? APR_EMISMATCH : rv;
    }
    change.epoch = token.epoch;
    rv = change_decided(store, id, &change);
    if (rv != APR_SUCCESS) {
        (void)bk_map_remove(&store->tokens, digest_key(digest));
    }
    return rv;
}

/* ---- what administrators do ---------------------------------------------------------------------
 */

static apr_status_t change_flag(state_t *state, const change_t *change)
{
    state->flags = change->is_set ? state->flags | change->flag : state->flags & ~change->flag;
    return change->ends_session ? user_shm_end_session(state, change) : APR_SUCCESS;
}

typedef struct others_t {
    apr_int64_t id;
    int is_admin;     /* whether the user is an administrator who is not disabled */
    int other_admins; /* the number of other administrators who are not disabled */
} others_t;

static bk_map_fate_t count_admins(void *baton, bk_map_bytes_t key, bk_map_bytes_t value)
{
    others_t *others = baton;
    bk_record_reader_t reader;
    state_t state;

    bk_record_read(&reader, value.bytes, value.len, NULL);
    user_shm_read_state(&reader, &state);
    if (state.flags == ADMIN) {
        if (memcmp(key.bytes, &others->id, sizeof(others->id)) == 0) {
            others->is_admin = 1;
        }
        else {
            others->other_admins++;
        }
    }
    return BK_MAP_KEEP;
}

/* Change a user's flags. With keep_one a lock makes two administrators who revoke each other's role
 * do so one after the other. */
static apr_status_t change_admin(const store_t *store, apr_int64_t id, change_t *change,
                                 int keep_one)
{
    others_t others = {.id = id};
    apr_status_t rv;

    if (!keep_one) {
        return user_shm_change(store, id, change);
    }
    rv = bk_lock_acquire(&store->shared->roles, store->wait);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_map_each(&store->users, count_admins, &others);
    if (rv == APR_SUCCESS && others.is_admin && !others.other_admins) {
        rv = USER_LAST_ADMIN;
    }
    if (rv == APR_SUCCESS) {
        rv = user_shm_change(store, id, change);
    }
    bk_lock_release(&store->shared->roles);
    return rv;
}

static apr_status_t set_admin(void *handle, apr_int64_t id, int is_admin, int keep_one)
{
    change_t change = {.of_state = change_flag, .flag = ADMIN, .is_set = is_admin};

    return change_admin(handle, id, &change, keep_one && !is_admin);
}

static apr_status_t set_disabled(void *handle, apr_int64_t id, int is_disabled, int keep_one)
{
    change_t change = {.of_state = change_flag,
                       .flag = DISABLED,
                       .is_set = is_disabled,
                       .ends_session = is_disabled};

    return change_admin(handle, id, &change, keep_one && is_disabled);
}

static apr_status_t remove_from(const store_t *store, apr_int64_t id, int keep_one, apr_pool_t *p)
{
    change_t change = {.of_state = change_flag,
                       .flag = DELETED,
                       .is_set = 1,
                       .ends_session = 1,
                       .name = "",
                       .hash = ""};
    apr_int64_t epoch;
    user_t user;
    apr_status_t rv = user_shm_find(store, id, &user, &epoch, p);

    if (rv == APR_SUCCESS) {
        rv = change_admin(store, id, &change, keep_one);
    }
    if (rv == APR_SUCCESS) {
        user_names_shm_leave(store, id, user.name);
    }
    return rv;
}

static apr_status_t remove_user(void *handle, apr_int64_t id, int keep_one)
{
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv == APR_SUCCESS) {
        rv = remove_from(handle, id, keep_one, p);
        apr_pool_destroy(p);
    }
    return rv;
}

/* ---- all users ----------------------------------------------------------------------------------
 */

static bk_map_fate_t note_id(void *baton, bk_map_bytes_t key, bk_map_bytes_t value)
{
    memcpy(apr_array_push(baton), key.bytes, sizeof(apr_int64_t));
    return BK_MAP_KEEP;
}

static int compare_ids(const void *a, const void *b)
{
    apr_int64_t x = *(const apr_int64_t *)a, y = *(const apr_int64_t *)b;

    return x < y ? -1 : x > y;
}

static apr_status_t each(void *handle, apr_status_t (*visit)(void *baton, const user_t *user),
                         void *baton, apr_pool_t *p)
{
    const store_t *store = handle;
    apr_array_header_t *ids = apr_array_make(p, 64, sizeof(apr_int64_t));
    apr_status_t rv = bk_map_each(&store->users, note_id, ids);
    int i;

    qsort(ids->elts, (size_t)ids->nelts, sizeof(apr_int64_t), compare_ids);
    for (i = 0; rv == APR_SUCCESS && i < ids->nelts; i++) {
        user_t user;

        rv = find(handle, APR_ARRAY_IDX(ids, i, apr_int64_t), &user, p);
        if (rv == APR_SUCCESS) {
            rv = visit(baton, &user);
        }
        else if (rv == APR_NOTFOUND) {
            rv = APR_SUCCESS; /* deleted since the ids were collected */
        }
    }
    return rv;
}

const user_store_verbs_t user_store_shm = {
    .insert = user_names_shm_insert,
    .insert_unique = user_names_shm_insert_unique,
    .find = find,
    .find_name = user_names_shm_find,
    .find_token = find_token,
    .log_in = log_in,
    .log_out = log_out,
    .set_password = set_password,
    .rehash = rehash,
    .highest_cost = highest_cost,
    .set_admin = set_admin,
    .rename = user_names_shm_rename,
    .set_disabled = set_disabled,
    .remove = remove_user,
    .each = each,
};

/* The fingerprint of the layout. It includes a sample state, whose members all differ, so that a
 * change of how states are written changes the fingerprint. */
static apr_uint64_t fingerprint(void)
{
    static const state_t state = {5, 6, 7, 8};
    const apr_uint64_t parts[] = {NAMES, TOKENS, RECORDS, sizeof(shared_t),
                                  bk_fields_fingerprint(&user_fields)};
    bk_record_t record;

    bk_record_begin(&record);
    user_shm_write_state(&record, &state);
    return bk_layout_mix(bk_layout_mix(bk_map_fingerprint(), parts, sizeof(parts)), record.bytes,
                         record.len);
}

const bk_memory_schema_t user_store_shm_schema = {"user", fingerprint, attach};

const char *user_store_shm_validate(void *handle, apr_pool_t *p)
{
    const store_t *store = handle;
    const char *wrong = bk_map_validate(&store->users, p);

    if (!wrong) {
        wrong = bk_map_validate(&store->names, p);
    }
    return wrong ? wrong : bk_map_validate(&store->tokens, p);
}
