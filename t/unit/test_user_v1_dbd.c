/* What API v1 needs of the store of users in a database, on SQLite and on PostgreSQL. */
#include "both_fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "user_store_v1.h"

static const user_store_verbs_t *const base = &user_store_dbd;
static const user_store_v1_verbs_t *const v1 = &user_store_v1_dbd;

static bk_db_t *open_store(apr_pool_t *p)
{
    bk_db_t *db;

    assert_int_equal(both_attach(&db, &user_store_dbd_schema, p), APR_SUCCESS);
    return db;
}

static void add_base(bk_db_t *db, apr_int64_t id, const char *name, int is_admin)
{
    user_t user = {.id = id, .name = name, .password_hash = "hash", .is_admin = is_admin};

    assert_int_equal(base->insert(db, &user), APR_SUCCESS);
}

/* Whose login it is, however it is written; 0: nobody's. */
static apr_int64_t owner_of(bk_db_t *db, const char *login, apr_pool_t *p)
{
    const char *key;
    user_v1_t user;
    apr_status_t rv;

    assert_int_equal(user_store_v1_key(&key, login, p), APR_SUCCESS);
    rv = v1->find_login(db, key, &user, p);
    assert_true(rv == APR_SUCCESS || rv == APR_NOTFOUND);
    return rv == APR_SUCCESS ? user.id : 0;
}

/* ---- logins -------------------------------------------------------------------------------------
 */

static void test_base_sign_up(void **state)
{
    bk_db_t *db = open_store(*state);
    user_v1_t user;

    add_base(db, 1, "Ann", 0);
    add_base(db, 2, "ANN", 0);
    add_base(db, 3, "Änn", 0);
    assert_int_equal(owner_of(db, "aNN", *state), 1);
    assert_int_equal(owner_of(db, "änn", *state), 3);
    assert_int_equal(v1->find(db, 1, &user, *state), APR_SUCCESS);
    assert_string_equal(user.login, "Ann");
    assert_int_equal(user.version, 1);
    assert_true(user.created > 0 && user.changed == user.created);
    assert_null(user.groups);
    assert_int_equal(v1->find(db, 2, &user, *state), APR_SUCCESS);
    assert_null(user.login);
    assert_null(user.login_key);
    /* A deleted user's login is free. */
    assert_int_equal(base->remove(db, 1, 0), APR_SUCCESS);
    assert_int_equal(owner_of(db, "ann", *state), 0);
    add_base(db, 4, "ann", 0);
    assert_int_equal(owner_of(db, "ann", *state), 4);
}

/* An older database: whose folded name is unique has it for a login. */
static void test_migration(void **state)
{
    enum { ADD_OLD };
    static const bk_db_sql_t add[] = {
        {"INSERT INTO users (id, name, password_hash, is_admin, session_start, session_end, state)"
         " VALUES ($1, $2, 'hash', 0, 0, 0, $3)"}};
    static const struct {
        const char *name;
        int state;
    } rows[] = {{"Ann", 0}, {"ann", 0}, {"Änn", 0}, {"Bob", 0}, {"", 2},
                {"", 2},    {"Eve", 1}, {"eve", 0}, {"Zoë", 1}, {"ＺＯＥ", 0}};
    static const apr_int64_t owners[] = {0, 0, 3, 4, 0, 0, 0, 0, 9, 10};
    /* The connection, which knows them, is closed after the test. */
    static bk_db_sql_t steps[4];
    static const bk_db_schema_t older = {"user", 1, add, steps};
    bk_db_t *db;
    size_t i;

    memcpy(steps, user_store_dbd_schema.steps, 3 * sizeof(steps[0]));
    assert_int_equal(both_attach(&db, &older, *state), APR_SUCCESS);
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_int_equal(bk_db_write(db, ADD_OLD,
                                     ARGS(bk_db_int((apr_int64_t)i + 1), bk_db_text(rows[i].name),
                                          bk_db_int(rows[i].state)),
                                     NULL),
                         APR_SUCCESS);
    }
    db = open_store(*state);
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_int_equal(owner_of(db, rows[i].name, *state), owners[i]);
    }
}

/* ---- accounts -----------------------------------------------------------------------------------
 */

static const user_v1_t full = {.id = 7,
                               .name = "Ann",
                               .email = "ann@example.org",
                               .password_hash = "hash",
                               .is_auditor = 1,
                               .login = "Ann",
                               .login_key = "ann",
                               .display_name = "Ann Other",
                               .language = "fi",
                               .time_zone = "Europe/Helsinki",
                               .settings = "{\"mail\":{}}",
                               .identity = "ann@idp",
                               .is_service = 1,
                               .version = 5,
                               .created = 11,
                               .changed = 12,
                               .signed_on = 13};

