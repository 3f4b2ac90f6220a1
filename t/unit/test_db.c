#include "db_arguments.h"
#include "db_fixture.h"

#include <stdio.h>

#include <signal.h>
#include <sys/resource.h>

#include <apr_strings.h>

static db_conn_t *fresh(void)
{
    return db_open(db_new_path(), &unit_schema);
}

/* ---- values -------------------------------------------------------------------------------------
 */

/* Numbers are bound as numbers: text would compare as text. */
static void test_types(void **state)
{
    db_conn_t *conn = fresh();
    bk_db_value_t row[4];

    assert_int_equal(
        bk_db_read(conn->db, TYPES,
                   ARGS(bk_db_int(7), bk_db_text("7"), bk_db_bytes("7", 1), bk_db_text(NULL)), row,
                   4, conn->p),
        APR_SUCCESS);
    assert_string_equal(row[0].text, "integer");
    assert_string_equal(row[1].text, "text");
    assert_string_equal(row[2].text, "blob");
    assert_string_equal(row[3].text, "null");
    assert_int_equal(bk_db_read(conn->db, LESS, ARGS(bk_db_int(10)), row, 1, conn->p), APR_SUCCESS);
    assert_true(row[0].type == BK_DB_INT && row[0].number == 1);
    db_close(conn);
}

static void test_numbers(void **state)
{
    static const apr_int64_t numbers[] = {0, 1, -1, INT64_C(99999999999), INT64_MAX, INT64_MIN};
    db_conn_t *conn = fresh();
    bk_db_value_t value;
    size_t i;

    for (i = 0; i < UNIT_ROWS(numbers); i++) {
        assert_int_equal(
            bk_db_read(conn->db, ECHO, ARGS(bk_db_int(numbers[i])), &value, 1, conn->p),
            APR_SUCCESS);
        assert_int_equal(value.type, BK_DB_INT);
        assert_true(value.number == numbers[i]);
        assert_null(value.text);
    }
    db_close(conn);
}

static void test_texts(void **state)
{
    static const char *const texts[] = {
        "",   "x",       "'; DROP TABLE things; --", "?1", "J\xc3\xb6rg \xf0\x9f\x8f\xa2", "NULL",
        "12", "a\nb\tc",
    };
    db_conn_t *conn = fresh();
    bk_db_value_t value;
    size_t i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        assert_int_equal(bk_db_read(conn->db, ECHO, ARGS(bk_db_text(texts[i])), &value, 1, conn->p),
                         APR_SUCCESS);
        assert_int_equal(value.type, BK_DB_TEXT);
        assert_string_equal(value.text, texts[i]);
        assert_int_equal(value.len, strlen(texts[i]));
    }
    assert_int_equal(bk_db_read(conn->db, ECHO, ARGS(bk_db_text(NULL)), &value, 1, conn->p),
                     APR_SUCCESS);
    assert_int_equal(value.type, BK_DB_NULL);
    assert_null(value.text);
    db_close(conn);
}

static void test_bytes(void **state)
{
    static const struct {
        const char *bytes;
        apr_size_t len;
    } rows[] = {{"x", 1}, {"\0", 1}, {"a\0b\0", 4}, {"\xff\xfe\x00\x80", 4}, {"", 0}};
    db_conn_t *conn = fresh();
    bk_db_value_t value;
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_int_equal(bk_db_read(conn->db, ECHO, ARGS(bk_db_bytes(rows[i].bytes, rows[i].len)),
                                    &value, 1, conn->p),
                         APR_SUCCESS);
        assert_int_equal(value.type, BK_DB_BYTES);
        assert_int_equal(value.len, rows[i].len);
        assert_true(value.len == 0 || memcmp(value.text, rows[i].bytes, value.len) == 0);
    }
    db_close(conn);
}

