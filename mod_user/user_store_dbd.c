#include "user_store.h"

enum {
    INSERT,
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
    SET_ADMIN,
    EACH,
    STATEMENTS
};

#define COLUMNS "id, name, email, password_hash, is_admin, session_start, session_end"
#define COLUMN_COUNT 7
#define TOKEN_COLUMNS "digest, user_id, expires"
#define TOKEN_COLUMN_COUNT 3

static const char *const sqlite3_migrations[] = {
    /* 1 */
    "CREATE TABLE users ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL,"
    "  email TEXT,"
    "  password_hash TEXT NOT NULL,"
    "  is_admin INTEGER NOT NULL,"
    "  session_start INTEGER NOT NULL," /* microseconds since the epoch */
    "  session_end INTEGER NOT NULL);"
    "CREATE INDEX users_by_name ON users (name);"
    "CREATE TABLE user_tokens ("
    "  digest BLOB PRIMARY KEY," /* SHA-256 of the token */
    "  user_id INTEGER NOT NULL,"
    "  expires INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX user_tokens_by_user ON user_tokens (user_id)",
    NULL};

static const char *const pgsql_migrations[] = {
    /* 1 */
    "CREATE TABLE users ("
    "  id BIGINT PRIMARY KEY,"
    "  name TEXT NOT NULL,"
    "  email TEXT,"
    "  password_hash TEXT NOT NULL,"
    "  is_admin SMALLINT NOT NULL,"
    "  session_start BIGINT NOT NULL," /* microseconds since the epoch */
    "  session_end BIGINT NOT NULL);"
    "CREATE INDEX users_by_name ON users (name);"
    "CREATE TABLE user_tokens ("
    "  digest BYTEA PRIMARY KEY," /* SHA-256 of the token */
    "  user_id BIGINT NOT NULL,"
    "  expires BIGINT NOT NULL);"
    "CREATE INDEX user_tokens_by_user ON user_tokens (user_id)",
    NULL};

static const char *const statements[STATEMENTS] = {
    [INSERT] = "INSERT INTO users (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [FIND] = "SELECT " COLUMNS " FROM users WHERE id = $1",
    [FIND_NAME] = "SELECT " COLUMNS " FROM users WHERE name = $1 LIMIT 1",
    [COUNT_NAME] = "SELECT count(*) FROM (SELECT 1 FROM users WHERE name = $1 LIMIT 2) AS found",
    [FIND_TOKEN] = "SELECT " COLUMNS " FROM user_tokens JOIN users ON id = user_id"
                   " WHERE digest = $1 AND expires > $2",
    [OPEN_SESSION] = "UPDATE users SET session_start = $2, session_end = $3"
                     " WHERE id = $1 AND password_hash = $4",
    [END_SESSION] = "UPDATE users SET session_end = 0 WHERE id = $1",
    [DROP_EXPIRED_TOKENS] = "DELETE FROM user_tokens WHERE user_id = $1 AND expires <= $2",
    [ADD_TOKEN] = "INSERT INTO user_tokens (" TOKEN_COLUMNS ") VALUES ($1, $2, $3)",
    [DROP_TOKENS] = "DELETE FROM user_tokens WHERE user_id = $1",
    [SET_HASH] = "UPDATE users SET password_hash = $2, session_end = 0"
                 " WHERE id = $1 AND password_hash = COALESCE($3, password_hash)",
    [RENEW_HASH] = "UPDATE users SET password_hash = $2 WHERE id = $1 AND password_hash = $3",
    [SET_ADMIN] = "UPDATE users SET is_admin = $2 WHERE id = $1",
    [EACH] = "SELECT " COLUMNS " FROM users ORDER BY id",
};

static const bk_db_dialect_t dialects[] = {
    {"sqlite3", sqlite3_migrations, NULL}, {"pgsql", pgsql_migrations, NULL}, {NULL}};

static const bk_db_table_t tables[] = {
    {"users", COLUMNS, COLUMN_COUNT}, {"user_tokens", TOKEN_COLUMNS, TOKEN_COLUMN_COUNT}, {NULL}};

const bk_db_schema_t user_store_dbd_schema = {"user", STATEMENTS, statements, dialects, tables};

static void user_of(user_t *user, const bk_db_value_t row[COLUMN_COUNT])
{
    user->id = row[0].number;
    user->name = row[1].text;
    user->email = row[2].text;
    user->password_hash = row[3].text;
    user->is_admin = row[4].number != 0;
    user->session_start = row[5].number;
    user->session_end = row[6].number;
}

static apr_status_t read_user(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                              user_t *user, apr_pool_t *p)
{
    bk_db_value_t row[COLUMN_COUNT];
    apr_status_t rv = bk_db_read(db, statement, args, count, row, COLUMN_COUNT, p);

    if (rv == APR_SUCCESS) {
        user_of(user, row);
    }
    return rv;
}

static apr_status_t insert(void *handle, const user_t *user)
{
    const bk_db_value_t args[] = {
        bk_db_int(user->id),          bk_db_text(user->name),
        bk_db_text(user->email),      bk_db_text(user->password_hash),
        bk_db_int(user->is_admin),    bk_db_int(user->session_start),
        bk_db_int(user->session_end),
    };

    return bk_db_write(handle, INSERT, args, COLUMN_COUNT, NULL);
}

static apr_status_t find(void *handle, apr_int64_t id, user_t *user, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(id)};

    return read_user(handle, FIND, args, 1, user, p);
}

static apr_status_t find_name(void *handle, const char *name, user_t *user, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(name)};
    bk_db_value_t count;
    apr_status_t rv = bk_db_read(handle, COUNT_NAME, args, 1, &count, 1, p);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    return count.number > 1 ? APR_EEXIST : read_user(handle, FIND_NAME, args, 1, user, p);
}

static apr_status_t find_token(void *handle, const unsigned char digest[BK_TOKEN_DIGEST],
                               apr_time_t now, user_t *user, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_bytes(digest, BK_TOKEN_DIGEST), bk_db_int(now)};

    return read_user(handle, FIND_TOKEN, args, 2, user, p);
}

/* A statement that changes one user; where it finds none, that is the given error. */
static apr_status_t change_user(bk_db_t *db, int statement, const bk_db_value_t *args, int count,
                                apr_status_t none)
{
    apr_int64_t changed;
    apr_status_t rv = bk_db_write(db, statement, args, count, &changed);

    return rv == APR_SUCCESS && changed == 0 ? none : rv;
}

/* The user's row first, and so in each of these transactions: whoever else changes the user waits
 * for the end of this one, and then sees what it did. */
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

/* A change that ends the user's session, and the tokens that go with it. */
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

static apr_status_t set_admin(void *handle, apr_int64_t id, int is_admin)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_int(is_admin)};

    return change_user(handle, SET_ADMIN, args, 2, APR_NOTFOUND);
}

typedef struct visit_t {
    apr_status_t (*visit)(void *baton, const user_t *user);
    void *baton;
} visit_t;

static apr_status_t visit_row(void *baton, const bk_db_value_t *row)
{
    visit_t *visit = baton;
    user_t user;

    user_of(&user, row);
    return visit->visit(visit->baton, &user);
}

static apr_status_t each(void *handle, apr_status_t (*visit)(void *baton, const user_t *user),
                         void *baton, apr_pool_t *p)
{
    visit_t each_visit = {visit, baton};

    return bk_db_each(handle, EACH, NULL, 0, COLUMN_COUNT, visit_row, &each_visit, p);
}

const user_store_verbs_t user_store_dbd = {
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
