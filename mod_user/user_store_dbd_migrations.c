/* The migrations of the tables of users, tokens and groups in a database. */
#include <string.h>

#include "bk_db_fill.h"
#include "user_search.h"
#include "user_store_dbd_private.h"

/* A login for each user: the name. Deleted users have none. */
static apr_status_t compute_login(const bk_db_value_t *row, const char **values, apr_pool_t *p)
{
    const char *name = row[1].text;

    if (strcmp(name, "") == 0 || user_store_v1_key(&values[1], name, p) != APR_SUCCESS) {
        return APR_NOTFOUND;
    }
    values[0] = name;
    return APR_SUCCESS;
}

static apr_status_t fill_logins(bk_db_t *db, apr_pool_t *p)
{
    static const char *const from[] = {"name", NULL};
    static const char *const to[] = {"login", "login_key", NULL};
    static const bk_db_fill_t fill = {"users", "id", 0, from, to, compute_login};

    return bk_db_fill(db, &fill, p);
}

/* What people are found and sorted by. Deleted users are neither. */
static apr_status_t compute_search(const bk_db_value_t *row, const char **values, apr_pool_t *p)
{
    user_search_t search;

    if (strcmp(row[1].text, "") == 0 ||
        user_search_make(&search, row[1].text, row[2].text, row[3].text, row[4].text, p) !=
            APR_SUCCESS) {
        return APR_NOTFOUND;
    }
    values[0] = search.sort_key;
    values[1] = search.text;
    return APR_SUCCESS;
}

static apr_status_t fill_search(bk_db_t *db, apr_pool_t *p)
{
    static const char *const from[] = {"name", "display_name", "login", "email", NULL};
    static const char *const to[] = {"sort_key", "search", NULL};
    static const bk_db_fill_t fill = {"users", "id", 0, from, to, compute_search};

    return bk_db_fill(db, &fill, p);
}

const bk_db_sql_t user_store_dbd_migrations[] = {
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
    {"ALTER TABLE users ADD COLUMN state {flag} NOT NULL DEFAULT " USER_STORE_ACTIVE},
    /* 3: the highest cost is read at each check of a password */
    {"CREATE INDEX users_by_cost ON users (" USER_STORE_COST ")"},
    /* 4: what API v1 keeps of accounts, sessions, tokens and groups */
    {.both = "ALTER TABLE users ADD COLUMN login TEXT;"
             "ALTER TABLE users ADD COLUMN login_key TEXT;"
             "ALTER TABLE users ADD COLUMN display_name TEXT;"
             "ALTER TABLE users ADD COLUMN language TEXT;"
             "ALTER TABLE users ADD COLUMN time_zone TEXT;"
             "ALTER TABLE users ADD COLUMN settings TEXT;"
             "ALTER TABLE users ADD COLUMN identity TEXT;"
             "ALTER TABLE users ADD COLUMN is_auditor {flag} NOT NULL DEFAULT 0;"
             "ALTER TABLE users ADD COLUMN is_service {flag} NOT NULL DEFAULT 0;"
             "ALTER TABLE users ADD COLUMN version {int} NOT NULL DEFAULT 1;"
             "ALTER TABLE users ADD COLUMN created {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE users ADD COLUMN changed {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE users ADD COLUMN signed_on {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE user_tokens ADD COLUMN kind {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE user_tokens ADD COLUMN token_id {int};"
             "ALTER TABLE user_tokens ADD COLUMN label TEXT;"
             "ALTER TABLE user_tokens ADD COLUMN prefix TEXT;"
             "ALTER TABLE user_tokens ADD COLUMN scopes TEXT;"
             "ALTER TABLE user_tokens ADD COLUMN spaces TEXT;"
             "ALTER TABLE user_tokens ADD COLUMN opened {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE user_tokens ADD COLUMN seen {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE user_tokens ADD COLUMN idle {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE user_tokens ADD COLUMN ends {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE user_tokens ADD COLUMN agent TEXT;"
             "CREATE UNIQUE INDEX user_tokens_by_id ON user_tokens (token_id)"
             "  WHERE token_id IS NOT NULL;"
             "CREATE TABLE user_groups ("
             "  user_id {int} NOT NULL,"
             "  name TEXT NOT NULL,"
             "  source TEXT NOT NULL," /* local, sso */
             "  PRIMARY KEY (user_id, name, source)) {without rowid};"
             "CREATE INDEX user_groups_by_name ON user_groups (name, user_id);"
             "CREATE TABLE groups ("
             "  name TEXT PRIMARY KEY,"
             "  description TEXT,"
             "  version {int} NOT NULL DEFAULT 1,"
             "  created {int} NOT NULL DEFAULT 0,"
             "  changed {int} NOT NULL DEFAULT 0)",
     .run = fill_logins},
    /* 5: a login that several would have is nobody's */
    {"UPDATE users SET login = NULL, login_key = NULL WHERE login_key IN"
     " (SELECT login_key FROM users WHERE login_key IS NOT NULL"
     "  GROUP BY login_key HAVING count(*) > 1);"
     "CREATE UNIQUE INDEX users_by_login ON users (login_key);"
     "CREATE UNIQUE INDEX users_by_identity ON users (identity)"},
    /* 6: lists of people */
    {.both = "ALTER TABLE users ADD COLUMN search TEXT;"
             "ALTER TABLE users ADD COLUMN sort_key TEXT {bytewise}",
     .run = fill_search},
    /* 7 */
    {"CREATE INDEX users_by_sort_key ON users (sort_key, id)"},
    /* 8: requests that may be repeated */
    {BK_DB_KEYS_TABLE("user_keys")},
    {NULL}};
