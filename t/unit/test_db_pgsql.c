#include "pg_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <apr_strings.h>
#include <libpq-fe.h>

#include "bk_pgsql.h"
#include "bk_time.h"
#include "crowd.h"
#include "db_arguments.h"

#define NO_ARGS NULL, 0
#define ARGS(...)                         \
    (const bk_db_value_t[]){__VA_ARGS__}, \
        (int)(sizeof((const bk_db_value_t[]){__VA_ARGS__}) / sizeof(bk_db_value_t))

enum {
    ADD,
    FIND,
    COUNT,
    EACH,
    RENAME,
    BOOK,
    SLOW,
    FAULTY,
    ECHO,
    LIMITS,
    SHORT,
    LIMIT,
    NAMED,
    NAME,
    DROP,
    STATEMENTS
};

/* Of a statement, milliseconds, where it is reached; what takes longer than the last never ends. */
enum { TIMEOUT = 1000, LATE = CROWD_LATE / 1000 };

static const bk_db_sql_t steps[] = {
    {"CREATE EXTENSION IF NOT EXISTS btree_gist;"
     "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT, bytes BYTEA, small SMALLINT, flag "
     "BOOLEAN);"
     "CREATE TABLE names (thing BIGINT REFERENCES things (id));"
     "CREATE TABLE ranges (a BIGINT, b BIGINT, CONSTRAINT one EXCLUDE USING gist (int8range(a, b) "
     "WITH &&))"},
    {NULL}};
static const bk_db_sql_t statements[STATEMENTS] = {
    [ADD] = {"INSERT INTO things (id, name, bytes, small, flag) VALUES ($1, $2, $3, $4, $5)"},
    [FIND] = {"SELECT name, bytes, small, flag, id FROM things WHERE id = $1"},
    [COUNT] = {"SELECT count(*) FROM things"},
    [EACH] = {"SELECT id, name FROM things ORDER BY id"},
    [RENAME] = {"UPDATE things SET name = $2 WHERE id = $1"},
    [BOOK] = {"INSERT INTO ranges (a, b) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT one DO NOTHING"},
    [SLOW] = {"SELECT 1 FROM pg_sleep(600)"},
    [LIMITS] = {"SELECT concat_ws(' ', current_setting('statement_timeout'), "
                "current_setting('lock_timeout'), "
                "current_setting('idle_in_transaction_session_timeout'))"},
    [SHORT] = {"SELECT concat_ws(' ', current_setting('max_parallel_workers_per_gather'), "
               "current_setting('jit'))"},
    [NAME] = {"INSERT INTO names (thing) VALUES ($1)"},
    [DROP] = {"DELETE FROM things WHERE id = $1"},
    [FAULTY] = {"SELEKT 1"},
    [ECHO] = {"SELECT $1::bigint"},
    [LIMIT] = {"SELECT current_setting('statement_timeout')"},
    [NAMED] = {"SELECT count(*) FROM pg_prepared_statements"},
};
static const bk_db_schema_t schema = {"unit", STATEMENTS, statements, steps};
static const bk_db_schema_t other_schema = {"other", 0, statements, (const bk_db_sql_t[]){{NULL}}};
static const bk_db_options_t options = {.busy_timeout = apr_time_from_sec(20),
                                        .statement_timeout = apr_time_from_sec(30),
                                        .connect_timeout = apr_time_from_sec(30)};
static const bk_db_options_t impatient = {.busy_timeout = apr_time_from_msec(300),
                                          .statement_timeout = apr_time_from_sec(30),
                                          .connect_timeout = apr_time_from_sec(30)};
/* With time for the server to say that a statement has had its time, before we say so. */
static const bk_db_options_t limited = {.busy_timeout = apr_time_from_msec(400),
                                        .statement_timeout = apr_time_from_msec(3 * TIMEOUT),
                                        .connect_timeout = apr_time_from_sec(30)};
static const bk_db_options_t hasty = {.busy_timeout = apr_time_from_msec(300),
                                      .statement_timeout = apr_time_from_msec(TIMEOUT),
                                      .connect_timeout = apr_time_from_msec(TIMEOUT)};

typedef struct conn_t {
    apr_pool_t *handle_pool, *p;
    bk_pgsql_t *pgsql;
    bk_db_t *db;
} conn_t;

