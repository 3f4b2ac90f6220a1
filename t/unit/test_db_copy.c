/* Between two SQLite files; t/78-copy.t copies into PostgreSQL. */
#include "db_fixture.h"

#include "bk_db_copy.h"

typedef struct thing_t {
    apr_int64_t id;
    const char *name;
    const unsigned char *bytes;
    apr_int64_t number;
} thing_t;

static const bk_field_t thing_list[] = {
    BK_FIELD(thing_t, id, INT, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(thing_t, name, TEXT, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(thing_t, bytes, BYTES, NULL, 0, BK_FIELD_ANY),
    BK_FIELD(thing_t, number, INT, NULL, 0, BK_FIELD_ANY),
};
static const bk_fields_t thing_fields = BK_FIELDS(thing_list);
static const bk_db_table_t tables[] = {{"things", &thing_fields}, {NULL}};

static const bk_db_options_t read_only = {.busy_timeout = apr_time_from_sec(5), .read_only = 1};

/* Component "unit", as the fixture has it, and one more that says what is copied of it. */
typedef struct copy_test_t {
    const char *from_path;
    const char *to_path;
    bk_db_schema_t store;
    const bk_db_schema_t *schema;
    db_conn_t *from;
    db_conn_t *to;
    apr_int64_t rows[1];
    const char *problem;
    apr_pool_t *pool;
} copy_test_t;

static void open_both(copy_test_t *test, apr_pool_t *p, int things)
{
    const bk_db_schema_t *stores[] = {&test->store, NULL};
    db_conn_t *conn;
    int i;

    memset(test, 0, sizeof(*test));
    test->pool = p;
    test->store = unit_schema;
    test->store.tables = tables;
    test->from_path = db_new_path();
    test->to_path = db_new_path();
    conn = db_open(test->from_path, &unit_schema);
    assert_int_equal(bk_db_begin(conn->db), APR_SUCCESS);
    for (i = 1; i <= things; i++) {
        assert_int_equal(db_add(conn, i * 7 - 1000, i % 2 ? "odd" : ""), APR_SUCCESS);
    }
    assert_int_equal(bk_db_end(conn->db, APR_SUCCESS), APR_SUCCESS);
    db_close(conn);
    db_close(db_open(test->to_path, &unit_schema));
    test->schema = bk_db_copy_schema(stores, p);
    test->from = db_try(test->from_path, test->schema, &read_only);
    assert_int_equal(test->from->rv, APR_SUCCESS);
    test->to = db_open(test->to_path, test->schema);
}

static apr_status_t copy(copy_test_t *test)
{
    return bk_db_copy(test->from->db, test->to->db, test->schema->tables, test->rows,
                      &test->problem, test->pool);
}

static void close_both(copy_test_t *test)
{
    db_close(test->from);
    db_close(test->to);
}

/* A table is read in pages of a thousand rows. */
static void test_sizes(void **state)
{
    static const int sizes[] = {0, 1, 999, 1000, 1001, 2000, 2500};
    size_t i;

    for (i = 0; i < UNIT_ROWS(sizes); i++) {
        copy_test_t test;

        open_both(&test, *state, sizes[i]);
        assert_int_equal(copy(&test), APR_SUCCESS);
        assert_null(test.problem);
        assert_int_equal(test.rows[0], sizes[i]);
        assert_int_equal(db_raw_number(test.to, "SELECT count(*) FROM things"), sizes[i]);
        close_both(&test);
    }
}

static void test_twice(void **state)
{
    copy_test_t test;

    open_both(&test, *state, 3);
    assert_int_equal(copy(&test), APR_SUCCESS);
    assert_int_equal(copy(&test), APR_EEXIST);
    assert_non_null(strstr(test.problem, "table things of the target has rows"));
    assert_int_equal(db_raw_number(test.to, "SELECT count(*) FROM things"), 3);
    close_both(&test);
}

/* What the target makes of a row is seen, and then nothing of it stays. */
static void test_changed_on_the_way(void **state)
{
    copy_test_t test;

    open_both(&test, *state, 1500);
    assert_int_equal(db_raw(test.to, "CREATE TRIGGER meddle AFTER INSERT ON things"
                                     " WHEN new.id = 6000 BEGIN"
                                     " UPDATE things SET name = 'Odd' WHERE id = new.id; END"),
                     0);
    assert_int_equal(copy(&test), APR_EMISMATCH);
    assert_non_null(strstr(test.problem, "table things is not the same"));
    assert_int_equal(db_raw_number(test.to, "SELECT count(*) FROM things"), 0);
    close_both(&test);
}

static void test_refused_row(void **state)
{
    copy_test_t test;

    open_both(&test, *state, 1500);
    assert_int_equal(db_raw(test.to, "CREATE TRIGGER refuse AFTER INSERT ON things"
                                     " WHEN new.id = 6000 BEGIN SELECT RAISE(ABORT, 'no'); END"),
                     0);
    assert_int_not_equal(copy(&test), APR_SUCCESS);
    assert_non_null(strstr(test.problem, "things (source), row 6000: no"));
    assert_int_equal(db_raw_number(test.to, "SELECT count(*) FROM things"), 0);
    close_both(&test);
}

/* ---- read-only connections ---- */

static void test_read_only(void **state)
{
    const char *path = db_new_path();
    db_conn_t *conn;

    db_close(db_open(path, &unit_schema));
    conn = db_try(path, &unit_schema, &read_only);
    assert_int_equal(conn->rv, APR_SUCCESS);
    assert_int_not_equal(db_add(conn, 1, "one"), APR_SUCCESS);
    assert_int_equal(db_count(conn), 0);
    db_close(conn);

    conn = db_try(path, &unit_schema_2, &read_only);
    assert_int_equal(conn->rv, APR_EMISMATCH);
    assert_non_null(strstr(bk_db_error(conn->db), "earlier than this module's 2"));
    db_close(conn);
}

static void test_read_only_without_tables(void **state)
{
    static const bk_db_sql_t steps[] = {{"CREATE TABLE others (id INTEGER)"}, {NULL}};
    static const bk_db_schema_t others = {"others", 0, NULL, steps};
    const char *path = db_new_path();
    db_conn_t *conn;

    db_close(db_open(path, &unit_schema));
    conn = db_try(path, &others, &read_only);
    assert_int_equal(conn->rv, APR_NOTFOUND);
    assert_int_equal(
        db_raw_number(conn, "SELECT count(*) FROM sqlite_master WHERE name = 'others'"), 0);
    db_close(conn);
}

/* The state of one moment, though somebody writes. */
static void test_begin_read(void **state)
{
    const char *path = db_new_path();
    db_conn_t *writer = db_open(path, &unit_schema);
    db_conn_t *reader = db_try(path, &unit_schema, &read_only);

    assert_int_equal(db_add(writer, 1, "one"), APR_SUCCESS);
    assert_int_equal(bk_db_begin_read(reader->db), APR_SUCCESS);
    assert_int_equal(db_count(reader), 1);
    assert_int_equal(db_add(writer, 2, "two"), APR_SUCCESS);
    assert_int_equal(db_count(reader), 1);
    assert_int_equal(bk_db_end(reader->db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(db_count(reader), 2);
    db_close(reader);
    db_close(writer);
}

/* Who only reads does not keep writers waiting in their queue. */
static void test_begin_read_queue(void **state)
{
    static bk_lock_t queue;
    const bk_db_options_t options = {BK_DB_SYNCHRONOUS_OFF, 0, &queue};
    const char *path = db_new_path();
    db_conn_t *writer, *reader;

    assert_int_equal(bk_lock_init(&queue), APR_SUCCESS);
    writer = db_try(path, &unit_schema, &options);
    reader = db_try(path, &unit_schema, &options);
    assert_int_equal(bk_db_begin_read(reader->db), APR_SUCCESS);
    assert_int_equal(db_count(reader), 0);
    assert_int_equal(db_add(writer, 1, "one"), APR_SUCCESS);
    assert_int_equal(bk_db_end(reader->db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(db_add(reader, 2, "two"), APR_SUCCESS);
    assert_int_equal(db_add(writer, 3, "three"), APR_SUCCESS);
    db_close(reader);
    db_close(writer);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_twice),
        cmocka_unit_test(test_changed_on_the_way),
        cmocka_unit_test(test_refused_row),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_read_only_without_tables),
        cmocka_unit_test(test_begin_read),
        cmocka_unit_test(test_begin_read_queue),
    };

    return cmocka_run_group_tests_name("bk_db_copy", tests, db_folder_open, db_folder_close);
}