static void test_account(void **state)
{
    bk_db_t *db = open_store(*state);
    user_v1_t found, other = full;

    assert_int_equal(v1->insert(db, &full), APR_SUCCESS);
    assert_int_equal(v1->find_identity(db, "ann@idp", &found, *state), APR_SUCCESS);
    assert_int_equal(found.version, 1);
    found.version = full.version;
    found.sort_key = found.search = NULL; /* made by the store */
    assert_true(bk_fields_equal(&user_store_v1_fields, &found, &full));
    assert_int_equal(v1->insert(db, &full), APR_EEXIST);
    other.id = 8;
    assert_int_equal(v1->insert(db, &other), USER_LOGIN_TAKEN);
    other.login = other.login_key = NULL;
    assert_int_equal(v1->insert(db, &other), APR_EEXIST); /* the identity */
    other.identity = NULL;
    assert_int_equal(v1->insert(db, &other), APR_SUCCESS);
}

static void test_update(void **state)
{
    bk_db_t *db = open_store(*state);
    user_v1_t user, stale;

    assert_int_equal(v1->insert(db, &full), APR_SUCCESS);
    add_base(db, 8, "bob", 0);
    assert_int_equal(v1->find(db, 7, &user, *state), APR_SUCCESS);
    stale = user;
    user.display_name = "Another";
    user.email = NULL;
    assert_int_equal(v1->update(db, &user, 99), APR_SUCCESS);
    assert_int_equal(v1->update(db, &stale, 99), USER_VERSION_MISMATCH);
    assert_int_equal(v1->find(db, 7, &user, *state), APR_SUCCESS);
    assert_string_equal(user.display_name, "Another");
    assert_null(user.email);
    assert_int_equal(user.version, 2);
    assert_int_equal(user.changed, 99);
    user.login = user.login_key = "bob";
    assert_int_equal(v1->update(db, &user, 99), USER_LOGIN_TAKEN);
    /* The base's changes count too. */
    assert_int_equal(base->rename(db, 7, "Eve", 0), APR_SUCCESS);
    assert_int_equal(base->set_admin(db, 7, 1, 0), APR_SUCCESS);
    assert_int_equal(base->set_disabled(db, 7, 1, 0), APR_SUCCESS);
    assert_int_equal(base->set_disabled(db, 7, 0, 0), APR_SUCCESS);
    assert_int_equal(v1->find(db, 7, &user, *state), APR_SUCCESS);
    assert_int_equal(user.version, 6);
    assert_int_equal(base->remove(db, 7, 0), APR_SUCCESS);
    assert_int_equal(v1->update(db, &user, 99), USER_VERSION_MISMATCH);
    assert_int_equal(v1->find_identity(db, "ann@idp", &user, *state), APR_NOTFOUND);
}

/* ---- sessions and tokens ------------------------------------------------------------------------
 */

static const unsigned char digests[][BK_TOKEN_DIGEST] = {"zero", "one", "two", "three"};

static user_token_t token_of(int number, user_token_kind_t kind)
{
    return (user_token_t){.digest = digests[number],
                          .user_id = 7,
                          .expires = 200,
                          .kind = kind,
                          .id = 100 + number,
                          .label = "label",
                          .prefix = "bk_abc",
                          .scopes = "read book",
                          .spaces = "[\"1\"]",
                          .opened = 10,
                          .seen = 10,
                          .idle = 100,
                          .ends = 1000,
                          .agent = "agent"};
}

static apr_status_t count_rows(void *baton, const user_token_t *token)
{
    (*(int *)baton)++;
    return token->user_id == 7 ? APR_SUCCESS : APR_EGENERAL;
}

static int count_tokens(bk_db_t *db, user_token_kind_t kind, apr_int64_t after, apr_pool_t *p)
{
    int count = 0;

    assert_int_equal(v1->each_token(db, 7, kind, 100, after, 10, count_rows, &count, p),
                     APR_SUCCESS);
    return count;
}

