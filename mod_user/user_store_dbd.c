#include <stdlib.h>

#include "bk_db_fields.h"
#include "user_dbd_groups.h"
#include "user_search.h"
#include "user_store_dbd_private.h"

/* Add a user, with the name as the login if no account has that. */
static apr_status_t add_user(bk_db_t *db, int statement, const user_t *user, apr_int64_t *changed)
{
    bk_db_value_t args[BK_FIELDS_MOST + 4];
    user_search_t search = {NULL, NULL};
    const char *key = NULL;
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (user_store_v1_key(&key, user->name, p) != APR_SUCCESS) {
        key = user->name; /* no UTF-8, which bk_db refuses */
    }
    (void)user_search_make(&search, user->name, NULL, NULL, user->email, p);
    bk_db_fields_bind(args, &user_fields, user);
    args[user_fields.count] = bk_db_text(key);
    args[user_fields.count + 1] = bk_db_int(apr_time_now());
    args[user_fields.count + 2] = bk_db_text(search.sort_key);
    args[user_fields.count + 3] = bk_db_text(search.text);
    rv = bk_db_write(db, statement, args, user_fields.count + 4, changed);
    apr_pool_destroy(p);
    return rv;
}

static apr_status_t insert(void *handle, const user_t *user)
{
    return add_user(handle, INSERT, user, NULL);
}

/* Take a lock until the transaction ends. Call within a transaction. */
static apr_status_t lock(bk_db_t *db, int statement, const bk_db_value_t *args, int count)
{
    apr_pool_t *p;
    bk_db_value_t one;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv == APR_SUCCESS) {
        rv = bk_db_read(db, statement, args, count, &one, 1, p);
        apr_pool_destroy(p);
    }
    return rv;
}

static apr_status_t lock_name(bk_db_t *db, const char *name)
{
    const bk_db_value_t args[] = {bk_db_text(name)};

    return lock(db, LOCK_NAME, args, 1);
}

static apr_status_t insert_unique(void *handle, const user_t *user)
{
    apr_int64_t changed = 0;
    apr_status_t rv = bk_db_begin(handle);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = lock_name(handle, user->name);
    if (rv == APR_SUCCESS) {
        rv = add_user(handle, INSERT_UNIQUE, user, &changed);
    }
    return bk_db_end(handle, rv == APR_SUCCESS && changed == 0 ? USER_NAME_TAKEN : rv);
}

static apr_status_t find(void *handle, apr_int64_t id, user_t *user, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(id)};

    return bk_db_fields_find(handle, FIND, args, 1, &user_fields, user, p);
}

static apr_status_t find_name(void *handle, const char *name, user_t *user, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(name)};
    bk_db_value_t count;
    apr_status_t rv = bk_db_find(handle, COUNT_NAME, args, 1, &count, 1, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    return count.number > 1 ? APR_EEXIST
                            : bk_db_fields_find(handle, FIND_NAME, args, 1, &user_fields, user, p);
}

static apr_status_t find_token(void *handle, const unsigned char digest[BK_TOKEN_DIGEST],
                               apr_time_t now, user_t *user, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_bytes(digest, BK_TOKEN_DIGEST), bk_db_int(now)};

    return bk_db_fields_find(handle, FIND_TOKEN, args, 2, &user_fields, user, p);
}

/* Execute a statement that changes one user. @return @a none if it changed no row */
static apr_status_t change_user(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                                apr_status_t none)
{
    apr_int64_t changed;
    apr_status_t rv = bk_db_write(db, statement, args, count, &changed);

    return rv == APR_SUCCESS && changed == 0 ? none : rv;
}

/* All transactions change the user's row first: another one that changes the same user waits until
 * this one ends, and then sees the new row. */
static apr_status_t log_in(void *handle, apr_int64_t id, const char *was, apr_time_t start,
                           apr_time_t end, const unsigned char digest[BK_TOKEN_DIGEST])
{
    const bk_db_value_t session[] = {bk_db_int(id), bk_db_int(start), bk_db_int(end),
                                     bk_db_text(was)};
    const bk_db_value_t expired[] = {bk_db_int(id), bk_db_int(start)};
    const bk_db_value_t token[] = {bk_db_bytes(digest, BK_TOKEN_DIGEST), bk_db_int(id),
                                   bk_db_int(end)};
    apr_status_t rv = bk_db_begin(handle);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = change_user(handle, OPEN_SESSION, session, 4, APR_EMISMATCH);
    if (rv == APR_SUCCESS) {
        rv = bk_db_write(handle, DROP_EXPIRED_TOKENS, expired, 2, NULL);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_db_write(handle, ADD_TOKEN, token, 3, NULL);
    }
    return bk_db_end(handle, rv);
}

