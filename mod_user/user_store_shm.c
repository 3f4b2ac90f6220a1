#include "user_store.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <apr_tables.h>

#include "bk_map.h"
#include "bk_record.h"
#include "bk_time.h"

/* The memory, in sixteenths:
 *
 *     8  users   id to user
 *     3  names   name to id, and whether others have the name too
 *     5  tokens  digest to user id, epoch and end
 *
 * A user has an epoch, and so has a token: that of its user when it was made. It is good while the
 * two are the same. So logging out, which moves the epoch on, revokes all tokens by one change of
 * one record. Tokens that are good no more are swept up when there is no room for another.
 *
 * Whoever is killed between two maps leaves what nobody was told of: a user without a name, who has
 * an id that nobody knows; a token that nobody has.
 */
enum { NAMES = 3, TOKENS = 5 };

#define RECORDS 1 /* goes up when what a name's or a token's record has changes */

#define SWEEP_INTERVAL \
    1000 /* milliseconds: with nothing to sweep up, one need not look again at once */

typedef struct shared_t {
    _Atomic apr_int64_t swept; /* when tokens were swept last, by the monotonic clock */
} shared_t;

typedef struct store_t {
    shared_t *shared;
    bk_map_t users, names, tokens;
} store_t;

static apr_status_t attach(void **handle, bk_memory_t memory, apr_interval_time_t wait,
                           apr_pool_t *p)
{
    const apr_uint64_t whole = memory.size;
    store_t *store = apr_palloc(p, sizeof(*store));
    apr_status_t rv;

    *handle = store;
    store->shared = bk_memory_take(&memory, sizeof(shared_t), BK_MEMORY_LINE);
    rv = bk_map_attach(&store->names, bk_memory_share(&memory, whole, NAMES), wait);
    if (rv == APR_SUCCESS) {
        rv = bk_map_attach(&store->tokens, bk_memory_share(&memory, whole, TOKENS), wait);
    }
    return rv == APR_SUCCESS ? bk_map_attach(&store->users, memory, wait) : rv;
}

static bk_map_bytes_t bytes_of(const bk_record_t *record)
{
    return (bk_map_bytes_t){record->bytes, record->len};
}

/* ---- users --------------------------------------------------------------------------------------
 */

/* What changes without changing the length of the record: there is always room for that. */
typedef struct state_t {
    apr_int64_t epoch, session_start, session_end;
    int is_admin;
} state_t;

static void write_state(bk_record_t *record, const state_t *state)
{
    bk_record_add_fixed(record, state->epoch);
    bk_record_add_fixed(record, state->session_start);
    bk_record_add_fixed(record, state->session_end);
    bk_record_add_int(record, state->is_admin);
}

static void read_state(bk_record_reader_t *reader, state_t *state)
{
    state->epoch = bk_record_fixed(reader);
    state->session_start = bk_record_fixed(reader);
    state->session_end = bk_record_fixed(reader);
    state->is_admin = (int)bk_record_int(reader);
}

static void write_user(bk_record_t *record, const user_t *user, const state_t *state)
{
    bk_record_begin(record);
    write_state(record, state);
    bk_record_add_text(record, user->name);
    bk_record_add_text(record, user->email);
    bk_record_add_text(record, user->password_hash);
}

static apr_status_t find_user(const store_t *store, apr_int64_t id, user_t *user,
                              apr_int64_t *epoch, apr_pool_t *p)
{
    bk_map_value_t found;
    bk_record_reader_t reader;
    state_t state;
    apr_status_t rv = bk_map_find(&store->users, bk_map_int(&id), &found);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    bk_record_read(&reader, found.value.bytes, found.value.len, p);
    read_state(&reader, &state);
    *epoch = state.epoch;
    user->id = id;
    user->is_admin = state.is_admin;
    user->session_start = state.session_start;
    user->session_end = state.session_end;
    user->name = bk_record_text(&reader);
    user->email = bk_record_text(&reader);
    user->password_hash = bk_record_text(&reader);
    return reader.is_bad ? APR_EGENERAL : APR_SUCCESS;
}

static apr_status_t find(void *handle, apr_int64_t id, user_t *user, apr_pool_t *p)
{
    apr_int64_t epoch;

    return find_user(handle, id, user, &epoch, p);
}