static void test_tokens(void **state)
{
    bk_db_t *db = open_store(*state);
    user_token_t token = token_of(0, USER_TOKEN_SESSION), found;
    user_session_t session;

    assert_int_equal(v1->add_token(db, &token, NULL), APR_EMISMATCH);
    assert_int_equal(v1->insert(db, &full), APR_SUCCESS);
    assert_int_equal(v1->add_token(db, &token, "another"), APR_EMISMATCH);
    assert_int_equal(v1->find_token(db, digests[0], 100, &session, *state), APR_NOTFOUND);
    assert_int_equal(v1->add_token(db, &token, "hash"), APR_SUCCESS);
    assert_int_equal(v1->find_token(db, digests[0], 200, &session, *state), APR_NOTFOUND);
    assert_int_equal(v1->find_token(db, digests[0], 199, &session, *state), APR_SUCCESS);
    assert_true(session.id == 7 && session.token_id == 100 && session.is_auditor &&
                session.kind == USER_TOKEN_SESSION && session.ends == 1000 && session.idle == 100);
    assert_string_equal(session.scopes, "read book");
    assert_string_equal(session.identity, "ann@idp");
    assert_null(session.groups);
    token = token_of(1, USER_TOKEN_API);
    assert_int_equal(v1->add_token(db, &token, NULL), APR_SUCCESS);
    token = token_of(2, USER_TOKEN_SESSION);
    assert_int_equal(v1->add_token(db, &token, NULL), APR_SUCCESS);
    token.digest = digests[3];
    assert_int_equal(v1->add_token(db, &token, NULL), APR_EEXIST);
    assert_int_equal(count_tokens(db, USER_TOKEN_SESSION, 0, *state), 2);
    assert_int_equal(count_tokens(db, USER_TOKEN_SESSION, 100, *state), 1);
    assert_int_equal(count_tokens(db, USER_TOKEN_API, 0, *state), 1);
    assert_int_equal(v1->find_own_token(db, 7, USER_TOKEN_API, 101, 100, &found, *state),
                     APR_SUCCESS);
    token = token_of(1, USER_TOKEN_API);
    assert_true(bk_fields_equal(&user_store_v1_fields_token, &found, &token));
    assert_int_equal(v1->end_token(db, 8, USER_TOKEN_API, 101), APR_NOTFOUND);
    assert_int_equal(v1->end_token(db, 7, USER_TOKEN_SESSION, 101), APR_NOTFOUND);
    assert_int_equal(v1->end_token(db, 7, USER_TOKEN_API, 101), APR_SUCCESS);
    assert_int_equal(v1->end_digest(db, digests[0]), APR_SUCCESS);
    assert_int_equal(v1->end_digest(db, digests[0]), APR_NOTFOUND);
    assert_int_equal(count_tokens(db, USER_TOKEN_SESSION, 0, *state), 1);
}

static void test_touch(void **state)
{
    bk_db_t *db = open_store(*state);
    const user_token_t token = token_of(0, USER_TOKEN_SESSION);
    user_session_t session;

    assert_int_equal(v1->insert(db, &full), APR_SUCCESS);
    assert_int_equal(v1->add_token(db, &token, NULL), APR_SUCCESS);
    assert_int_equal(v1->touch(db, digests[0], 9, 150, 250), APR_SUCCESS);
    assert_int_equal(v1->find_token(db, digests[0], 100, &session, *state), APR_SUCCESS);
    assert_true(session.seen == 10 && session.expires == 200);
    assert_int_equal(v1->touch(db, digests[0], 10, 150, 250), APR_SUCCESS);
    assert_int_equal(v1->find_token(db, digests[0], 240, &session, *state), APR_SUCCESS);
    assert_true(session.seen == 150 && session.expires == 250);
}

/* Which of the tokens 0 (of the base), 1 (a session), 2 (for a program) and 3 (a session) live. */
static void assert_alive(bk_db_t *db, const char *expected, apr_pool_t *p)
{
    char alive[5] = "....";
    user_session_t session;
    int i;

    for (i = 0; i < 4; i++) {
        if (v1->find_token(db, digests[i], 100, &session, p) == APR_SUCCESS) {
            alive[i] = (char)('0' + i);
        }
    }
    assert_string_equal(alive, expected);
}

static void open_all(bk_db_t *db, const char *hash)
{
    user_token_t token = token_of(1, USER_TOKEN_SESSION);

    assert_int_equal(base->log_in(db, 7, hash, 10, 200, digests[0]), APR_SUCCESS);
    assert_int_equal(v1->add_token(db, &token, hash), APR_SUCCESS);
    token = token_of(2, USER_TOKEN_API);
    assert_int_equal(v1->add_token(db, &token, NULL), APR_SUCCESS);
    token = token_of(3, USER_TOKEN_SESSION);
    assert_int_equal(v1->add_token(db, &token, NULL), APR_SUCCESS);
}