/* Execute a statement that ends the user's session, and delete the user's tokens.
 * @param drop  the statement that deletes them */
static apr_status_t end_session(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                                apr_status_t none, int drop)
{
    apr_status_t rv = bk_db_begin(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = change_user(db, statement, args, count, none);
    if (rv == APR_SUCCESS) {
        rv = bk_db_write(db, drop, args, 1, NULL);
    }
    return bk_db_end(db, rv);
}

static apr_status_t log_out(void *handle, apr_int64_t id)
{
    const bk_db_value_t args[] = {bk_db_int(id)};

    return end_session(handle, END_SESSION, args, 1, APR_NOTFOUND, DROP_SESSIONS);
}

static apr_status_t set_password(void *handle, apr_int64_t id, const char *was, const char *hash)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(hash), bk_db_text(was)};

    return end_session(handle, SET_HASH, args, 3, was ? APR_EMISMATCH : APR_NOTFOUND, DROP_TOKENS);
}

static apr_status_t rehash(void *handle, apr_int64_t id, const char *was, const char *hash)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(hash), bk_db_text(was)};

    return change_user(handle, RENEW_HASH, args, 3, APR_EMISMATCH);
}

static apr_status_t highest_cost(void *handle, int *cost, apr_pool_t *p)
{
    bk_db_value_t highest;
    apr_status_t rv = bk_db_read(handle, HIGHEST_COST, NULL, 0, &highest, 1, p);

    *cost = rv == APR_SUCCESS && highest.text ? atoi(highest.text) : 0;
    return rv;
}

/* ---- what administrators do ---------------------------------------------------------------------
 */

apr_status_t user_store_dbd_check_others(bk_db_t *db, apr_int64_t id)
{
    const bk_db_value_t args[] = {bk_db_int(id)};
    apr_pool_t *p;
    bk_db_value_t count;
    apr_status_t rv = lock(db, LOCK_ADMINS, NULL, 0);

    if (rv == APR_SUCCESS) {
        rv = apr_pool_create(&p, NULL);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_db_read(db, IS_LAST_ADMIN, args, 1, &count, 1, p);
    apr_pool_destroy(p);
    return rv == APR_SUCCESS && count.number > 0 ? USER_LAST_ADMIN : rv;
}

/* Change a user in one transaction.
 * @param keep_one  whether to refuse for the last administrator
 * @param drops  statements that delete what else is the user's, ending in STATEMENTS; or NULL */
static apr_status_t change_admin(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                                 int keep_one, const int *drops)
{
    apr_status_t rv = bk_db_begin(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (keep_one) {
        rv = user_store_dbd_check_others(db, args[0].number);
    }
    if (rv == APR_SUCCESS) {
        rv = change_user(db, statement, args, count, APR_NOTFOUND);
    }
    for (; rv == APR_SUCCESS && drops && *drops != STATEMENTS; drops++) {
        rv = bk_db_write(db, *drops, args, 1, NULL);
    }
    return bk_db_end(db, rv);
}

static apr_status_t set_admin(void *handle, apr_int64_t id, int is_admin, int keep_one)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_int(is_admin), bk_db_int(apr_time_now())};

    return change_admin(handle, SET_ADMIN, args, 3, keep_one && !is_admin, NULL);
}

static apr_status_t set_disabled(void *handle, apr_int64_t id, int is_disabled, int keep_one)
{
    static const int drops[] = {DROP_TOKENS, STATEMENTS};
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_int(apr_time_now())};

    return is_disabled ? change_admin(handle, DISABLE, args, 2, keep_one, drops)
                       : change_admin(handle, ENABLE, args, 2, 0, NULL);
}

/* The steps of deleting a user, in the order of their locks: the last administrator, the user,
 * groups. */