/* A change of a user: of the state, by a function, and of the hash, where there is one. */
typedef struct change_t {
    apr_status_t (*of_state)(state_t *state, const struct change_t *change);
    const char *hash;
    const char *was; /* what the hash has to be, or nothing is changed; NULL: whatever it is */
    apr_int64_t epoch;
    apr_time_t start, end;
    int is_admin;
    bk_record_t record;
} change_t;

static int is_still(const char *was, const unsigned char *hash, apr_size_t len)
{
    bk_record_t record;
    bk_map_bytes_t bytes;

    if (!was) {
        return 1;
    }
    bk_record_begin(&record);
    bk_record_add_text(&record, was);
    bytes = bytes_of(&record);
    return bytes.len == len && memcmp(bytes.bytes, hash, len) == 0;
}

static apr_status_t change_record(void *baton, const bk_map_bytes_t *old, bk_map_bytes_t *value)
{
    change_t *change = baton;
    bk_record_reader_t reader;
    const unsigned char *names, *hash;
    state_t state;
    apr_status_t rv;

    if (!old) {
        return APR_NOTFOUND;
    }
    bk_record_read(&reader, old->bytes, old->len, NULL);
    read_state(&reader, &state);
    names = reader.next;
    bk_record_skip(&reader); /* name */
    bk_record_skip(&reader); /* email */
    hash = reader.next;
    if (!is_still(change->was, hash, (apr_size_t)(reader.end - hash))) {
        return APR_EMISMATCH;
    }
    rv = change->of_state(&state, change);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    bk_record_begin(&change->record);
    write_state(&change->record, &state);
    bk_record_add_bytes(&change->record, names, (apr_size_t)(hash - names));
    if (change->hash) {
        bk_record_add_text(&change->record, change->hash);
    }
    else {
        bk_record_add_bytes(&change->record, hash, (apr_size_t)(reader.end - hash));
    }
    *value = bytes_of(&change->record);
    return reader.is_bad || change->record.is_too_long ? APR_EGENERAL : APR_SUCCESS;
}

static apr_status_t change_user(const store_t *store, apr_int64_t id, change_t *change)
{
    return bk_map_update(&store->users, bk_map_int(&id), change_record, change);
}

static apr_status_t keep_state(state_t *state, const change_t *change)
{
    return APR_SUCCESS;
}

static apr_status_t end_session(state_t *state, const change_t *change)
{
    state->epoch++;
    state->session_end = 0;
    return APR_SUCCESS;
}

static apr_status_t change_role(state_t *state, const change_t *change)
{
    state->is_admin = change->is_admin != 0;
    return APR_SUCCESS;
}

static apr_status_t log_out(void *handle, apr_int64_t id)
{
    change_t change = {.of_state = end_session};

    return change_user(handle, id, &change);
}

/* A change that a password decided: who is gone has that password as little as who has another. */
static apr_status_t change_decided(const store_t *store, apr_int64_t id, change_t *change)
{
    apr_status_t rv = change_user(store, id, change);

    return rv == APR_NOTFOUND && change->was ? APR_EMISMATCH : rv;
}

static apr_status_t set_password(void *handle, apr_int64_t id, const char *was, const char *hash)
{
    change_t change = {.of_state = end_session, .was = was, .hash = hash};

    return change_decided(handle, id, &change);
}

static apr_status_t rehash(void *handle, apr_int64_t id, const char *was, const char *hash)
{
    change_t change = {.of_state = keep_state, .was = was, .hash = hash};

    return change_decided(handle, id, &change);
}

static apr_status_t set_admin(void *handle, apr_int64_t id, int is_admin)
{
    change_t change = {.of_state = change_role, .is_admin = is_admin};

    return change_user(handle, id, &change);
}

/* ---- names --------------------------------------------------------------------------------------
 */

typedef struct name_t {
    apr_int64_t id; /* of the first who has it */
    int is_shared;
} name_t;

static void read_name(bk_map_bytes_t value, name_t *name)
{
    bk_record_reader_t reader;

    bk_record_read(&reader, value.bytes, value.len, NULL);
    name->id = bk_record_int(&reader);
    name->is_shared = (int)bk_record_int(&reader);
}