/* What several connections to a place have in common lives as long as the program. */
static conn_t *conn_open_to(bk_pgsql_target_t *target, const bk_db_options_t *with)
{
    apr_pool_t *p;
    conn_t *conn;

    apr_pool_create_unmanaged_ex(&p, NULL, NULL);
    conn = apr_pcalloc(p, sizeof(*conn));
    conn->handle_pool = p;
    apr_pool_create(&conn->p, p);
    conn->pgsql = bk_pgsql(target, p);
    if (bk_db_attach_native(&conn->db, "pgsql", conn->pgsql, &schema, with, conn->p) !=
        APR_SUCCESS) {
        fprintf(stderr, "no connection: %s\n", bk_db_error(conn->db));
        abort();
    }
    return conn;
}

static bk_pgsql_target_t *target_of(const char *params)
{
    const char *why = NULL;
    apr_pool_t *p;
    bk_pgsql_target_t *target;

    apr_pool_create(&p, NULL);
    target = bk_pgsql_target(params, &why, p);
    if (!target) {
        fprintf(stderr, "%s\n", why);
        abort();
    }
    return target;
}

static conn_t *conn_open_with(const bk_db_options_t *with)
{
    return conn_open_to(target_of(pg_params()), with);
}

static conn_t *conn_open(void)
{
    return conn_open_with(&options);
}

static void conn_close(conn_t *conn)
{
    apr_pool_destroy(conn->p);
    apr_pool_destroy(conn->handle_pool);
}

static apr_status_t add(conn_t *conn, apr_int64_t id, const char *name)
{
    return bk_db_write(conn->db, ADD,
                       ARGS(bk_db_int(id), bk_db_text(name), bk_db_bytes("\0\xff'", 3),
                            bk_db_int(-7), bk_db_int(1)),
                       NULL);
}

static apr_int64_t count(conn_t *conn)
{
    bk_db_value_t value = {BK_DB_NULL, -1, NULL, 0};

    (void)bk_db_read(conn->db, COUNT, NO_ARGS, &value, 1, conn->p);
    return value.number;
}

static int fresh(void **state)
{
    pg_query("SET client_min_messages = error; DROP TABLE IF EXISTS names, things, ranges, "
             "bookable_schema");
    return 0;
}

/* ---- values -------------------------------------------------------------------------------------
 */

static void test_values(void **state)
{
    static const apr_int64_t numbers[] = {0, 1, -1, INT64_C(99999999999), INT64_MAX, INT64_MIN};
    static const char *const texts[] = {"",
                                        "x",
                                        "'; DROP TABLE things; --",
                                        "J\xc3\xb6rg \xf0\x9f"
                                        "\x8f\xa2",
                                        "NULL",
                                        "12",
                                        "a\nb\tc",
                                        "\\x41"};
    conn_t *conn = conn_open();
    bk_db_value_t row[5];
    size_t i;

    for (i = 0; i < UNIT_ROWS(numbers); i++) {
        assert_int_equal(bk_db_read(conn->db, ECHO, ARGS(bk_db_int(numbers[i])), row, 1, conn->p),
                         APR_SUCCESS);
        assert_int_equal(row[0].type, BK_DB_INT);
        assert_true(row[0].number == numbers[i]);
    }
    for (i = 0; i < UNIT_ROWS(texts); i++) {
        assert_int_equal(add(conn, (apr_int64_t)i, texts[i]), APR_SUCCESS);
        assert_int_equal(
            bk_db_read(conn->db, FIND, ARGS(bk_db_int((apr_int64_t)i)), row, 5, conn->p),
            APR_SUCCESS);
        assert_string_equal(row[0].text, texts[i]);
        assert_int_equal(row[0].len, strlen(texts[i]));
        assert_int_equal(row[1].type, BK_DB_BYTES);
        assert_int_equal(row[1].len, 3);
        assert_memory_equal(row[1].text, "\0\xff'", 3);
        assert_int_equal(row[2].number, -7);
        assert_int_equal(row[3].number, 1);
    }
    assert_int_equal(bk_db_write(conn->db, ADD,
                                 ARGS(bk_db_int(99), bk_db_text(NULL), bk_db_text(NULL),
                                      bk_db_text(NULL), bk_db_int(0)),
                                 NULL),
                     APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, FIND, ARGS(bk_db_int(99)), row, 5, conn->p), APR_SUCCESS);
    assert_int_equal(row[0].type, BK_DB_NULL);
    assert_int_equal(row[1].type, BK_DB_NULL);
    assert_int_equal(row[3].number, 0);
    conn_close(conn);
}

