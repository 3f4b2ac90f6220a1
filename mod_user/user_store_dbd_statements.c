/* The statements on users, tokens and groups in a database. */
#include "user_people.h"
#include "user_store_dbd_private.h"

#define ACTIVE USER_STORE_ACTIVE
#define DISABLED USER_STORE_DISABLED
#define DELETED USER_STORE_DELETED

/* PostgreSQL's isolation level is READ COMMITTED, in which two transactions do not see each other's
 * rows. So checking that a name is free, or that another administrator remains, needs a lock, which
 * lasts until the transaction ends. SQLite has one writer at a time and needs none. */
#define LOCKED(key) "SELECT 1 FROM (SELECT pg_advisory_xact_lock(" key ")) AS locked"

/* A new user's name is the login, too, unless another account has it. Parameters: those of {base},
 * the login's key ($9), the time ($10), what people are sorted ($11) and found by ($12). Two
 * inserts at once of one login: the unique index refuses the second, which then finds the login
 * taken when the insert is tried again. */
#define INSERT_BASE                                                                           \
    "INSERT INTO users ({base}, login, login_key, created, changed, sort_key, search)"        \
    " SELECT {base typed}, CASE WHEN taken = 0 THEN {base.name} END,"                         \
    " CASE WHEN taken = 0 THEN CAST($9 AS TEXT) END, CAST($10 AS {int}), CAST($10 AS {int})," \
    " CAST($11 AS TEXT), CAST($12 AS TEXT)"                                                   \
    " FROM (SELECT count(*) AS taken FROM users WHERE login_key = CAST($9 AS TEXT)) AS logins"

/* PostgreSQL waits for a change of the password that is under way, and then compares again. */
#define INSERT_TOKEN                                                                            \
    "INSERT INTO user_tokens ({user_tokens}) SELECT {user_tokens typed} FROM users WHERE id = " \
    "{user_tokens.user_id} AND state = " ACTIVE                                                 \
    " AND password_hash = COALESCE(CAST($15 AS TEXT), password_hash)"

/* PostgreSQL has to be told the type of a parameter that may be NULL. */
#define SAID_NAME "CAST($2 AS TEXT)"
#define SAID_MAIL "CAST($3 AS TEXT)"

#define CHANGED(now) "version = version + 1, changed = " now

/* A list of names or ids comes as one parameter, a JSON array. */
#define IDS "SELECT CAST(value AS {int}) FROM {array}($2)"

/* What people are called. */
#define NAMES(ids)                                                         \
    "SELECT id, COALESCE(display_name, name) FROM users WHERE id IN (" ids \
    ") AND state <> " DELETED " ORDER BY id"

/* The local groups that a person ($1) is in or is to be in ($2), but not both. */
#define OF_MEMBER                                                                                \
    "(name IN (SELECT value FROM {array}($2))) <> (name IN (SELECT own.name FROM user_groups AS" \
    " own WHERE own.user_id = $1 AND own.source = 'local'))"

/* The people who are in a local group ($1) or are to be in it ($2), but not both. */
#define IN_GROUP "SELECT user_id FROM user_groups WHERE name = $1 AND source = 'local'"
#define OF_GROUP                                                                            \
    "state <> " DELETED " AND id IN (" IDS " UNION " IN_GROUP ") AND (id IN (" IDS ")) <> " \
    "(id IN (" IN_GROUP "))"

/* Rows are locked in their order, so that two transactions never wait for each other. */
#define BOTH_LOCK(select)                                                 \
    {                                                                     \
        .sqlite3 = "SELECT count(*) FROM (" select ") AS locked",         \
        .pgsql = "SELECT count(*) FROM (" select " FOR UPDATE) AS locked" \
    }

#define ROLE                                                                 \
    "CASE WHEN is_admin = 1 THEN 'admin' WHEN is_auditor = 1 THEN 'auditor'" \
    " ELSE 'member' END"

/* A local group, or one that is only where sign-on brings it. */
#define GROUP(which)                                                                             \
    "SELECT names.name, groups.description, COALESCE(groups.version, 0),"                        \
    " COALESCE(groups.created, 0), COALESCE(groups.changed, 0), (SELECT count(DISTINCT user_id)" \
    " FROM user_groups WHERE user_groups.name = names.name) FROM (SELECT name FROM groups UNION" \
    " SELECT name FROM user_groups) AS names LEFT JOIN groups ON groups.name = names.name " which

#define MOST_GROUPS "64"
_Static_assert(USER_PEOPLE_GROUPS == 64, "MOST_GROUPS");

