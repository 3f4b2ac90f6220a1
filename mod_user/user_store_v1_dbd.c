#include "bk_db_fields.h"
#include "user_search.h"
#include "user_store_dbd_private.h"

/* ---- accounts -----------------------------------------------------------------------------------
 */

static apr_status_t find_account(bk_db_t *db, int statement, bk_db_value_t key, user_v1_t *user,
                                 apr_pool_t *p)
{
    return bk_db_fields_find(db, statement, &key, 1, &user_store_v1_fields_account, user, p);
}

static apr_status_t find(void *handle, apr_int64_t id, user_v1_t *user, apr_pool_t *p)
{
    return find_account(handle, V1_FIND, bk_db_int(id), user, p);
}

static apr_status_t find_login(void *handle, const char *key, user_v1_t *user, apr_pool_t *p)
{
    return find_account(handle, V1_FIND_LOGIN, bk_db_text(key), user, p);
}

static apr_status_t find_identity(void *handle, const char *identity, user_v1_t *user,
                                  apr_pool_t *p)
{
    return find_account(handle, V1_FIND_IDENTITY, bk_db_text(identity), user, p);
}

/* Which key an account could not be written for: the unique index says only that there was one. */
static apr_status_t which_key(bk_db_t *db, apr_status_t rv, const user_v1_t *user)
{
    const bk_db_value_t args[] = {bk_db_text(user->login_key), bk_db_int(user->id)};
    bk_db_value_t found;
    apr_pool_t *p;

    if (rv != APR_EEXIST || !user->login_key || apr_pool_create(&p, NULL) != APR_SUCCESS) {
        return rv;
    }
    if (bk_db_find(db, V1_HAS_LOGIN, args, 2, &found, 1, p) == APR_SUCCESS) {
        rv = USER_LOGIN_TAKEN;
    }
    apr_pool_destroy(p);
    return rv;
}

/* Set what a row is found and sorted by. */
static apr_status_t set_search(user_v1_t *user, apr_pool_t *p)
{
    user_search_t search = {NULL, NULL};
    apr_status_t rv =
        user_search_make(&search, user->name, user->display_name, user->login, user->email, p);

    user->sort_key = search.sort_key;
    user->search = search.text;
    return rv == APR_SUCCESS ? rv : APR_EINVAL;
}

apr_status_t user_store_v1_dbd_insert(bk_db_t *db, const user_v1_t *user)
{
    user_v1_t first = *user;
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    first.version = 1;
    rv = set_search(&first, p);
    if (rv == APR_SUCCESS) {
        rv = bk_db_fields_write(db, V1_INSERT, &user_store_v1_fields, &first, NULL);
    }
    apr_pool_destroy(p);
    return rv;
}

static apr_status_t insert(void *handle, const user_v1_t *user)
{
    return which_key(handle, user_store_v1_dbd_insert(handle, user), user);
}

static apr_status_t write_account(bk_db_t *db, const user_v1_t *user, apr_time_t now)
{
    const bk_db_value_t args[] = {bk_db_int(user->id),
                                  bk_db_int(user->version),
                                  bk_db_text(user->name),
                                  bk_db_text(user->email),
                                  bk_db_text(user->login),
                                  bk_db_text(user->login_key),
                                  bk_db_text(user->display_name),
                                  bk_db_text(user->language),
                                  bk_db_text(user->time_zone),
                                  bk_db_text(user->settings),
                                  bk_db_int(now),
                                  bk_db_text(user->sort_key),
                                  bk_db_text(user->search)};
    apr_int64_t changed = 0;
    apr_status_t rv = bk_db_write(db, V1_UPDATE, args, 13, &changed);

    return rv == APR_SUCCESS && changed == 0 ? USER_VERSION_MISMATCH : which_key(db, rv, user);
}

static apr_status_t update(void *handle, const user_v1_t *user, apr_time_t now)
{
    user_v1_t whole = *user;
    apr_pool_t *p;
    apr_status_t rv = apr_pool_create(&p, NULL);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = set_search(&whole, p);
    if (rv == APR_SUCCESS) {
        rv = write_account(handle, &whole, now);
    }
    apr_pool_destroy(p);
    return rv;
}

/* ---- sessions and tokens ------------------------------------------------------------------------
 */

static apr_status_t find_token(void *handle, const unsigned char digest[BK_TOKEN_DIGEST],
                               apr_time_t now, user_session_t *session, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_bytes(digest, BK_TOKEN_DIGEST), bk_db_int(now)};

    return bk_db_fields_find(handle, V1_FIND_TOKEN, args, 2, &user_store_v1_fields_session, session,
                             p);
}

/* Execute a statement that changes one row. @return @a none if it changed no row */
static apr_status_t change(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                           apr_status_t none)
{
    apr_int64_t changed = 0;
    apr_status_t rv = bk_db_write(db, statement, args, count, &changed);

    return rv == APR_SUCCESS && changed == 0 ? none : rv;
}