static apr_status_t sum_ids(void *baton, const bk_db_value_t *row)
{
    *(apr_int64_t *)baton = *(apr_int64_t *)baton * 10 + row[0].number;
    return APR_SUCCESS;
}

/* What is the same for all databases. */
static void with_arguments(void (*check)(bk_db_t *db, apr_pool_t *p))
{
    conn_t *conn = conn_open();
    bk_db_t *db;

    assert_int_equal(bk_db_attach_native(&db, "pgsql", conn->pgsql, db_arguments_schema(conn->p),
                                         &options, conn->p),
                     APR_SUCCESS);
    check(db, conn->p);
    conn_close(conn);
}

static void test_many_arguments(void **state)
{
    with_arguments(db_arguments_check_many);
}

static void test_texts_are_utf8(void **state)
{
    with_arguments(db_arguments_check_texts);
}

static void test_rows_ended_early(void **state)
{
    with_arguments(db_arguments_check_ended);
}

static void test_statuses(void **state)
{
    conn_t *conn = conn_open();
    apr_int64_t changed, ids = 0;
    bk_db_value_t row;

    assert_int_equal(add(conn, 1, "a"), APR_SUCCESS);
    assert_int_equal(add(conn, 1, "b"), APR_EEXIST);
    assert_int_equal(add(conn, 2, "no \xff text"), APR_EINVAL);
    assert_int_equal(add(conn, 2, "b"), APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, FIND, ARGS(bk_db_int(7)), &row, 1, conn->p),
                     APR_NOTFOUND);
    assert_int_equal(bk_db_write(conn->db, RENAME, ARGS(bk_db_int(7), bk_db_text("x")), &changed),
                     APR_SUCCESS);
    assert_int_equal(changed, 0);
    assert_int_equal(bk_db_write(conn->db, NAME, ARGS(bk_db_int(7)), NULL), APR_ENOTEMPTY);
    assert_int_equal(bk_db_write(conn->db, NAME, ARGS(bk_db_int(1)), NULL), APR_SUCCESS);
    assert_int_equal(bk_db_write(conn->db, DROP, ARGS(bk_db_int(1)), NULL), APR_ENOTEMPTY);
    assert_int_equal(bk_db_write(conn->db, BOOK, ARGS(bk_db_int(1), bk_db_int(5)), &changed),
                     APR_SUCCESS);
    assert_int_equal(changed, 1);
    assert_int_equal(bk_db_write(conn->db, BOOK, ARGS(bk_db_int(4), bk_db_int(6)), &changed),
                     APR_SUCCESS);
    assert_int_equal(changed, 0);
    assert_int_equal(bk_db_write(conn->db, BOOK, ARGS(bk_db_int(5), bk_db_int(6)), &changed),
                     APR_SUCCESS);
    assert_int_equal(changed, 1);
    assert_int_equal(bk_db_each(conn->db, EACH, NO_ARGS, 2, sum_ids, &ids, conn->p), APR_SUCCESS);
    assert_int_equal(ids, 12);
    assert_int_equal(bk_db_write(conn->db, FAULTY, NO_ARGS, NULL), APR_EGENERAL);
    assert_non_null(strstr(bk_db_error(conn->db), "SELEKT"));
    assert_int_equal(bk_db_was_away(conn->db), 0);
    assert_int_equal(bk_db_ping(conn->db), APR_SUCCESS);
    conn_close(conn);
}