/* A row that was read stays when the statement runs again, and when the row is gone. */
static void test_rows_are_copies(void **state)
{
    db_conn_t *conn = fresh();
    bk_db_value_t row[3], other[3];

    assert_int_equal(
        bk_db_write(conn->db, ADD_THING,
                    ARGS(bk_db_int(1), bk_db_text("one"), bk_db_bytes("\1\0\1", 3), bk_db_int(11)),
                    NULL),
        APR_SUCCESS);
    assert_int_equal(db_add(conn, 2, "two"), APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, FIND_THING, ARGS(bk_db_int(1)), row, 3, conn->p),
                     APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, FIND_THING, ARGS(bk_db_int(2)), other, 3, conn->p),
                     APR_SUCCESS);
    assert_int_equal(bk_db_write(conn->db, RENAME_ALL, ARGS(bk_db_text("x")), NULL), APR_SUCCESS);
    assert_string_equal(row[0].text, "one");
    assert_int_equal(row[1].len, 3);
    assert_memory_equal(row[1].text, "\1\0\1", 3);
    assert_int_equal(row[2].number, 11);
    assert_string_equal(other[0].text, "two");
    assert_int_equal(other[1].type, BK_DB_NULL);
    db_close(conn);
}

/* Arguments of one run do not reach the next that gives fewer. */
static void test_arguments_are_forgotten(void **state)
{
    db_conn_t *conn = fresh();
    bk_db_value_t value;

    assert_int_equal(bk_db_read(conn->db, ECHO, ARGS(bk_db_text("secret")), &value, 1, conn->p),
                     APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, ECHO, NO_ARGS, &value, 1, conn->p), APR_SUCCESS);
    assert_int_equal(value.type, BK_DB_NULL);
    db_close(conn);
}

static void test_what_is_quoted_stays(void **state)
{
    db_conn_t *conn = fresh();
    bk_db_value_t row[3];

    assert_int_equal(bk_db_read(conn->db, QUOTED, ARGS(bk_db_text("one")), row, 3, conn->p),
                     APR_SUCCESS);
    assert_string_equal(row[0].text, "$1 it's $2");
    assert_string_equal(row[1].text, "one");
    assert_string_equal(row[2].text, "$9");
    db_close(conn);
}

/* What is the same for all databases. */
static void with_arguments(void (*check)(bk_db_t *db, apr_pool_t *p))
{
    db_conn_t *conn = fresh();
    bk_db_t *db;

    assert_int_equal(bk_db_attach(&db, conn->driver, conn->handle, db_arguments_schema(conn->p),
                                  &unit_options, conn->p),
                     APR_SUCCESS);
    check(db, conn->p);
    db_close(conn);
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

/* ---- verbs --------------------------------------------------------------------------------------
 */

static void test_write_counts_rows(void **state)
{
    db_conn_t *conn = fresh();
    apr_int64_t changed = -1;
    int i;

    for (i = 1; i <= 5; i++) {
        assert_int_equal(db_add(conn, i, "same"), APR_SUCCESS);
    }
    assert_int_equal(bk_db_write(conn->db, RENAME_ALL, ARGS(bk_db_text("x")), &changed),
                     APR_SUCCESS);
    assert_int_equal(changed, 5);
    assert_int_equal(bk_db_write(conn->db, DROP_THING, ARGS(bk_db_int(3)), &changed), APR_SUCCESS);
    assert_int_equal(changed, 1);
    assert_int_equal(bk_db_write(conn->db, DROP_THING, ARGS(bk_db_int(3)), &changed), APR_SUCCESS);
    assert_int_equal(changed, 0);
    assert_int_equal(
        bk_db_write(conn->db, ADD_IF_NONE, ARGS(bk_db_int(9), bk_db_text("y")), &changed),
        APR_SUCCESS);
    assert_int_equal(changed, 1);
    assert_int_equal(
        bk_db_write(conn->db, ADD_IF_NONE, ARGS(bk_db_int(10), bk_db_text("y")), &changed),
        APR_SUCCESS);
    assert_int_equal(changed, 0);
    assert_int_equal(db_count(conn), 5);
    db_close(conn);
}

static void test_not_found(void **state)
{
    db_conn_t *conn = fresh();
    bk_db_value_t row[3];

    assert_int_equal(bk_db_read(conn->db, FIND_THING, ARGS(bk_db_int(1)), row, 3, conn->p),
                     APR_NOTFOUND);
    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, FIND_THING, ARGS(bk_db_int(1)), row, 3, conn->p),
                     APR_SUCCESS);
    assert_int_equal(bk_db_write(conn->db, DROP_THING, ARGS(bk_db_int(1)), NULL), APR_SUCCESS);
    assert_int_equal(bk_db_read(conn->db, FIND_THING, ARGS(bk_db_int(1)), row, 3, conn->p),
                     APR_NOTFOUND);
    db_close(conn);
}

