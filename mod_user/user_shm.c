#include "user_store_shm_private.h"

#include <string.h>

#include "bk_password.h"

void user_shm_write_state(bk_record_t *record, const state_t *state)
{
    bk_record_add_fixed(record, state->epoch);
    bk_record_add_fixed(record, state->session_start);
    bk_record_add_fixed(record, state->session_end);
    bk_record_add_int(record, state->flags);
}

void user_shm_read_state(bk_record_reader_t *reader, state_t *state)
{
    state->epoch = bk_record_fixed(reader);
    state->session_start = bk_record_fixed(reader);
    state->session_end = bk_record_fixed(reader);
    state->flags = (int)bk_record_int(reader);
}

void user_shm_write(bk_record_t *record, const user_t *user, const state_t *state)
{
    bk_record_begin(record);
    user_shm_write_state(record, state);
    bk_record_fields_add(record, &user_fields, user);
}

apr_status_t user_shm_find(const store_t *store, apr_int64_t id, user_t *user, apr_int64_t *epoch,
                           apr_pool_t *p)
{
    bk_map_value_t found;
    bk_record_reader_t reader;
    state_t state;
    apr_status_t rv = bk_map_find(&store->users, bk_map_int(&id), &found);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    bk_record_read(&reader, found.value.bytes, found.value.len, p);
    user_shm_read_state(&reader, &state);
    if (state.flags & DELETED) {
        return APR_NOTFOUND;
    }
    *epoch = state.epoch;
    user->id = id;
    user->is_admin = (state.flags & ADMIN) != 0;
    user->is_disabled = (state.flags & DISABLED) != 0;
    user->session_start = state.session_start;
    user->session_end = state.session_end;
    bk_record_fields_read(&reader, &user_fields, user);
    return reader.is_bad ? APR_EGENERAL : APR_SUCCESS;
}

int user_shm_is_text(const char *text, const unsigned char *bytes, apr_size_t len)
{
    bk_record_t record;

    bk_record_begin(&record);
    bk_record_add_text(&record, text);
    return record.len == len && memcmp(record.bytes, bytes, len) == 0;
}

/* Write a text of a record: a new one, or the old bytes if @a text is NULL. */
static void write_text(bk_record_t *record, const char *text, const unsigned char *old,
                       const unsigned char *end)
{
    if (text) {
        bk_record_add_text(record, text);
    }
    else {
        bk_record_add_bytes(record, old, (apr_size_t)(end - old));
    }
}

static apr_status_t change_record(void *baton, const bk_map_bytes_t *old, bk_map_bytes_t *value)
{
    change_t *change = baton;
    bk_record_reader_t reader;
    const unsigned char *name, *email, *hash, *rest;
    state_t state;
    apr_status_t rv;

    if (!old) {
        return APR_NOTFOUND;
    }
    bk_record_read(&reader, old->bytes, old->len, NULL);
    user_shm_read_state(&reader, &state);
    name = reader.next;
    bk_record_skip(&reader);
    email = reader.next;
    bk_record_skip(&reader);
    hash = reader.next;
    bk_record_skip(&reader);
    rest = reader.next;
    if (change->was && !user_shm_is_text(change->was, hash, (apr_size_t)(rest - hash))) {
        return APR_EMISMATCH;
    }
    /* A change that needs the password (change->was) is not made for a disabled user. */
    rv = state.flags & (change->was ? DELETED | DISABLED : DELETED)
             ? APR_NOTFOUND
             : change->of_state(&state, change);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    bk_record_begin(&change->record);
    user_shm_write_state(&change->record, &state);
    write_text(&change->record, change->name, name, email);
    if (state.flags & DELETED) {
        bk_record_add_text(&change->record, NULL);
    }
    else {
        bk_record_add_bytes(&change->record, email, (apr_size_t)(hash - email));
    }
    write_text(&change->record, change->hash, hash, rest);
    bk_record_add_bytes(&change->record, rest, (apr_size_t)(reader.end - rest));
    *value = user_shm_bytes(&change->record);
    return reader.is_bad || change->record.is_too_long ? APR_EGENERAL : APR_SUCCESS;
}

void user_shm_note_cost(const store_t *store, const char *hash)
{
    apr_int32_t cost = bk_password_cost(hash), highest = atomic_load(&store->shared->cost);

    while (cost > highest && !atomic_compare_exchange_weak(&store->shared->cost, &highest, cost)) {
    }
}

apr_status_t user_shm_change(const store_t *store, apr_int64_t id, change_t *change)
{
    if (change->hash) {
        user_shm_note_cost(store, change->hash);
    }
    return bk_map_update(&store->users, bk_map_int(&id), change_record, change);
}

apr_status_t user_shm_keep_state(state_t *state, const change_t *change)
{
    return APR_SUCCESS;
}

apr_status_t user_shm_end_session(state_t *state, const change_t *change)
{
    state->epoch++;
    state->session_end = 0;
    return APR_SUCCESS;
}
