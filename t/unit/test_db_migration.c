#include "db_fixture.h"

#include <stdio.h>

#include <apr_strings.h>

#include "crowd.h"

/* A component whose steps tell how often they ran. */
static const bk_db_sql_t counting_1[] = {
    {"CREATE TABLE runs (step INTEGER); INSERT INTO runs VALUES (1)"}, {NULL}};
static const bk_db_sql_t counting_3[] = {
    {"CREATE TABLE runs (step INTEGER); INSERT INTO runs VALUES (1)"},
    {"INSERT INTO runs VALUES (2)"},
    {"INSERT INTO runs VALUES (3)"},
    {NULL}};
static const bk_db_schema_t counting_schema_1 = {"counting", 0, NULL, counting_1};
static const bk_db_schema_t counting_schema_3 = {"counting", 0, NULL, counting_3};

static apr_int64_t version_of(db_conn_t *conn, const char *component)
{
    return db_raw_number(
        conn, apr_psprintf(conn->p, "SELECT version FROM bookable_schema WHERE component = '%s'",
                           component));
}

static void test_empty_file(void **state)
{
    const char *path = db_new_path();
    db_conn_t *conn = db_open(path, &unit_schema_2);
    apr_int64_t changes;

    assert_int_equal(version_of(conn, "unit"), 2);
    assert_int_equal(db_count(conn), 0);
    assert_int_equal(db_raw_number(conn, "SELECT count(note) FROM things"), 0);
    changes = db_raw_number(conn, "PRAGMA schema_version");
    db_close(conn);

    /* The next who come find it ready, and leave it as it is. */
    conn = db_open(path, &unit_schema_2);
    db_close(db_open(path, &unit_schema_2));
    assert_true(db_raw_number(conn, "PRAGMA schema_version") == changes);
    db_close(conn);
}

static void test_steps_in_order(void **state)
{
    db_conn_t *conn = db_open(db_new_path(), &counting_schema_3);

    assert_int_equal(db_raw_number(conn, "SELECT group_concat(step, '') FROM runs"), 123);
    assert_int_equal(version_of(conn, "counting"), 3);
    db_close(conn);
}

/* An older database gets the steps that it lacks, and keeps its rows. */
static void test_upgrade(void **state)
{
    const char *path = db_new_path();
    db_conn_t *conn = db_open(path, &unit_schema);

    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(db_add(conn, 2, "two"), APR_SUCCESS);
    assert_int_equal(version_of(conn, "unit"), 1);
    db_close(conn);

    conn = db_open(path, &unit_schema_2);
    assert_int_equal(version_of(conn, "unit"), 2);
    assert_int_equal(db_raw_number(conn, "SELECT count(*) FROM things WHERE note = 'old ' || name"),
                     2);
    db_close(conn);

    path = db_new_path();
    db_close(db_open(path, &counting_schema_1));
    conn = db_open(path, &counting_schema_3);
    assert_int_equal(db_raw_number(conn, "SELECT group_concat(step, '') FROM runs"), 123);
    db_close(conn);
}

/* A step that fails half way leaves nothing of itself, nor of those before it that ran with it. */
static void test_failing_step(void **state)
{
    const char *path = db_new_path(), *empty = db_new_path();
    db_conn_t *conn = db_open(path, &unit_schema);
    int i;

    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    db_close(conn);
    for (i = 0; i < 2; i++) {
        conn = db_try(path, &unit_schema_3_faulty, &unit_options);
        assert_int_equal(conn->rv, APR_EGENERAL);
        assert_non_null(strstr(bk_db_error(conn->db), "no_such_function"));
        assert_int_equal(version_of(conn, "unit"), 1);
        assert_int_equal(
            db_raw_number(conn, "SELECT count(*) FROM sqlite_master WHERE name = 'others'"), 0);
        assert_int_equal(db_raw_number(conn, "SELECT count(*) FROM things WHERE name = 'one'"), 1);
        assert_int_equal(db_raw_number(conn, "SELECT count(*) FROM pragma_table_info('things')"
                                             " WHERE name = 'note'"),
                         0);
        db_close(conn);
    }
    db_close(db_open(path, &unit_schema_2));

    conn = db_try(empty, &unit_schema_3_faulty, &unit_options);
    assert_int_equal(conn->rv, APR_EGENERAL);
    assert_int_equal(db_raw_number(conn, "SELECT count(*) FROM sqlite_master"), 0);
    db_close(conn);
    db_close(db_open(empty, &unit_schema_2));
}

static void assert_refused_as_newer(db_conn_t *conn, const char *theirs)
{
    assert_int_equal(conn->rv, APR_EMISMATCH);
    assert_non_null(strstr(bk_db_error(conn->db), "unit"));
    assert_non_null(strstr(bk_db_error(conn->db), theirs));
    assert_non_null(strstr(bk_db_error(conn->db), "newer"));
}