static void test_exists(void **state)
{
    db_conn_t *conn = fresh();
    apr_int64_t changed = -1;

    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(
        bk_db_write(conn->db, ADD_THING,
                    ARGS(bk_db_int(1), bk_db_text("other"), bk_db_text(NULL), bk_db_int(1)),
                    &changed),
        APR_EEXIST);
    assert_int_equal(changed, -1);
    assert_non_null(strstr(bk_db_error(conn->db), "things.id"));
    /* And the statement is good for another. */
    assert_int_equal(db_add(conn, 2, "two"), APR_SUCCESS);
    assert_int_equal(db_raw(conn, "CREATE UNIQUE INDEX things_unique ON things (name)"), SQLITE_OK);
    assert_int_equal(db_add(conn, 3, "two"), APR_EEXIST);
    assert_int_equal(db_count(conn), 2);
    db_close(conn);
}

/* Only a key that is taken is APR_EEXIST: whoever gets that tries another id. */
static void test_other_constraints(void **state)
{
    db_conn_t *conn = fresh();

    assert_int_equal(bk_db_write(conn->db, ADD_NAMELESS, ARGS(bk_db_int(1)), NULL), APR_EGENERAL);
    assert_non_null(strstr(bk_db_error(conn->db), "things.name"));
    db_close(conn);
}

/* A name of what is not there, or of what was to be deleted, whether a trigger or a key refuses. */
static void test_references(void **state)
{
    db_conn_t *conn = fresh();

    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(db_raw(conn, "CREATE TRIGGER things_named BEFORE DELETE ON things BEGIN"
                                  " SELECT RAISE(ABORT, 'one is named'); END"),
                     SQLITE_OK);
    assert_int_equal(bk_db_write(conn->db, DROP_THING, ARGS(bk_db_int(1)), NULL), APR_ENOTEMPTY);
    assert_non_null(strstr(bk_db_error(conn->db), "one is named"));
    assert_int_equal(db_raw(conn, "DROP TRIGGER things_named; PRAGMA foreign_keys = 1;"
                                  " CREATE TABLE names (thing INTEGER REFERENCES things (id));"
                                  " INSERT INTO names VALUES (1)"),
                     SQLITE_OK);
    assert_int_equal(bk_db_write(conn->db, DROP_THING, ARGS(bk_db_int(1)), NULL), APR_ENOTEMPTY);
    assert_int_equal(db_count(conn), 1);
    db_close(conn);
}

/* What is refused is no error, changes nothing, and leaves alone what its transaction did before.
 */
static void test_refused(void **state)
{
    db_conn_t *conn = fresh();
    apr_int64_t changed = -1;

    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(
        bk_db_write(conn->db, REFUSE_TWINS, ARGS(bk_db_int(2), bk_db_text("one")), &changed),
        APR_SUCCESS);
    assert_int_equal(changed, 0);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(
        bk_db_write(conn->db, REFUSE_TWINS, ARGS(bk_db_int(3), bk_db_text("three")), &changed),
        APR_SUCCESS);
    assert_int_equal(changed, 1);
    assert_int_equal(
        bk_db_write(conn->db, REFUSE_TWINS, ARGS(bk_db_int(4), bk_db_text("three")), &changed),
        APR_SUCCESS);
    assert_int_equal(changed, 0);
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(db_raw_number(conn, "SELECT sum(id) FROM things"), 1 + 3);
    db_close(conn);
}