/* A database that cannot hold every text is no store. */
static void test_encodings(void **state)
{
    static const char *const wrong[] = {"LATIN1", "SQL_ASCII", "WIN1252"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        apr_pool_t *p = *state;
        const char *name = apr_psprintf(p, "x%d", (int)i);
        bk_db_t *db;

        pg_query(apr_psprintf(p,
                              "CREATE DATABASE %s ENCODING '%s' TEMPLATE template0 LC_COLLATE 'C' "
                              "LC_CTYPE 'C'",
                              name, wrong[i]));
        assert_int_equal(bk_db_attach_native(
                             &db, "pgsql",
                             bk_pgsql(target_of(apr_psprintf(p, "host=%s user=bookable dbname=%s",
                                                             pg_folder(), name)),
                                      p),
                             &schema, &options, p),
                         APR_EMISMATCH);
        assert_non_null(strstr(bk_db_error(db), wrong[i]));
        assert_non_null(strstr(bk_db_error(db), "must be UTF8"));
    }
}

/* Nothing is left behind on a connection that may be somebody else's next. */
static void test_pooled(void **state)
{
    bk_db_options_t pooled = hasty;
    conn_t *conn;
    bk_db_value_t row;

    pooled.is_pooled = 1;
    conn = conn_open_with(&pooled);
    assert_int_equal(add(conn, 1, "a"), APR_SUCCESS);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(add(conn, 2, "b"), APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, LIMIT, NO_ARGS, &row, 1, conn->p), APR_SUCCESS);
    assert_string_equal(row.text, "901ms");
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, LIMIT, NO_ARGS, &row, 1, conn->p), APR_SUCCESS);
    assert_string_equal(row.text, "0");
    assert_int_equal(bk_db_read(conn->db, NAMED, NO_ARGS, &row, 1, conn->p), APR_SUCCESS);
    assert_int_equal(row.number, 0);
    assert_int_equal(bk_db_ping(conn->db), APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, NAMED, NO_ARGS, &row, 1, conn->p), APR_SUCCESS);
    assert_int_equal(row.number, 0);
    assert_int_equal(count(conn), 2);
    conn_close(conn);
    conn = conn_open();
    assert_int_equal(bk_db_read(conn->db, NAMED, NO_ARGS, &row, 1, conn->p), APR_SUCCESS);
    assert_int_equal(row.number, 1);
    conn_close(conn);
}

/* ---- transactions -------------------------------------------------------------------------------
 */

static void test_transactions(void **state)
{
    conn_t *conn = conn_open();

    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(add(conn, 1, "a"), APR_SUCCESS);
    assert_string_equal(pg_query("SELECT count(*) FROM things"), "0");
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(add(conn, 2, "b"), APR_SUCCESS);
    assert_int_equal(bk_db_end(conn->db, add(conn, 1, "again")), APR_EEXIST);
    assert_non_null(strstr(bk_db_error(conn->db), "things_pkey"));
    assert_int_equal(count(conn), 1);
    conn_close(conn);
}

/* What follows in a transaction whose connection was lost must not be done alone. */
static void test_lost_in_transaction(void **state)
{
    conn_t *conn = conn_open();

    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(add(conn, 1, "a"), APR_SUCCESS);
    pg_restart("immediate");
    assert_int_equal(bk_db_end(conn->db, add(conn, 2, "b")), APR_ECONNRESET);
    assert_int_equal(bk_db_was_away(conn->db), 1);
    assert_int_equal(bk_db_was_away(conn->db), 0);
    assert_int_equal(count(conn), 0);
    assert_int_equal(add(conn, 3, "c"), APR_SUCCESS);
    assert_int_equal(count(conn), 1);

    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    pg_restart("fast");
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_ECONNRESET);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(bk_db_end(conn->db, add(conn, 4, "d")), APR_SUCCESS);
    conn_close(conn);
}

/* ---- a server that goes -------------------------------------------------------------------------
 */

