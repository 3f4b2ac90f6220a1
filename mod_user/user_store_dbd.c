#include "user_store.h"

#include <stdlib.h>

#include "bk_db_fields.h"

/* Values of the column state. A deleted user stays as a row in which all but the id is empty. */
#define ACTIVE "0"
#define DISABLED "1"
#define DELETED "2"

enum {
    INSERT,
    INSERT_UNIQUE,
    FIND,
    FIND_NAME,
    COUNT_NAME,
    FIND_TOKEN,
    OPEN_SESSION,
    END_SESSION,
    DROP_EXPIRED_TOKENS,
    ADD_TOKEN,
    DROP_TOKENS,
    SET_HASH,
    RENEW_HASH,
    HIGHEST_COST,
    SET_ADMIN,
    RENAME,
    RENAME_UNIQUE,
    DISABLE,
    ENABLE,
    REMOVE,
    LOCK_NAME,
    LOCK_ADMINS,
    IS_LAST_ADMIN,
    EACH,
    STATEMENTS
};

/* A row of user_tokens. */
typedef struct token_t {
    const unsigned char *digest; /* SHA-256 of the token */
    apr_int64_t user_id;
    apr_time_t expires;
} token_t;

static const bk_field_t token_list[] = {
    BK_FIELD(token_t, digest, BYTES, NULL, 0, BK_TOKEN_DIGEST, BK_TOKEN_DIGEST),
    BK_FIELD(token_t, user_id, ID, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(token_t, expires, INT, NULL, 0, BK_FIELD_ANY),
};
static const bk_fields_t token_fields = BK_FIELDS(token_list);

/* The cost of a bcrypt hash: the two digits between its second and third "$". */
#define COST "substr(password_hash, 5, 2)"

static const bk_db_sql_t steps[] = {
    /* 1 */
    {"CREATE TABLE users ("
     "  id {key},"
     "  name TEXT NOT NULL,"
     "  email TEXT,"
     "  password_hash TEXT NOT NULL,"
     "  is_admin {flag} NOT NULL,"
     "  session_start {int} NOT NULL," /* microseconds since the epoch */
     "  session_end {int} NOT NULL);"
     "CREATE INDEX users_by_name ON users (name);"
     "CREATE TABLE user_tokens ("
     "  digest {bytes} PRIMARY KEY," /* SHA-256 of the token */
     "  user_id {int} NOT NULL,"
     "  expires {int} NOT NULL) {without rowid};"
     "CREATE INDEX user_tokens_by_user ON user_tokens (user_id)"},
    /* 2 */
    {"ALTER TABLE users ADD COLUMN state {flag} NOT NULL DEFAULT " ACTIVE},
    /* 3: the highest cost is read at each check of a password */
    {"CREATE INDEX users_by_cost ON users (" COST ")"},
    {NULL}};

/* PostgreSQL's isolation level is READ COMMITTED, in which two transactions do not see each other's
 * rows. So checking that a name is free, or that another administrator remains, needs a lock, which
 * lasts until the transaction ends. SQLite has one writer at a time and needs none. */
#define LOCKED(key) "SELECT 1 FROM (SELECT pg_advisory_xact_lock(" key ")) AS locked"
static const bk_db_sql_t statements[STATEMENTS] = {
    [INSERT] = {"INSERT INTO users ({users}) VALUES ({users values})"},
    [INSERT_UNIQUE] = {"INSERT INTO users ({users}) SELECT {users typed} WHERE NOT EXISTS"
                       " (SELECT 1 FROM users WHERE name = {users.name} AND state <> " DELETED ")"},
    [FIND] = {"SELECT {users} FROM users WHERE id = $1 AND state <> " DELETED},
    [FIND_NAME] = {"SELECT {users} FROM users WHERE name = $1 AND state = " ACTIVE " LIMIT 1"},
    [COUNT_NAME] = {"SELECT count(*) FROM (SELECT 1 FROM users WHERE name = $1 AND state = " ACTIVE
                    " LIMIT 2) AS found"},
    [FIND_TOKEN] = {"SELECT {users} FROM user_tokens JOIN users ON id = user_id"
                    " WHERE digest = $1 AND expires > $2 AND state = " ACTIVE},
    [OPEN_SESSION] = {"UPDATE users SET session_start = $2, session_end = $3"
                      " WHERE id = $1 AND password_hash = $4 AND state = " ACTIVE},
    [END_SESSION] = {"UPDATE users SET session_end = 0 WHERE id = $1 AND state <> " DELETED},
    [DROP_EXPIRED_TOKENS] = {"DELETE FROM user_tokens WHERE user_id = $1 AND expires <= $2"},
    [ADD_TOKEN] = {"INSERT INTO user_tokens ({user_tokens}) VALUES ({user_tokens values})"},
    [DROP_TOKENS] = {"DELETE FROM user_tokens WHERE user_id = $1"},
    [SET_HASH] = {"UPDATE users SET password_hash = $2, session_end = 0"
                  " WHERE id = $1 AND password_hash = COALESCE($3, password_hash)"
                  " AND (state = " ACTIVE " OR (state = " DISABLED " AND $3 IS NULL))"},
    [RENEW_HASH] = {"UPDATE users SET password_hash = $2"
                    " WHERE id = $1 AND password_hash = $3 AND state = " ACTIVE},
    [HIGHEST_COST] = {"SELECT max(" COST ") FROM users WHERE " COST " BETWEEN '04' AND '31'"},
    [SET_ADMIN] = {"UPDATE users SET is_admin = $2 WHERE id = $1 AND state <> " DELETED},
    [RENAME] = {"UPDATE users SET name = $2 WHERE id = $1 AND state <> " DELETED},
    [RENAME_UNIQUE] = {"UPDATE users SET name = $2 WHERE id = $1 AND state <> " DELETED
                       " AND NOT EXISTS (SELECT 1 FROM users AS others WHERE others.name = $2"
                       " AND others.id <> $1 AND others.state <> " DELETED ")"},
    [DISABLE] = {"UPDATE users SET state = " DISABLED ", session_end = 0"
                 " WHERE id = $1 AND state <> " DELETED},
    [ENABLE] = {"UPDATE users SET state = " ACTIVE " WHERE id = $1 AND state <> " DELETED},
    [REMOVE] = {"UPDATE users SET name = '', email = NULL, password_hash = '', is_admin = 0,"
                " session_start = 0, session_end = 0, state = " DELETED
                " WHERE id = $1 AND state <> " DELETED},
    [LOCK_NAME] = {.sqlite3 = "SELECT 1 WHERE $1 IS NOT NULL",
                   .pgsql = LOCKED("hashtextextended('bookable user ' || $1, 0)")},
    [LOCK_ADMINS] = {.sqlite3 = "SELECT 1",
                     .pgsql = LOCKED("hashtextextended('bookable administrators', 0)")},
    [IS_LAST_ADMIN] = {"SELECT count(*) FROM users WHERE id = $1 AND is_admin = 1"
                       " AND state = " ACTIVE " AND NOT EXISTS"
                       " (SELECT 1 FROM users AS others WHERE others.is_admin = 1"
                       " AND others.state = " ACTIVE " AND others.id <> $1)"},
    [EACH] = {"SELECT {users} FROM users WHERE state <> " DELETED " ORDER BY id"},
};

static const bk_db_table_t tables[] = {
    {"users", &user_fields}, {"user_tokens", &token_fields}, {NULL}};

const bk_db_schema_t user_store_dbd_schema = {"user", STATEMENTS, statements, steps, tables};

static apr_status_t insert(void *handle, const user_t *user)
{
    return bk_db_fields_write(handle, INSERT, &user_fields, user, NULL);
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
        rv = bk_db_fields_write(handle, INSERT_UNIQUE, &user_fields, user, &changed);
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
    const token_t token = {digest, id, end};
    apr_status_t rv = bk_db_begin(handle);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = change_user(handle, OPEN_SESSION, session, 4, APR_EMISMATCH);
    if (rv == APR_SUCCESS) {
        rv = bk_db_write(handle, DROP_EXPIRED_TOKENS, expired, 2, NULL);
    }
    if (rv == APR_SUCCESS) {
        rv = bk_db_fields_write(handle, ADD_TOKEN, &token_fields, &token, NULL);
    }
    return bk_db_end(handle, rv);
}

/* Execute a statement that ends the user's session, and delete the user's tokens. */
static apr_status_t end_session(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                                apr_status_t none)
{
    apr_status_t rv = bk_db_begin(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = change_user(db, statement, args, count, none);
    if (rv == APR_SUCCESS) {
        rv = bk_db_write(db, DROP_TOKENS, args, 1, NULL);
    }
    return bk_db_end(db, rv);
}

static apr_status_t log_out(void *handle, apr_int64_t id)
{
    const bk_db_value_t args[] = {bk_db_int(id)};

    return end_session(handle, END_SESSION, args, 1, APR_NOTFOUND);
}

static apr_status_t set_password(void *handle, apr_int64_t id, const char *was, const char *hash)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(hash), bk_db_text(was)};

    return end_session(handle, SET_HASH, args, 3, was ? APR_EMISMATCH : APR_NOTFOUND);
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

/* Check that the user is not the last administrator. Call within a transaction: the lock makes two
 * administrators who revoke each other's role do so one after the other. */
static apr_status_t check_others(bk_db_t *db, apr_int64_t id)
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
 * @param revoke    whether to delete the user's tokens */
static apr_status_t change_admin(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                                 int keep_one, int revoke)
{
    apr_status_t rv = bk_db_begin(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (keep_one) {
        rv = check_others(db, args[0].number);
    }
    if (rv == APR_SUCCESS) {
        rv = change_user(db, statement, args, count, APR_NOTFOUND);
    }
    if (rv == APR_SUCCESS && revoke) {
        rv = bk_db_write(db, DROP_TOKENS, args, 1, NULL);
    }
    return bk_db_end(db, rv);
}

static apr_status_t set_admin(void *handle, apr_int64_t id, int is_admin, int keep_one)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_int(is_admin)};

    return change_admin(handle, SET_ADMIN, args, 2, keep_one && !is_admin, 0);
}

static apr_status_t set_disabled(void *handle, apr_int64_t id, int is_disabled, int keep_one)
{
    const bk_db_value_t args[] = {bk_db_int(id)};

    return is_disabled ? change_admin(handle, DISABLE, args, 1, keep_one, 1)
                       : change_admin(handle, ENABLE, args, 1, 0, 0);
}

static apr_status_t remove_user(void *handle, apr_int64_t id, int keep_one)
{
    const bk_db_value_t args[] = {bk_db_int(id)};

    return change_admin(handle, REMOVE, args, 1, keep_one, 1);
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

static apr_status_t rename_user(void *handle, apr_int64_t id, const char *name, int is_unique)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(name)};
    apr_status_t rv;

    if (!is_unique) {
        return change_user(handle, RENAME, args, 2, APR_NOTFOUND);
    }
    rv = bk_db_begin(handle);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = lock_name(handle, name);
    if (rv == APR_SUCCESS) {
        rv = change_user(handle, RENAME_UNIQUE, args, 2, APR_NOTFOUND);
    }
    if (rv == APR_NOTFOUND) {
        rv = why_not_renamed(handle, id);
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