static void test_ends(void **state)
{
    bk_db_t *db = open_store(*state);

    assert_int_equal(v1->insert(db, &full), APR_SUCCESS);
    open_all(db, "hash");
    assert_alive(db, "0123", *state);
    assert_int_equal(base->log_out(db, 7), APR_SUCCESS);
    assert_alive(db, "..2.", *state);
    assert_int_equal(v1->end_digest(db, digests[2]), APR_SUCCESS);
    open_all(db, "hash");
    assert_int_equal(v1->set_password(db, 7, "other", "new", digests[1]), APR_EMISMATCH);
    assert_alive(db, "0123", *state);
    assert_int_equal(v1->set_password(db, 7, "hash", "new", digests[1]), APR_SUCCESS);
    assert_alive(db, ".1..", *state);
    assert_int_equal(v1->end_digest(db, digests[1]), APR_SUCCESS);
    open_all(db, "new");
    assert_int_equal(base->set_password(db, 7, "new", "newer"), APR_SUCCESS);
    assert_alive(db, "....", *state);
    open_all(db, "newer");
    assert_int_equal(base->set_disabled(db, 7, 1, 0), APR_SUCCESS);
    assert_int_equal(base->set_disabled(db, 7, 0, 0), APR_SUCCESS);
    assert_alive(db, "....", *state);
}

/* ---- races --------------------------------------------------------------------------------------
 */

typedef struct racer_t {
    pthread_t thread;
    bk_db_t *db;
    int number;
    apr_status_t rv;
} racer_t;

enum { RACERS = 8, ROUNDS = 25 };

static void race(void *(*run)(void *), racer_t *racers, apr_pool_t *p)
{
    int i;

    for (i = 0; i < RACERS; i++) {
        racers[i].number = i;
        if (!racers[i].db) {
            racers[i].db = open_store(p);
        }
    }
    for (i = 0; i < RACERS; i++) {
        assert_int_equal(pthread_create(&racers[i].thread, NULL, run, &racers[i]), 0);
    }
    for (i = 0; i < RACERS; i++) {
        pthread_join(racers[i].thread, NULL);
    }
}

/* Even ones change the password, odd ones open a session with the old one. */
static void *change_or_open(void *data)
{
    racer_t *racer = data;
    unsigned char digest[BK_TOKEN_DIGEST] = {(unsigned char)racer->number};
    user_token_t token = token_of(0, USER_TOKEN_SESSION);

    token.digest = digest;
    token.id = racer->number + 1;
    racer->rv = racer->number % 4 == 0 ? base->set_password(racer->db, 7, "hash", "new")
                                       : v1->add_token(racer->db, &token, "hash");
    return NULL;
}

/* No session that was opened with the old password is left when it has been changed. */
static void test_password_race(void **state)
{
    bk_db_t *db = open_store(*state);
    racer_t racers[RACERS] = {{0}};
    int round;

    assert_int_equal(v1->insert(db, &full), APR_SUCCESS);
    for (round = 0; round < ROUNDS; round++) {
        race(change_or_open, racers, *state);
        assert_int_equal(count_tokens(db, USER_TOKEN_SESSION, 0, *state), 0);
        assert_int_equal(base->set_password(db, 7, NULL, "hash"), APR_SUCCESS);
    }
}

/* All sign up under one name, and one has the login: as bk_random_insert does, who meets a taken
 * key tries again. */
static void *sign_up(void *data)
{
    racer_t *racer = data;
    user_t user = {.id = racer->number + 1, .name = "ann", .password_hash = "hash"};
    int attempt;

    racer->rv = APR_EEXIST;
    for (attempt = 0; attempt < 8 && racer->rv == APR_EEXIST; attempt++) {
        racer->rv = base->insert(racer->db, &user);
    }
    return NULL;
}

static void test_sign_up_race(void **state)
{
    bk_db_t *db = open_store(*state);
    racer_t racers[RACERS] = {{0}};
    user_v1_t user;
    int i, logins = 0;

    race(sign_up, racers, *state);
    for (i = 0; i < RACERS; i++) {
        assert_int_equal(racers[i].rv, APR_SUCCESS);
        assert_int_equal(v1->find(db, i + 1, &user, *state), APR_SUCCESS);
        logins += user.login != NULL;
    }
    assert_int_equal(logins, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_base_sign_up, both_renew),
        cmocka_unit_test_setup(test_migration, both_renew),
        cmocka_unit_test_setup(test_account, both_renew),
        cmocka_unit_test_setup(test_update, both_renew),
        cmocka_unit_test_setup(test_tokens, both_renew),
        cmocka_unit_test_setup(test_touch, both_renew),
        cmocka_unit_test_setup(test_ends, both_renew),
        cmocka_unit_test_setup(test_password_race, both_renew),
        cmocka_unit_test_setup(test_sign_up_race, both_renew),
    };

    return both_run("user_store_v1", tests);
}