static void test_faulty_statement(void **state)
{
    db_conn_t *conn = fresh();
    bk_db_value_t value;
    int i;

    for (i = 0; i < 2; i++) {
        assert_int_equal(bk_db_write(conn->db, FAULTY, NO_ARGS, NULL), APR_EGENERAL);
        assert_non_null(strstr(bk_db_error(conn->db), "SELEKT"));
        assert_int_equal(bk_db_read(conn->db, FAULTY, NO_ARGS, &value, 1, conn->p), APR_EGENERAL);
    }
    /* More arguments than the statement has. */
    assert_int_equal(bk_db_read(conn->db, COUNT_THINGS, ARGS(bk_db_int(1)), &value, 1, conn->p),
                     APR_EGENERAL);
    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(db_count(conn), 1);
    db_close(conn);
}

static void test_ping(void **state)
{
    db_conn_t *conn = fresh();

    assert_int_equal(bk_db_ping(conn->db), APR_SUCCESS);
    /* An error of before is not the one of now. */
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(db_add(conn, 1, NULL) == APR_SUCCESS, 0);
    assert_int_equal(bk_db_end(conn->db, APR_EGENERAL), APR_EGENERAL);
    assert_non_null(strstr(bk_db_error(conn->db), "things.name"));
    assert_int_equal(bk_db_ping(conn->db), APR_SUCCESS);
    assert_int_equal(db_raw(conn, "DROP TABLE bookable_schema"), SQLITE_OK);
    assert_int_equal(bk_db_ping(conn->db), APR_EGENERAL);
    assert_non_null(strstr(bk_db_error(conn->db), "bookable_schema"));
    db_close(conn);
}

/* ---- each ---------------------------------------------------------------------------------------
 */

typedef struct walk_t {
    int seen, stop_at;
    apr_status_t stop_with;
    apr_int64_t sum;
    apr_size_t letters;
    const char *place; /* where the first row was */
    int elsewhere;     /* how many were not */
} walk_t;

static apr_status_t walk(void *baton, const bk_db_value_t *row)
{
    walk_t *w = baton;

    w->sum += row[0].number;
    w->letters += strlen(row[1].text);
    w->place = w->place ? w->place : row[1].text;
    w->elsewhere += w->place != row[1].text;
    return ++w->seen == w->stop_at ? w->stop_with : APR_SUCCESS;
}

static void test_each(void **state)
{
    db_conn_t *conn = fresh();
    walk_t all = {0}, some = {.stop_at = 4, .stop_with = APR_EINTR}, none = {0};
    int i;

    assert_int_equal(bk_db_each(conn->db, EACH_THING, NO_ARGS, 2, walk, &none, conn->p),
                     APR_SUCCESS);
    assert_int_equal(none.seen, 0);
    for (i = 1; i <= 100; i++) {
        assert_int_equal(db_add(conn, i, apr_psprintf(conn->p, "thing %02d", i % 100)),
                         APR_SUCCESS);
    }
    assert_int_equal(bk_db_each(conn->db, EACH_THING, NO_ARGS, 2, walk, &all, conn->p),
                     APR_SUCCESS);
    assert_int_equal(all.seen, 100);
    assert_int_equal(all.sum, 5050);
    assert_int_equal(all.letters, 800);
    /* A row takes the memory of the one before: a long table takes no more than a short one. */
    assert_int_equal(all.elsewhere, 0);
    /* Stopped in the middle, it lets go: others can change the table, and it starts at the start.
     */
    assert_int_equal(bk_db_each(conn->db, EACH_THING, NO_ARGS, 2, walk, &some, conn->p), APR_EINTR);
    assert_int_equal(some.seen, 4);
    assert_int_equal(db_raw(conn, "DELETE FROM things; DROP INDEX things_by_name"), SQLITE_OK);
    assert_int_equal(bk_db_each(conn->db, EACH_THING, NO_ARGS, 2, walk, &none, conn->p),
                     APR_SUCCESS);
    assert_int_equal(none.seen, 0);
    assert_int_equal(bk_db_each(conn->db, FAULTY, NO_ARGS, 2, walk, &none, conn->p), APR_EGENERAL);
    db_close(conn);
}