static apr_status_t add_token(void *handle, const user_token_t *token, const char *was)
{
    const bk_fields_t *fields = &user_store_v1_fields_token;
    const bk_db_value_t expired[] = {bk_db_int(token->user_id), bk_db_int(token->opened)};
    bk_db_value_t args[BK_FIELDS_MOST + 1];
    apr_status_t rv = bk_db_begin(handle);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    bk_db_fields_bind(args, fields, token);
    args[fields->count] = bk_db_text(was);
    rv = change(handle, V1_ADD_TOKEN, args, fields->count + 1, APR_EMISMATCH);
    if (rv == APR_SUCCESS) {
        rv = bk_db_write(handle, DROP_EXPIRED_TOKENS, expired, 2, NULL);
    }
    return bk_db_end(handle, rv);
}

static apr_status_t touch(void *handle, const unsigned char digest[BK_TOKEN_DIGEST],
                          apr_time_t before, apr_time_t seen, apr_time_t expires)
{
    const bk_db_value_t args[] = {bk_db_bytes(digest, BK_TOKEN_DIGEST), bk_db_int(before),
                                  bk_db_int(seen), bk_db_int(expires)};

    return bk_db_write(handle, V1_TOUCH, args, 4, NULL);
}

typedef struct token_visit_t {
    apr_status_t (*visit)(void *baton, const user_token_t *token);
    void *baton;
} token_visit_t;

static apr_status_t visit_token(void *baton, const bk_db_value_t *row)
{
    token_visit_t *visit = baton;
    user_token_t token;

    bk_db_fields_of_row(&token, &user_store_v1_fields_token, row);
    return visit->visit(visit->baton, &token);
}

static apr_status_t each_token(void *handle, apr_int64_t user_id, user_token_kind_t kind,
                               apr_time_t now, apr_int64_t after, int limit,
                               apr_status_t (*visit)(void *baton, const user_token_t *token),
                               void *baton, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(user_id), bk_db_int(kind), bk_db_int(now),
                                  bk_db_int(after), bk_db_int(limit)};
    token_visit_t each = {visit, baton};

    return bk_db_each(handle, V1_EACH_TOKEN, args, 5, user_store_v1_fields_token.count, visit_token,
                      &each, p);
}

static apr_status_t find_own_token(void *handle, apr_int64_t user_id, user_token_kind_t kind,
                                   apr_int64_t id, apr_time_t now, user_token_t *token,
                                   apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(user_id), bk_db_int(kind), bk_db_int(id),
                                  bk_db_int(now)};

    return bk_db_fields_find(handle, V1_FIND_OWN_TOKEN, args, 4, &user_store_v1_fields_token, token,
                             p);
}

static apr_status_t end_token(void *handle, apr_int64_t user_id, user_token_kind_t kind,
                              apr_int64_t id)
{
    const bk_db_value_t args[] = {bk_db_int(user_id), bk_db_int(kind), bk_db_int(id)};

    return change(handle, V1_END_TOKEN, args, 3, APR_NOTFOUND);
}

static apr_status_t end_digest(void *handle, const unsigned char digest[BK_TOKEN_DIGEST])
{
    const bk_db_value_t args[] = {bk_db_bytes(digest, BK_TOKEN_DIGEST)};

    return change(handle, V1_END_DIGEST, args, 1, APR_NOTFOUND);
}

/* As the base's does, the row of users is changed first: a session that is being opened with the
 * old password waits, and is refused. */
static apr_status_t set_password(void *handle, apr_int64_t id, const char *was, const char *hash,
                                 const unsigned char *keep)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(hash), bk_db_text(was)};
    const bk_db_value_t tokens[] = {bk_db_int(id), bk_db_bytes(keep, BK_TOKEN_DIGEST)};
    apr_status_t rv = bk_db_begin(handle);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = change(handle, SET_HASH, args, 3, APR_EMISMATCH);
    if (rv == APR_SUCCESS) {
        rv = keep ? bk_db_write(handle, DROP_OTHER_TOKENS, tokens, 2, NULL)
                  : bk_db_write(handle, DROP_TOKENS, tokens, 1, NULL);
    }
    return bk_db_end(handle, rv);
}

/* ---- groups -------------------------------------------------------------------------------------
 */

typedef struct group_visit_t {
    apr_status_t (*visit)(void *baton, const char *name, const char *source);
    void *baton;
} group_visit_t;

static apr_status_t visit_group(void *baton, const bk_db_value_t *row)
{
    group_visit_t *visit = baton;

    return visit->visit(visit->baton, row[0].text, row[1].text);
}

static apr_status_t each_group(void *handle, apr_int64_t user_id,
                               apr_status_t (*visit)(void *baton, const char *name,
                                                     const char *source),
                               void *baton, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(user_id)};
    group_visit_t each = {visit, baton};

    return bk_db_each(handle, V1_EACH_GROUP, args, 1, 2, visit_group, &each, p);
}

const user_store_v1_verbs_t user_store_v1_dbd = {
    .find = find,
    .find_login = find_login,
    .find_identity = find_identity,
    .insert = insert,
    .update = update,
    .find_token = find_token,
    .add_token = add_token,
    .touch = touch,
    .each_token = each_token,
    .find_own_token = find_own_token,
    .end_token = end_token,
    .end_digest = end_digest,
    .set_password = set_password,
    .sign_on = user_store_v1_sign_on,
    .each_group = each_group,
};