/* Whoever comes after a restart notices nothing: neither reads nor writes, nor other services. */
static void test_restart(void **state)
{
    conn_t *conn = conn_open();
    bk_db_t *other;
    int i;

    assert_int_equal(
        bk_db_attach_native(&other, "pgsql", conn->pgsql, &other_schema, &options, conn->p),
        APR_SUCCESS);
    for (i = 0; i < 3; i++) {
        assert_int_equal(add(conn, i, "a"), APR_SUCCESS);
        pg_restart(i % 2 ? "immediate" : "fast");
        if (i == 1) {
            assert_int_equal(bk_db_ping(other), APR_SUCCESS); /* which makes it again for both */
        }
        else {
            assert_int_equal(
                bk_db_write(conn->db, RENAME, ARGS(bk_db_int(i), bk_db_text("b")), NULL),
                APR_SUCCESS);
        }
        assert_int_equal(count(conn), i + 1);
        assert_int_equal(bk_db_was_away(conn->db), 0);
    }
    pg_stop("fast");
    assert_int_equal(add(conn, 7, "a"), APR_ECONNRESET);
    assert_int_equal(bk_db_ping(conn->db), APR_ECONNRESET);
    assert_int_equal(bk_db_was_away(conn->db), 1);
    pg_start();
    assert_int_equal(add(conn, 7, "a"), APR_SUCCESS);
    assert_string_equal(pg_query("SELECT name FROM things WHERE id = 7"), "a");
    conn_close(conn);
}

/* The limits are set again on each connection; the server ends a statement that reaches one, and
 * takes no more processes, and no compiler, for any. */
static void test_limits(void **state)
{
    conn_t *conn = conn_open_with(&limited);
    bk_db_value_t row;
    int round;

    for (round = 0; round < 2; round++) {
        apr_int64_t start = bk_time_monotonic_ms();

        assert_int_equal(bk_db_read(conn->db, LIMITS, NO_ARGS, &row, 1, conn->p), APR_SUCCESS);
        assert_string_equal(row.text, "2701ms 400ms 6s");
        assert_int_equal(bk_db_read(conn->db, SHORT, NO_ARGS, &row, 1, conn->p), APR_SUCCESS);
        assert_string_equal(row.text, "0 off");
        if (round == 0) {
            assert_int_equal(bk_db_read(conn->db, SLOW, NO_ARGS, &row, 1, conn->p), APR_TIMEUP);
            assert_in_range(bk_time_monotonic_ms() - start, TIMEOUT, LATE);
            assert_int_equal(bk_db_was_away(conn->db), 0);
        }
        assert_int_equal(bk_db_ping(conn->db), APR_SUCCESS);
        pg_restart("fast");
    }
    conn_close(conn);
}

/* Somebody holds the table, for as long as this waits. */
static void test_locked(void **state)
{
    conn_t *conn = conn_open_with(&impatient);
    PGconn *locker = PQconnectdb(pg_params());

    PQclear(PQexec(locker, "BEGIN; LOCK TABLE things"));
    assert_int_equal(PQtransactionStatus(locker), PQTRANS_INTRANS);
    assert_int_equal(add(conn, 1, "a"), APR_TIMEUP);
    assert_non_null(strstr(bk_db_error(conn->db), "lock timeout"));
    PQfinish(locker);
    CROWD_WAIT(strcmp(pg_query("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'"),
                      "0") == 0);
    assert_int_equal(add(conn, 1, "a"), APR_SUCCESS);
    conn_close(conn);
}

/* Whether it is there, after as many tries as it takes where the time-out is short. */
static int added(conn_t *conn, apr_int64_t id)
{
    apr_status_t rv = add(conn, id, "d");

    return rv == APR_SUCCESS || rv == APR_EEXIST;
}

/* A server that says nothing costs the time-out; the connection is good again when it is. */
static void test_silent(void **state)
{
    conn_t *conn = conn_open_with(&hasty);
    apr_int64_t start;

    CROWD_WAIT(added(conn, 1));
    pg_pause();
    start = bk_time_monotonic_ms();
    assert_int_equal(add(conn, 2, "b"), BK_DB_UNKNOWN);
    assert_in_range(bk_time_monotonic_ms() - start, TIMEOUT, LATE);
    assert_string_equal(bk_db_error(conn->db), "the server does not answer");
    start = bk_time_monotonic_ms();
    assert_int_equal(add(conn, 3, "c"), APR_ETIMEDOUT);
    assert_in_range(bk_time_monotonic_ms() - start, TIMEOUT / 2, LATE);
    assert_int_equal(bk_db_was_away(conn->db), 1);
    pg_resume();
    CROWD_WAIT(added(conn, 4));
    assert_string_equal(pg_query("SELECT count(*) FROM things WHERE id IN (1, 4)"), "2");
    conn_close(conn);
}

/* ---- migration ----------------------------------------------------------------------------------
 */