const bk_db_sql_t user_store_dbd_statements[STATEMENTS] = {
    [INSERT] = {INSERT_BASE},
    [INSERT_UNIQUE] = {INSERT_BASE " WHERE NOT EXISTS (SELECT 1 FROM users"
                                   " WHERE name = {base.name} AND state <> " DELETED ")"},
    [FIND] = {"SELECT {base} FROM users WHERE id = $1 AND state <> " DELETED},
    [FIND_NAME] = {"SELECT {base} FROM users WHERE name = $1 AND state = " ACTIVE " LIMIT 1"},
    [COUNT_NAME] = {"SELECT count(*) FROM (SELECT 1 FROM users WHERE name = $1 AND state = " ACTIVE
                    " LIMIT 2) AS found"},
    [FIND_TOKEN] = {"SELECT {base} FROM user_tokens JOIN users ON id = user_id"
                    " WHERE digest = $1 AND expires > $2 AND state = " ACTIVE},
    [OPEN_SESSION] = {"UPDATE users SET session_start = $2, session_end = $3"
                      " WHERE id = $1 AND password_hash = $4 AND state = " ACTIVE},
    [END_SESSION] = {"UPDATE users SET session_end = 0 WHERE id = $1 AND state <> " DELETED},
    [DROP_EXPIRED_TOKENS] = {"DELETE FROM user_tokens WHERE user_id = $1 AND expires <= $2"},
    [ADD_TOKEN] = {"INSERT INTO user_tokens (digest, user_id, expires) VALUES ($1, $2, $3)"},
    [DROP_SESSIONS] = {"DELETE FROM user_tokens WHERE user_id = $1 AND kind <> 2"},
    [DROP_TOKENS] = {"DELETE FROM user_tokens WHERE user_id = $1"},
    [DROP_OTHER_TOKENS] = {"DELETE FROM user_tokens WHERE user_id = $1 AND digest <> $2"},
    [DROP_GROUPS] = {"DELETE FROM user_groups WHERE user_id = $1"},
    [SET_HASH] = {"UPDATE users SET password_hash = $2, session_end = 0"
                  " WHERE id = $1 AND password_hash = COALESCE($3, password_hash)"
                  " AND (state = " ACTIVE " OR (state = " DISABLED " AND $3 IS NULL))"},
    [RENEW_HASH] = {"UPDATE users SET password_hash = $2"
                    " WHERE id = $1 AND password_hash = $3 AND state = " ACTIVE},
    [HIGHEST_COST] = {"SELECT max(" USER_STORE_COST ") FROM users WHERE " USER_STORE_COST
                      " BETWEEN '04' AND '31'"},
    [SET_ADMIN] =
        {"UPDATE users SET is_admin = $2, is_auditor = 0, version = version + 1, changed = $3"
         " WHERE id = $1 AND state <> " DELETED},
    [RENAME] = {"UPDATE users SET name = $2, version = version + 1, changed = $3"
                " WHERE id = $1 AND state <> " DELETED},
    [RENAME_UNIQUE] = {"UPDATE users SET name = $2, version = version + 1, changed = $3"
                       " WHERE id = $1 AND state <> " DELETED
                       " AND NOT EXISTS (SELECT 1 FROM users AS others WHERE others.name = $2"
                       " AND others.id <> $1 AND others.state <> " DELETED ")"},
    [DISABLE] = {"UPDATE users SET state = " DISABLED ", session_end = 0,"
                 " version = version + 1, changed = $2 WHERE id = $1 AND state <> " DELETED},
    [ENABLE] = {"UPDATE users SET state = " ACTIVE ", version = version + 1, changed = $2"
                " WHERE id = $1 AND state <> " DELETED},
    [REMOVE] = {"UPDATE users SET name = '', email = NULL, password_hash = '', is_admin = 0,"
                " session_start = 0, session_end = 0, login = NULL, login_key = NULL,"
                " display_name = NULL, language = NULL, time_zone = NULL, settings = NULL,"
                " identity = NULL, is_auditor = 0, is_service = 0, signed_on = 0,"
                " sort_key = NULL, search = NULL,"
                " state = " DELETED ", version = version + 1, changed = $2"
                " WHERE id = $1 AND state <> " DELETED
                " AND (CAST($3 AS {int}) = 0 OR version = $3)"},
    [LOCK_NAME] = {.sqlite3 = "SELECT 1 WHERE $1 IS NOT NULL",
                   .pgsql = LOCKED("hashtextextended('bookable user ' || $1, 0)")},
    [LOCK_ADMINS] = {.sqlite3 = "SELECT 1",
                     .pgsql = LOCKED("hashtextextended('bookable administrators', 0)")},
    [IS_LAST_ADMIN] = {"SELECT count(*) FROM users WHERE id = $1 AND is_admin = 1"
                       " AND state = " ACTIVE " AND NOT EXISTS"
                       " (SELECT 1 FROM users AS others WHERE others.is_admin = 1"
                       " AND others.state = " ACTIVE " AND others.id <> $1)"},
    [EACH] = {"SELECT {base} FROM users WHERE state <> " DELETED " ORDER BY id"},

    [V1_FIND] = {"SELECT {account} FROM users WHERE id = $1 AND state <> " DELETED},
    [V1_FIND_LOGIN] = {"SELECT {account} FROM users WHERE login_key = $1"},
    [V1_FIND_IDENTITY] = {"SELECT {account} FROM users WHERE identity = $1"},
    [V1_INSERT] = {"INSERT INTO users ({users}) VALUES ({users values})"},
    [V1_UPDATE] = {"UPDATE users SET name = $3, email = $4, login = $5, login_key = $6,"
                   " display_name = $7, language = $8, time_zone = $9, settings = $10,"
                   " version = version + 1, changed = $11, sort_key = $12, search = $13"
                   " WHERE id = $1 AND version = $2 AND state <> " DELETED},
    [V1_HAS_LOGIN] = {"SELECT 1 FROM users WHERE login_key = $1 AND id <> $2"},
    [V1_FIND_TOKEN] = {"SELECT {session} FROM user_tokens JOIN users ON id = user_id"
                       " WHERE digest = $1 AND expires > $2 AND state = " ACTIVE},
    [V1_ADD_TOKEN] = {.sqlite3 = INSERT_TOKEN, .pgsql = INSERT_TOKEN " FOR SHARE"},
    [V1_TOUCH] = {"UPDATE user_tokens SET seen = $3, expires = $4 WHERE digest = $1 AND seen <= "
                  "$2"},
    [V1_EACH_TOKEN] = {"SELECT {user_tokens} FROM user_tokens WHERE user_id = $1 AND kind = $2"
                       " AND expires > $3 AND token_id > $4 ORDER BY token_id LIMIT $5"},
    [V1_FIND_OWN_TOKEN] = {"SELECT {user_tokens} FROM user_tokens WHERE token_id = $3"
                           " AND user_id = $1 AND kind = $2 AND expires > $4"},
    [V1_END_TOKEN] = {"DELETE FROM user_tokens WHERE token_id = $3 AND user_id = $1"
                      " AND kind = $2"},
    [V1_END_DIGEST] = {"DELETE FROM user_tokens WHERE digest = $1"},
    [V1_EACH_GROUP] = {"SELECT name, source FROM user_groups WHERE user_id = $1"
                       " ORDER BY name, source"},
    [V1_SIGN_ON] = {"UPDATE users SET signed_on = $3 WHERE id = $1 AND identity = $2"
                    " AND state = " ACTIVE},
    /* $4: whether the groups are others now */
    [V1_SIGN_ON_CHANGE] = {"UPDATE users SET display_name = COALESCE(" SAID_NAME ", display_name),"
                           " email = COALESCE(" SAID_MAIL ", email),"
                           " version = version + 1, changed = $5 WHERE id = $1 AND ($4 = 1"
                           " OR COALESCE(" SAID_NAME ", display_name, '') <> "
                           "COALESCE(display_name, '')"
                           " OR COALESCE(" SAID_MAIL ", email, '') <> COALESCE(email, ''))"},
    [V1_ADD_SSO_GROUP] = {"INSERT INTO user_groups (user_id, name, source)"
                          " VALUES ($1, $2, 'sso')"},
    [V1_DROP_SSO_GROUP] = {"DELETE FROM user_groups WHERE user_id = $1 AND name = $2"
                           " AND source = 'sso'"},

    [SET_SEARCH] = {"UPDATE users SET sort_key = $2, search = $3 WHERE id = $1"},
    [PEOPLE_FIND] = {"SELECT {person} FROM users WHERE id = $1 AND state <> " DELETED},
    [PEOPLE_NAMES] = {.sqlite3 = NAMES("SELECT value FROM json_each($1)"),
                      .pgsql = NAMES("SELECT CAST(json_array_elements_text(CAST($1 AS json))"
                                     " AS bigint)")},
    [PEOPLE_LIST] = {"SELECT {person} FROM users WHERE (sort_key, id) > ($1, $2)"
                     " AND state <> " DELETED " AND ($4 = '' OR $4 = " ROLE ")"
                     " AND (CAST($5 AS {int}) < 0 OR state = $5)"
                     " AND ($6 = '' OR EXISTS (SELECT 1 FROM user_groups"
                     "  WHERE user_id = users.id AND name = $6))"
                     " AND search LIKE $7 AND search LIKE $8 AND search LIKE $9"
                     " AND search LIKE $10 AND search LIKE $11 AND search LIKE $12"
                     " AND search LIKE $13 AND search LIKE $14"
                     " ORDER BY sort_key, id LIMIT $3"},
    [PEOPLE_EACH] = {"SELECT {person} FROM users WHERE state <> " DELETED " ORDER BY id"},
    [PEOPLE_CHANGE] = {"UPDATE users SET email = $3, login = $4, login_key = $5,"
                       " display_name = $6, language = $7, time_zone = $8, identity = $9,"
                       " is_admin = $10, is_auditor = $11, state = $12,"
                       " session_end = CASE WHEN CAST($12 AS {flag}) = " DISABLED
                       " THEN 0 ELSE session_end END,"
                       " sort_key = $14, search = $15, " CHANGED(
                           "$13") " WHERE id = $1"
                                  " AND version = $2 AND state <> " DELETED},
    [MEMBER_LOCK] = BOTH_LOCK("SELECT 1 FROM groups WHERE " OF_MEMBER " ORDER BY name"),
    [MEMBER_MISSING] = {"SELECT value FROM {array}($1) WHERE value NOT IN"
                        " (SELECT name FROM groups) LIMIT 1"},
    [MEMBER_VERSIONS] = {"UPDATE groups SET " CHANGED("$3") " WHERE " OF_MEMBER},
    [MEMBER_LEAVE] = {"DELETE FROM user_groups WHERE user_id = $1 AND source = 'local'"
                      " AND name NOT IN (SELECT value FROM {array}($2))"},
    [MEMBER_JOIN] = {"INSERT INTO user_groups (user_id, name, source)"
                     " SELECT CAST($1 AS {int}), name, 'local' FROM groups"
                     " WHERE name IN (SELECT value FROM {array}($2)) ON CONFLICT DO NOTHING"},
    [MEMBER_COUNT] = {"SELECT count(DISTINCT name) FROM user_groups WHERE user_id = $1"},

    [GROUP_FIND] = {GROUP("WHERE names.name = $1")},
    [GROUP_LIST] = {GROUP("WHERE names.name > $1 ORDER BY names.name LIMIT $2")},
    [GROUP_EACH_MEMBER] = {"SELECT user_id FROM user_groups WHERE name = $1"
                           " AND source = 'local' ORDER BY user_id"},
    [GROUP_INSERT] = {"INSERT INTO groups (name, description, version, created, changed)"
                      " VALUES ($1, $2, 1, $3, $3) ON CONFLICT DO NOTHING"},
    [GROUP_CHANGE] = {"UPDATE groups SET description = $2, " CHANGED("$3") " WHERE name = $1"
                                                                           " AND version = $4"},
    [GROUP_REMOVE] = {"DELETE FROM groups WHERE name = $1 AND version = $2"},
    [GROUP_LOCK_PEOPLE] = BOTH_LOCK("SELECT 1 FROM users WHERE " OF_GROUP " ORDER BY id"),
    [GROUP_MISSING] = {"SELECT CAST(value AS {int}) FROM {array}($1) WHERE NOT EXISTS"
                       " (SELECT 1 FROM users WHERE id = CAST(value AS {int})"
                       " AND state <> " DELETED ") LIMIT 1"},
    [GROUP_VERSIONS] = {"UPDATE users SET " CHANGED("$3") " WHERE " OF_GROUP},
    [GROUP_LEAVE] = {"DELETE FROM user_groups WHERE name = $1 AND source = 'local'"
                     " AND user_id NOT IN (" IDS ")"},
    [GROUP_JOIN] = {"INSERT INTO user_groups (user_id, name, source)"
                    " SELECT CAST(value AS {int}), CAST($1 AS TEXT), 'local' FROM {array}($2)"
                    " WHERE TRUE ON CONFLICT DO NOTHING"},
    [GROUP_CROWDED] = {"SELECT user_id FROM user_groups WHERE user_id IN"
                       " (SELECT CAST(value AS {int}) FROM {array}($1))"
                       " GROUP BY user_id HAVING count(DISTINCT name) > " MOST_GROUPS " LIMIT 1"},
    BK_DB_KEYS_STATEMENTS(KEYS, "user_keys"),
};