static apr_status_t run_remove(bk_db_t *db, apr_int64_t id, apr_int64_t version, int keep_one,
                               apr_pool_t *p)
{
    apr_time_t now = apr_time_now();
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_int(now), bk_db_int(version)};
    apr_status_t rv = APR_SUCCESS;

    if (keep_one) {
        rv = user_store_dbd_check_others(db, id);
    }
    if (rv == APR_SUCCESS) {
        rv = change_user(db, REMOVE, args, 3, version ? USER_VERSION_MISMATCH : APR_NOTFOUND);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_db_write(db, DROP_TOKENS, args, 1, NULL);
    }
    if (rv == APR_SUCCESS) {
        rv = user_dbd_groups_set(db, id, "[]", now, p);
    }
    return rv == APR_SUCCESS ? bk_db_write(db, DROP_GROUPS, args, 1, NULL) : rv;
}

apr_status_t user_store_dbd_remove(bk_db_t *db, apr_int64_t id, apr_int64_t version, int keep_one)
{
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_db_begin(db);
    if (rv == APR_SUCCESS) {
        rv = bk_db_end(db, run_remove(db, id, version, keep_one, p));
    }
    apr_pool_destroy(p);
    return rv;
}

static apr_status_t remove_user(void *handle, apr_int64_t id, int keep_one)
{
    return user_store_dbd_remove(handle, id, 0, keep_one);
}

/* Why a rename changed no row. @return APR_NOTFOUND if there is no such user; USER_NAME_TAKEN */
static apr_status_t why_not_renamed(bk_db_t *db, apr_int64_t id)
{
    apr_pool_t *p;
    user_t user;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv == APR_SUCCESS) {
        rv = find(db, id, &user, p);
        apr_pool_destroy(p);
    }
    return rv == APR_SUCCESS ? USER_NAME_TAKEN : rv;
}

apr_status_t user_store_dbd_renew_search(bk_db_t *db, apr_int64_t id)
{
    bk_db_value_t args[3] = {bk_db_int(id)};
    user_search_t search;
    user_v1_t user;
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_db_fields_find(db, V1_FIND, args, 1, &user_store_v1_fields_account, &user, p);
    if (rv == APR_SUCCESS) {
        rv = user_search_make(&search, user.name, user.display_name, user.login, user.email, p);
    }
    if (rv == APR_SUCCESS) {
        args[1] = bk_db_text(search.sort_key);
        args[2] = bk_db_text(search.text);
        rv = bk_db_write(db, SET_SEARCH, args, 3, NULL);
    }
    apr_pool_destroy(p);
    return rv;
}

static apr_status_t rename_user(void *handle, apr_int64_t id, const char *name, int is_unique)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(name), bk_db_int(apr_time_now())};
    apr_status_t rv = bk_db_begin(handle);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (is_unique) {
        rv = lock_name(handle, name);
    }
    if (rv == APR_SUCCESS) {
        rv = change_user(handle, is_unique ? RENAME_UNIQUE : RENAME, args, 3, APR_NOTFOUND);
    }
    if (rv == APR_NOTFOUND && is_unique) {
        rv = why_not_renamed(handle, id);
    }
    if (rv == APR_SUCCESS) {
        rv = user_store_dbd_renew_search(handle, id);
    }
    return bk_db_end(handle, rv);
}

/* ---- all users ----------------------------------------------------------------------------------
 */

typedef struct visit_t {
    apr_status_t (*visit)(void *baton, const user_t *user);
    void *baton;
} visit_t;

static apr_status_t visit_row(void *baton, const bk_db_value_t *row)
{
    visit_t *visit = baton;
    user_t user;

    bk_db_fields_of_row(&user, &user_fields, row);
    return visit->visit(visit->baton, &user);
}

static apr_status_t each(void *handle, apr_status_t (*visit)(void *baton, const user_t *user),
                         void *baton, apr_pool_t *p)
{
    visit_t each_visit = {visit, baton};

    return bk_db_each(handle, EACH, NULL, 0, user_fields.count, visit_row, &each_visit, p);
}

const user_store_verbs_t user_store_dbd = {
    .insert = insert,
    .insert_unique = insert_unique,
    .find = find,
    .find_name = find_name,
    .find_token = find_token,
    .log_in = log_in,
    .log_out = log_out,
    .set_password = set_password,
    .rehash = rehash,
    .highest_cost = highest_cost,
    .set_admin = set_admin,
    .rename = rename_user,
    .set_disabled = set_disabled,
    .remove = remove_user,
    .each = each,
};