/* ---- transactions -------------------------------------------------------------------------------
 */

static void test_commit(void **state)
{
    const char *path = db_new_path();
    db_conn_t *conn = db_open(path, &unit_schema), *other = db_open(path, &unit_schema);

    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(db_add(conn, 2, "two"), APR_SUCCESS);
    assert_int_equal(db_count(conn), 2);
    assert_int_equal(db_count(other), 0);
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(db_count(other), 2);
    db_close(conn);
    db_close(other);
}

static void test_rollback(void **state)
{
    static const apr_status_t reasons[] = {APR_EGENERAL, APR_NOTFOUND, APR_EEXIST, APR_TIMEUP,
                                           12345};
    db_conn_t *conn = fresh();
    size_t i;

    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    for (i = 0; i < UNIT_ROWS(reasons); i++) {
        assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
        assert_int_equal(db_add(conn, 2, "two"), APR_SUCCESS);
        assert_int_equal(bk_db_write(conn->db, RENAME_ALL, ARGS(bk_db_text("x")), NULL),
                         APR_SUCCESS);
        assert_int_equal(bk_db_end(conn->db, reasons[i]), reasons[i]);
        assert_int_equal(db_count(conn), 1);
        assert_int_equal(db_raw_number(conn, "SELECT count(*) FROM things WHERE name = 'one'"), 1);
    }
    db_close(conn);
}

/* What went wrong inside is what is reported after the rollback, which itself went well. */
static void test_rollback_keeps_the_error(void **state)
{
    db_conn_t *conn = fresh();
    apr_status_t rv;

    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(db_add(conn, 2, "two"), APR_SUCCESS);
    rv = db_add(conn, 1, "again");
    assert_int_equal(rv, APR_EEXIST);
    assert_int_equal(bk_db_end(conn->db, rv), APR_EEXIST);
    assert_non_null(strstr(bk_db_error(conn->db), "UNIQUE constraint failed: things.id"));
    assert_int_equal(db_count(conn), 1);
    /* The next one starts clean. */
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(db_add(conn, 2, "two"), APR_SUCCESS);
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(db_count(conn), 2);
    db_close(conn);
}

/* A commit that the database refuses is an error, and leaves nothing. */
static void test_commit_fails(void **state)
{
    db_conn_t *conn = fresh();

    assert_int_equal(
        db_raw(conn,
               "PRAGMA foreign_keys = ON;"
               "CREATE TABLE parents (id INTEGER PRIMARY KEY);"
               "CREATE TABLE children (parent REFERENCES parents DEFERRABLE INITIALLY DEFERRED)"),
        SQLITE_OK);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(db_raw(conn, "INSERT INTO children VALUES (7)"), SQLITE_OK);
    assert_int_not_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    assert_non_null(strstr(bk_db_error(conn->db), "FOREIGN KEY"));
    assert_int_equal(db_count(conn), 0);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    db_close(conn);
}

/* What the log could not take may be in it all the same: a limit of the file's size stands for a
 * disk that fails, since a full one says so before. */
static void test_io_error(void **state)
{
    const struct rlimit small = {0, RLIM_INFINITY};
    struct rlimit usual;
    db_conn_t *conn = fresh();

    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(db_add(conn, 2, "two"), BK_DB_UNKNOWN);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    assert_int_equal(db_add(conn, 3, "three"), APR_SUCCESS);
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), BK_DB_UNKNOWN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
    assert_int_equal(db_add(conn, 1, "again"), APR_EEXIST); /* nothing was done, and it is known */
    assert_int_equal(db_add(conn, 4, "four"), APR_SUCCESS);
    assert_int_equal(bk_db_confirm(conn->db), APR_SUCCESS);
    db_close(conn);
}