typedef struct naming_t {
    apr_int64_t id;
    bk_record_t record;
} naming_t;

static apr_status_t add_to_name(void *baton, const bk_map_bytes_t *old, bk_map_bytes_t *value)
{
    naming_t *naming = baton;
    name_t name = {naming->id, 0};

    if (old) {
        read_name(*old, &name);
        name.is_shared = 1;
    }
    bk_record_begin(&naming->record);
    bk_record_add_int(&naming->record, name.id);
    bk_record_add_int(&naming->record, name.is_shared);
    *value = bytes_of(&naming->record);
    return APR_SUCCESS;
}

/* The user first: a name leads to somebody, always. */
static apr_status_t insert(void *handle, const user_t *user)
{
    const store_t *store = handle;
    const state_t state = {0, user->session_start, user->session_end, user->is_admin != 0};
    naming_t naming = {.id = user->id};
    bk_record_t record;
    apr_status_t rv;

    write_user(&record, user, &state);
    if (record.is_too_long) {
        return APR_ENOSPC;
    }
    rv = bk_map_insert(&store->users, bk_map_int(&user->id), bytes_of(&record));
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_map_update(&store->names, (bk_map_bytes_t){user->name, strlen(user->name)}, add_to_name,
                       &naming);
    if (rv != APR_SUCCESS) {
        (void)bk_map_remove(&store->users, bk_map_int(&user->id));
    }
    return rv;
}

static apr_status_t find_name(void *handle, const char *text, user_t *user, apr_pool_t *p)
{
    const store_t *store = handle;
    bk_map_value_t found;
    name_t name;
    apr_status_t rv = bk_map_find(&store->names, (bk_map_bytes_t){text, strlen(text)}, &found);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    read_name(found.value, &name);
    return name.is_shared ? APR_EEXIST : find(handle, name.id, user, p);
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
    rv = find_user(store, token.user_id, user, &epoch, p);
    return rv == APR_SUCCESS && epoch != token.epoch ? APR_NOTFOUND : rv;
}

static apr_status_t find_epoch(const store_t *store, apr_int64_t id, apr_int64_t *epoch)
{
    bk_map_value_t found;
    bk_record_reader_t reader;
    state_t state;
    apr_status_t rv = bk_map_find(&store->users, bk_map_int(&id), &found);

    if (rv == APR_SUCCESS) {
        bk_record_read(&reader, found.value.bytes, found.value.len, NULL);
        read_state(&reader, &state);
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

/* One process at a time, and no more often than there can be something new to sweep up. */
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
    rv = bk_map_insert(&store->tokens, digest_key(digest), bytes_of(&record));
    if (rv == APR_ENOSPC) {
        sweep_tokens(store, now);
        rv = bk_map_insert(&store->tokens, digest_key(digest), bytes_of(&record));
    }
    return rv;
}

/* Somebody who logged out meanwhile did so after this: the session is over, and the token, being of
 * the epoch before, is no good. */
static apr_status_t begin_session(state_t *state, const change_t *change)
{
    if (state->epoch == change->epoch) {
        state->session_start = change->start;
        state->session_end = change->end;
    }
    return APR_SUCCESS;
}

/* The token first: where there is no room for it, the session stays as it is. */
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

/* ---- all of them --------------------------------------------------------------------------------
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
    }
    return rv;
}

const user_store_verbs_t user_store_shm = {
    .insert = insert,
    .find = find,
    .find_name = find_name,
    .find_token = find_token,
    .log_in = log_in,
    .log_out = log_out,
    .set_password = set_password,
    .rehash = rehash,
    .set_admin = set_admin,
    .each = each,
};

/* A user of which each member has a value of its own shows how a record is written. */
static apr_uint64_t fingerprint(void)
{
    static const user_t sample = {.id = 1, .name = "2", .email = "3", .password_hash = "4"};
    static const state_t state = {5, 6, 7, 8};
    static const apr_uint64_t parts[] = {NAMES, TOKENS, RECORDS, sizeof(shared_t)};
    apr_uint64_t mixed = bk_layout_mix(bk_map_fingerprint(), parts, sizeof(parts));
    bk_record_t record;

    write_user(&record, &sample, &state);
    return bk_layout_mix(mixed, record.bytes, record.len);
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
