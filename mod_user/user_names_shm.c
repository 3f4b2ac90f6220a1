#include "user_store_shm_private.h"

#include <string.h>

/* ---- names --------------------------------------------------------------------------------------
 *
 * The map of names has the ids of the users who have a name, eight bytes each. It is an index only:
 * the user's record decides whether the user has the name. So a list may contain ids of users who
 * no longer have the name, and a process killed while it adds or removes an id does no harm. A name
 * that no user has any more stays in the map with an empty list. A list of NAMESAKES ids is full
 * and may be incomplete, until it is rebuilt from the users.
 */

#define NAMESAKES 256

typedef struct naming_t {
    const store_t *store;
    const char *name;
    apr_int64_t id;
    int is_unique;
    int count;
    apr_int64_t ids[NAMESAKES];
} naming_t;

static bk_map_bytes_t name_key(const char *name)
{
    return (bk_map_bytes_t){name, strlen(name)};
}

static void read_ids(naming_t *naming, bk_map_bytes_t value)
{
    naming->count = (int)(value.len / sizeof(apr_int64_t));
    memcpy(naming->ids, value.bytes, (apr_size_t)naming->count * sizeof(apr_int64_t));
}

static bk_map_bytes_t ids_of(const naming_t *naming)
{
    return (bk_map_bytes_t){naming->ids, (apr_size_t)naming->count * sizeof(apr_int64_t)};
}

static int is_named(bk_map_bytes_t record, const char *name, int flags)
{
    bk_record_reader_t reader;
    const unsigned char *text;
    state_t state;

    bk_record_read(&reader, record.bytes, record.len, NULL);
    user_shm_read_state(&reader, &state);
    text = reader.next;
    bk_record_skip(&reader);
    return !(state.flags & flags) && user_shm_is_text(name, text, (apr_size_t)(reader.next - text));
}

/* Whether a user has a name, and none of the given flags. */
static int has_name(const store_t *store, apr_int64_t id, const char *name, int flags)
{
    bk_map_value_t found;

    return bk_map_find(&store->users, bk_map_int(&id), &found) == APR_SUCCESS &&
           is_named(found.value, name, flags);
}

static int is_taken(const naming_t *naming)
{
    int i;

    for (i = 0; i < naming->count; i++) {
        if (naming->ids[i] != naming->id &&
            has_name(naming->store, naming->ids[i], naming->name, DELETED)) {
            return 1;
        }
    }
    return naming->count == NAMESAKES;
}

static void add_id(naming_t *naming, apr_int64_t id)
{
    int i;

    for (i = 0; i < naming->count && naming->ids[i] != id; i++) {
    }
    if (i == naming->count && i < NAMESAKES) {
        naming->ids[naming->count++] = id;
    }
}

static apr_status_t add_to_name(void *baton, const bk_map_bytes_t *old, bk_map_bytes_t *value)
{
    naming_t *naming = baton;

    if (old) {
        read_ids(naming, *old);
    }
    if (naming->is_unique && is_taken(naming)) {
        return USER_NAME_TAKEN;
    }
    add_id(naming, naming->id);
    *value = ids_of(naming);
    return APR_SUCCESS;
}

static apr_status_t join_name(const store_t *store, apr_int64_t id, const char *name, int is_unique)
{
    naming_t naming = {.store = store, .name = name, .id = id, .is_unique = is_unique};

    return bk_map_update(&store->names, name_key(name), add_to_name, &naming);
}

static bk_map_fate_t note_namesake(void *baton, bk_map_bytes_t key, bk_map_bytes_t value)
{
    naming_t *naming = baton;
    apr_int64_t id;

    if (is_named(value, naming->name, DELETED)) {
        memcpy(&id, key.bytes, sizeof(id));
        add_id(naming, id);
    }
    return BK_MAP_KEEP;
}

/* Remove an id from a list. A full list is rebuilt from the users. A user who is being renamed to
 * this name may be missing then: rename_in() adds the id again. */