/* ---- connections that are no good any more ------------------------------------------------------
 */

static int is_whole(const db_conn_t *conn)
{
    return apr_dbd_check_conn(conn->driver, conn->p, conn->handle) == APR_SUCCESS;
}

static void test_write_to_read_only_spoils_a_connection(void **state)
{
    const bk_db_options_t read_only = {.busy_timeout = apr_time_from_sec(1), .read_only = 1};
    const char *path = db_new_path();
    db_conn_t *conn = db_open(path, &unit_schema);

    assert_int_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_false(bk_db_is_spoiled(conn->db));
    db_close(conn);
    conn = db_try(path, &unit_schema, &read_only);
    assert_int_equal(conn->rv, APR_SUCCESS);
    assert_int_equal(db_add(conn, 2, "two"), APR_EGENERAL);
    assert_true(bk_db_is_spoiled(conn->db));
    assert_true(is_whole(conn));
    assert_int_equal(bk_db_discard(conn->driver, conn->handle), 1);
    assert_false(is_whole(conn));
    assert_int_equal(bk_db_discard(conn->driver, conn->handle), 0); /* it is already */
    db_close(conn);
}

static void test_no_database_spoils_a_connection(void **state)
{
    const char *path = db_new_path();
    FILE *file = fopen(path, "w");
    db_conn_t *conn;
    int i;

    for (i = 0; i < 100; i++) {
        fputs("This is a shopping list, and no database. ", file);
    }
    fclose(file);
    conn = db_try(path, &unit_schema, &unit_options);
    assert_int_equal(conn->rv, APR_EGENERAL);
    assert_true(bk_db_is_spoiled(conn->db));
    db_close(conn);
}

/* A connection to one file is not taken where another one is known. */
static void test_another_file_is_refused(void **state)
{
    const char *path = db_new_path(), *other = db_new_path();
    bk_db_file_t file = {0};
    bk_db_options_t options = unit_options;
    db_conn_t *conn = db_open(path, &unit_schema);

    assert_int_equal(bk_db_file_look(&file, path), APR_SUCCESS); /* none is known */
    bk_db_file_learn(&file, path);
    assert_int_equal(bk_db_file_look(&file, path), APR_SUCCESS);
    assert_int_equal(bk_db_file_look(&file, other), APR_ENOENT);
    db_close(conn);
    options.file = &file;
    conn = db_try(path, &unit_schema, &options);
    assert_int_equal(conn->rv, APR_SUCCESS);
    db_close(conn);
    conn = db_try(other, &unit_schema, &options);
    assert_int_equal(conn->rv, APR_EGENERAL);
    assert_true(bk_db_is_spoiled(conn->db));
    db_close(conn);
    assert_int_equal(bk_db_file_look(&file, other), APR_EMISMATCH);
    bk_db_file_forget(&file, path);
    assert_true(bk_db_file_is_known(&file));
    bk_db_file_forget(&file, other);
    assert_false(bk_db_file_is_known(&file));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_rows_are_copies),
        cmocka_unit_test(test_arguments_are_forgotten),
        cmocka_unit_test(test_what_is_quoted_stays),
        cmocka_unit_test(test_many_arguments),
        cmocka_unit_test(test_texts_are_utf8),
        cmocka_unit_test(test_rows_ended_early),
        cmocka_unit_test(test_write_counts_rows),
        cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_exists),
        cmocka_unit_test(test_other_constraints),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_faulty_statement),
        cmocka_unit_test(test_ping),
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_commit),
        cmocka_unit_test(test_rollback),
        cmocka_unit_test(test_rollback_keeps_the_error),
        cmocka_unit_test(test_commit_fails),
        cmocka_unit_test(test_io_error),
        cmocka_unit_test(test_write_to_read_only_spoils_a_connection),
        cmocka_unit_test(test_no_database_spoils_a_connection),
        cmocka_unit_test(test_another_file_is_refused),
    };

    return cmocka_run_group_tests_name("bk_db", tests, db_folder_open, db_folder_close);
}