static void test_newer_version(void **state)
{
    const char *path = db_new_path();
    db_conn_t *conn = db_open(path, &unit_schema_2);

    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    db_close(conn);
    conn = db_try(path, &unit_schema, &unit_options);
    assert_refused_as_newer(conn, "version 2");
    assert_int_equal(version_of(conn, "unit"), 2);
    assert_int_equal(db_raw_number(conn, "SELECT count(*) FROM things"), 1);
    db_close(conn);
}

typedef struct meanwhile_t {
    char path[600];
    _Atomic int locked, refused;
} meanwhile_t;

static void attach_old(void *data, int number)
{
    meanwhile_t *meanwhile = data;
    db_conn_t *conn;

    while (!atomic_load(&meanwhile->locked)) {
        usleep(1000);
    }
    conn = db_try(meanwhile->path, &unit_schema, &unit_options);
    atomic_store(&meanwhile->refused,
                 conn->rv == APR_EMISMATCH && strstr(bk_db_error(conn->db), "version 7") != NULL);
    db_close(conn);
}

/* The newer module may come first while the older one waits to begin: that changes nothing. */
static void test_newer_version_meanwhile(void **state)
{
    meanwhile_t *meanwhile = crowd_memory(sizeof(*meanwhile));
    pid_t older;
    sqlite3 *newer;

    apr_cpystrn(meanwhile->path, db_new_path(), sizeof(meanwhile->path));
    /* Before the file is opened here: SQLite's locks do not outlive a fork. */
    older = crowd_child(1, attach_old, meanwhile, 0);
    newer = db_foreign(meanwhile->path);
    assert_int_equal(
        sqlite3_exec(newer, "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE", NULL, NULL, NULL),
        SQLITE_OK);
    atomic_store(&meanwhile->locked, 1);
    usleep(150000); /* until it waits; if that takes longer, it is refused all the same */
    assert_int_equal(sqlite3_exec(newer,
                                  "CREATE TABLE bookable_schema"
                                  " (component TEXT PRIMARY KEY, version INTEGER NOT NULL);"
                                  "INSERT INTO bookable_schema VALUES ('unit', 7); COMMIT",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(waitpid(older, NULL, 0), older);
    sqlite3_close(newer);
    assert_true(atomic_load(&meanwhile->refused));
}

/* Several modules keep their tables in one file, at their own versions, over one connection. */
static void test_components(void **state)
{
    const char *path = db_new_path();
    db_conn_t *conn = db_open(path, &unit_schema);
    bk_db_t *counting = NULL;

    assert_int_equal(bk_db_attach(&counting, conn->driver, conn->handle, &counting_schema_3,
                                  &unit_options, conn->p),
                     APR_SUCCESS);
    assert_int_equal(version_of(conn, "unit"), 1);
    assert_int_equal(version_of(conn, "counting"), 3);
    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    db_close(conn);
    conn = db_open(path, &unit_schema_2);
    assert_int_equal(version_of(conn, "counting"), 3);
    assert_int_equal(db_raw_number(conn, "SELECT count(*) FROM runs"), 3);
    db_close(conn);
}

/* ---- many at once -------------------------------------------------------------------------------
 */

enum { PROCESSES = 8 };

typedef struct start_t {
    char path[600];
    const bk_db_schema_t *schema;
    _Atomic int ready, ok;
} start_t;

static void attach_together(void *data, int number)
{
    start_t *start = data;
    db_conn_t *conn;

    atomic_fetch_add(&start->ready, 1);
    while (atomic_load(&start->ready) < PROCESSES) {
    }
    conn = db_try(start->path, start->schema, &unit_options);
    if (conn->rv == APR_SUCCESS) {
        atomic_fetch_add(&start->ok, 1);
    }
    else {
        fprintf(stderr, "%s\n", bk_db_error(conn->db));
    }
    db_close(conn);
}

/* As httpd's children at a first start: each step runs once. */
static void test_at_once(void **state)
{
    int round;

    for (round = 0; round < 8; round++) {
        start_t *start = crowd_memory(sizeof(*start));
        db_conn_t *conn;

        apr_cpystrn(start->path, db_new_path(), sizeof(start->path));
        start->schema = &counting_schema_3;
        if (round % 2) {
            db_close(db_open(start->path, &counting_schema_1));
        }
        assert_true(crowd_run(PROCESSES, 1, attach_together, start));
        assert_int_equal(atomic_load(&start->ok), PROCESSES);
        conn = db_open(start->path, &counting_schema_3);
        assert_int_equal(db_raw_number(conn, "SELECT group_concat(step, '') FROM runs"), 123);
        db_close(conn);
    }
}

/* ---- what cannot be attached --------------------------------------------------------------------
 */

/* What all databases have in common runs first; a step that only others need counts, too. */
static void test_steps_by_database(void **state)
{
    static const bk_db_sql_t steps[] = {
        {.both = "CREATE TABLE kinds (id {key}, number {int}, flag {flag}, bytes {bytes})",
         .sqlite3 = "CREATE INDEX kinds_by_number ON kinds (number)",
         .pgsql = "SELECT no_such_function()"},
        {.pgsql = "SELECT no_such_function()"},
        {.sqlite3 = "CREATE TABLE more (id TEXT PRIMARY KEY) {without rowid}"},
        {NULL}};
    static const bk_db_schema_t schema = {"kinds", 0, NULL, steps};
    db_conn_t *conn = db_open(db_new_path(), &schema);

    assert_int_equal(version_of(conn, "kinds"), 3);
    assert_int_equal(db_raw_number(conn, "SELECT group_concat(type, ' ') = 'INTEGER INTEGER INTEGER"
                                         " BLOB' FROM pragma_table_info('kinds')"),
                     1);
    assert_int_equal(db_raw_number(conn, "SELECT pk FROM pragma_table_info('kinds')"), 1);
    assert_int_equal(db_raw_number(conn, "SELECT wr FROM pragma_table_list('more')"), 1);
    assert_int_equal(
        db_raw_number(conn, "SELECT count(*) FROM sqlite_master WHERE name = 'kinds_by_number'"),
        1);
    db_close(conn);
}

static void test_other_database(void **state)
{
    db_conn_t *conn = db_open(db_new_path(), &unit_schema);
    bk_db_t *db = NULL;

    assert_int_equal(bk_db_attach_native(&db, "mysql",
                                         apr_dbd_native_handle(conn->driver, conn->handle),
                                         &unit_schema, &unit_options, conn->p),
                     APR_ENOTIMPL);
    assert_null(db);
    db_close(conn);
}

/* A database in memory would be another one for each connection. */
static void test_no_file(void **state)
{
    db_conn_t *conn = db_try(":memory:", &unit_schema, &unit_options);

    assert_int_equal(conn->rv, APR_EGENERAL);
    assert_non_null(strstr(bk_db_error(conn->db), "DBDParams"));
    db_close(conn);
}

static void test_no_database(void **state)
{
    const char *path = db_new_path();
    FILE *file = fopen(path, "w");
    db_conn_t *conn;
    int i;

    assert_non_null(file);
    for (i = 0; i < 1000; i++) {
        fputs("This is no database. ", file);
    }
    fclose(file);
    conn = db_try(path, &unit_schema, &unit_options);
    assert_int_equal(conn->rv, APR_EGENERAL);
    assert_non_null(strstr(bk_db_error(conn->db), "not a database"));
    db_close(conn);
}

/* ---- settings -----------------------------------------------------------------------------------
 */

static void test_settings(void **state)
{
    static const bk_db_options_t options[] = {
        {BK_DB_SYNCHRONOUS_OFF, apr_time_from_msec(1), NULL},
        {BK_DB_SYNCHRONOUS_NORMAL, apr_time_from_msec(1500), NULL},
        {BK_DB_SYNCHRONOUS_FULL, apr_time_from_sec(5), NULL},
        {BK_DB_SYNCHRONOUS_EXTRA, apr_time_from_sec(60), NULL},
    };
    static const int milliseconds[] = {1, 1500, 5000, 60000};
    const char *path = db_new_path();
    size_t i;

    for (i = 0; i < UNIT_ROWS(options); i++) {
        db_conn_t *conn = db_try(path, &unit_schema, &options[i]);
        assert_int_equal(conn->rv, APR_SUCCESS);
        assert_int_equal(db_raw_number(conn, "PRAGMA synchronous"), i);
        assert_int_equal(db_raw_number(conn, "PRAGMA busy_timeout"), milliseconds[i]);
        assert_int_equal(
            db_raw_number(conn,
                          "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"),
            1);
        db_close(conn);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_file),        cmocka_unit_test(test_steps_in_order),
        cmocka_unit_test(test_upgrade),           cmocka_unit_test(test_failing_step),
        cmocka_unit_test(test_newer_version),     cmocka_unit_test(test_newer_version_meanwhile),
        cmocka_unit_test(test_components),        cmocka_unit_test(test_at_once),
        cmocka_unit_test(test_steps_by_database), cmocka_unit_test(test_other_database),
        cmocka_unit_test(test_no_file),           cmocka_unit_test(test_no_database),
        cmocka_unit_test(test_settings),
    };

    return cmocka_run_group_tests_name("bk_db: migration", tests, db_folder_open, db_folder_close);
}