static apr_status_t take_from_name(void *baton, const bk_map_bytes_t *old, bk_map_bytes_t *value)
{
    naming_t *naming = baton;
    int i;

    if (!old) {
        return APR_NOTFOUND;
    }
    read_ids(naming, *old);
    if (naming->count == NAMESAKES) {
        naming->count = 0;
        (void)bk_map_each(&naming->store->users, note_namesake, naming);
    }
    for (i = 0; i < naming->count; i++) {
        if (naming->ids[i] == naming->id) {
            naming->ids[i--] = naming->ids[--naming->count];
        }
    }
    *value = ids_of(naming);
    return APR_SUCCESS;
}

/* Remove a user from the list of a name. If this fails, the id stays in the list, where it is
 * ignored. */
void user_names_shm_leave(const store_t *store, apr_int64_t id, const char *name)
{
    naming_t naming = {.store = store, .name = name, .id = id};

    (void)bk_map_update(&store->names, name_key(name), take_from_name, &naming);
}

/* Add the user before the name, so that an id in a list always has a record. */
static apr_status_t insert_user(void *handle, const user_t *user, int is_unique)
{
    const store_t *store = handle;
    const state_t state = {0, user->session_start, user->session_end,
                           (user->is_admin ? ADMIN : 0) | (user->is_disabled ? DISABLED : 0)};
    bk_record_t record;
    apr_status_t rv;

    user_shm_write(&record, user, &state);
    if (record.is_too_long) {
        return APR_ENOSPC;
    }
    user_shm_note_cost(store, user->password_hash);
    rv = bk_map_insert(&store->users, bk_map_int(&user->id), user_shm_bytes(&record));
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = join_name(store, user->id, user->name, is_unique);
    if (rv != APR_SUCCESS) {
        (void)bk_map_remove(&store->users, bk_map_int(&user->id));
    }
    return rv;
}

apr_status_t user_names_shm_insert(void *handle, const user_t *user)
{
    return insert_user(handle, user, 0);
}

apr_status_t user_names_shm_insert_unique(void *handle, const user_t *user)
{
    return insert_user(handle, user, 1);
}

apr_status_t user_names_shm_find(void *handle, const char *name, user_t *user, apr_pool_t *p)
{
    const store_t *store = handle;
    naming_t naming;
    bk_map_value_t found;
    apr_int64_t id = 0, epoch;
    int i, matches = 0;
    apr_status_t rv = bk_map_find(&store->names, name_key(name), &found);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    read_ids(&naming, found.value);
    for (i = 0; i < naming.count && matches < 2; i++) {
        if (has_name(store, naming.ids[i], name, DISABLED | DELETED)) {
            id = naming.ids[i];
            matches++;
        }
    }
    if (matches > 1 || naming.count == NAMESAKES) {
        return APR_EEXIST;
    }
    return matches ? user_shm_find(store, id, user, &epoch, p) : APR_NOTFOUND;
}

/* Rename a user: add the id to the new name's list, then change the record. A process that rebuilt
 * the list in between did not find the user under the new name, so the id is added once more at the
 * end. */
static apr_status_t rename_in(const store_t *store, apr_int64_t id, const char *name, int is_unique,
                              apr_pool_t *p)
{
    change_t change = {.of_state = user_shm_keep_state, .name = name};
    apr_int64_t epoch;
    user_t user;
    apr_status_t rv = user_shm_find(store, id, &user, &epoch, p);

    if (rv == APR_SUCCESS) {
        rv = join_name(store, id, name, is_unique);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = user_shm_change(store, id, &change);
    if (rv != APR_SUCCESS) {
        user_names_shm_leave(store, id, name);
        return rv;
    }
    if (strcmp(user.name, name) != 0) {
        user_names_shm_leave(store, id, user.name);
    }
    return join_name(store, id, name, 0);
}

apr_status_t user_names_shm_rename(void *handle, apr_int64_t id, const char *name, int is_unique)
{
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv == APR_SUCCESS) {
        rv = rename_in(handle, id, name, is_unique, p);
        apr_pool_destroy(p);
    }
    return rv;
}