static void attach_once(void *data, int number)
{
    conn_close(conn_open());
    atomic_fetch_add((_Atomic int *)data, 1);
}

static void test_migration_crowd(void **state)
{
    _Atomic int *done = crowd_memory(sizeof(*done));

    assert_true(crowd_run(6, 1, attach_once, (void *)done));
    assert_int_equal(atomic_load(done), 6);
    assert_string_equal(pg_query("SELECT version FROM bookable_schema WHERE component = 'unit'"),
                        "1");
}

static apr_status_t attach(conn_t *conn, const bk_db_schema_t *with_schema,
                           const bk_db_options_t *with)
{
    return bk_db_attach_native(&conn->db, "pgsql", conn->pgsql, with_schema, with, conn->p);
}

/* A step may take longer than any other statement may. Where a pooler may give each transaction
 * another connection, each transaction is told its limits. */
static void migrate_long(int is_pooled)
{
    static const bk_db_sql_t long_steps[] = {
        {"CREATE TEMPORARY TABLE lasting (a INTEGER)"}, {"SELECT pg_sleep(3.5)"}, {NULL}};
    static const bk_db_schema_t long_schema = {"long", STATEMENTS, statements, long_steps};
    bk_db_options_t with = limited;
    conn_t *conn = conn_open_with(&options);
    bk_db_value_t row;

    with.is_pooled = is_pooled;
    assert_int_equal(attach(conn, &long_schema, &with), APR_SUCCESS);
    assert_string_equal(pg_query("SELECT version FROM bookable_schema WHERE component = 'long'"),
                        "2");
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, LIMITS, NO_ARGS, &row, 1, conn->p), APR_SUCCESS);
    assert_string_equal(row.text, "2701ms 400ms 6s");
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    conn_close(conn);
}

static void test_long_migration(void **state)
{
    migrate_long(0);
}

static void test_long_migration_pooled(void **state)
{
    migrate_long(1);
}

/* Who waited in vain for another's migration says so, and its connection is as good as before. */
static void test_migration_elsewhere(void **state)
{
    static const bk_db_sql_t later_steps[] = {{"SELECT 1"}, {NULL}};
    static const bk_db_schema_t later = {"later", STATEMENTS, statements, later_steps};
    conn_t *conn = conn_open_with(&impatient);
    PGconn *other = PQconnectdb(pg_params());

    PQclear(PQexec(other, "BEGIN; SELECT pg_advisory_xact_lock(hashtext('bookable_schema'))"));
    assert_int_equal(PQtransactionStatus(other), PQTRANS_INTRANS);
    assert_int_equal(attach(conn, &later, &impatient), APR_TIMEUP);
    assert_string_equal(bk_db_error(conn->db),
                        "its tables are being brought up to date by another process");
    PQfinish(other);
    CROWD_WAIT(attach(conn, &later, &options) == APR_SUCCESS);
    assert_string_equal(pg_query("SELECT version FROM bookable_schema WHERE component = 'later'"),
                        "1");
    conn_close(conn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_values, fresh),
        cmocka_unit_test_setup(test_many_arguments, fresh),
        cmocka_unit_test_setup(test_texts_are_utf8, fresh),
        cmocka_unit_test_setup(test_rows_ended_early, fresh),
        cmocka_unit_test_setup(test_statuses, fresh),
        cmocka_unit_test_setup(test_encodings, fresh),
        cmocka_unit_test_setup(test_pooled, fresh),
        cmocka_unit_test_setup(test_transactions, fresh),
        cmocka_unit_test_setup(test_lost_in_transaction, fresh),
        cmocka_unit_test_setup(test_restart, fresh),
        cmocka_unit_test_setup(test_limits, fresh),
        cmocka_unit_test_setup(test_locked, fresh),
        cmocka_unit_test_setup(test_silent, fresh),
        cmocka_unit_test_setup(test_migration_crowd, fresh),
        cmocka_unit_test_setup(test_long_migration, fresh),
        cmocka_unit_test_setup(test_long_migration_pooled, fresh),
        cmocka_unit_test_setup(test_migration_elsewhere, fresh),
    };

    return cmocka_run_group_tests(tests, pg_open, pg_close);
}
