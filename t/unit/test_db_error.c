/* What bk_db_error() says of a failure, whatever the connection was asked after it; on both kinds
 * of database. */
#include "both_fixture.h"

#include <stdlib.h>

#include <sqlite3.h>

enum { ADD, FIND, EACH, RENAME, COUNT, FAILING_STATEMENTS };

static const bk_db_sql_t failing_statements[FAILING_STATEMENTS] = {
    [ADD] = {"INSERT INTO things (id, name) VALUES ($1, $2)"},
    [FIND] = {"SELECT name FROM things WHERE id = $1"},
    [EACH] = {"SELECT id, name FROM things ORDER BY name"},
    [RENAME] = {"UPDATE things SET name = $1"},
    [COUNT] = {"SELECT count(*) FROM things"},
};
static const bk_db_sql_t failing_steps[] = {{"CREATE TABLE things (id {key}, name TEXT NOT NULL)"},
                                            {NULL}};
static const bk_db_schema_t failing_schema = {"failing", FAILING_STATEMENTS, failing_statements,
                                              failing_steps};

static bk_db_t *open_things(apr_pool_t *p)
{
    bk_db_t *db = NULL;

    assert_int_equal(both_attach(&db, &failing_schema, p), APR_SUCCESS);
    return db;
}

static apr_status_t add(bk_db_t *db, apr_int64_t id, const char *name)
{
    return bk_db_write(db, ADD, ARGS(bk_db_int(id), bk_db_text(name)), NULL);
}

static apr_status_t refuse_row(void *baton, const bk_db_value_t *row)
{
    return APR_EGENERAL;
}

/* Reading and rolling back after a failure do not change what the transaction failed of. */
static void test_failure_in_a_transaction(void **state)
{
    bk_db_t *db = open_things(*state);
    bk_db_value_t value;

    assert_int_equal(add(db, 1, "one"), APR_SUCCESS);
    assert_int_equal(bk_db_begin(db), APR_SUCCESS);
    assert_int_equal(bk_db_begin(db), APR_SUCCESS);
    assert_int_equal(add(db, 1, "again"), APR_EEXIST);
    assert_int_equal(bk_db_end(db, APR_EEXIST), APR_EEXIST);
    assert_int_equal(bk_db_read(db, COUNT, NO_ARGS, &value, 1, *state), APR_SUCCESS);
    assert_int_equal(bk_db_end(db, APR_EEXIST), APR_EEXIST);
    assert_that(strstr(bk_db_error(db), "unique") || strstr(bk_db_error(db), "UNIQUE"), "%s",
                bk_db_error(db));
}

/* A row that the store does not accept is no failure of the database, and has a text all the same:
 * not that of an earlier statement. */
static void test_row_refused_by_its_reader(void **state)
{
    bk_db_t *db = open_things(*state);

    assert_int_equal(add(db, 1, "one"), APR_SUCCESS);
    assert_int_equal(add(db, 1, "one"), APR_EEXIST);
    assert_int_equal(bk_db_each(db, EACH, NO_ARGS, 2, refuse_row, NULL, *state), APR_EGENERAL);
    assert_string_equal(bk_db_error(db), "the database reported no error");
}

/* ---- memory that SQLite is refused --------------------------------------------------------------
 */

/* Longer than a page of the database. */
enum { TEXT_LENGTH = 9000 };

static sqlite3_mem_methods usual;
static int left; /* so many allocations of SQLite later one fails; 0: none does */

static int is_refused(void)
{
    return left > 0 && --left == 0;
}

static void *refusing_malloc(int size)
{
    return is_refused() ? NULL : usual.xMalloc(size);
}

static void *refusing_realloc(void *memory, int size)
{
    return is_refused() ? NULL : usual.xRealloc(memory, size);
}

/* Before anything else uses SQLite, which takes its allocator when it is used first. */
static void install_allocator(void)
{
    sqlite3_mem_methods refusing;

    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual), SQLITE_OK);
    refusing = usual;
    refusing.xMalloc = refusing_malloc;
    refusing.xRealloc = refusing_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &refusing), SQLITE_OK);
    /* Small blocks are otherwise taken from memory that each connection reserves. */
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
}

static apr_status_t ignore_row(void *baton, const bk_db_value_t *row)
{
    return APR_SUCCESS;
}

static apr_status_t write_one(bk_db_t *db, apr_pool_t *p)
{
    return add(db, 2, "two");
}

/* A text is there whole, or the read has failed. */
static apr_status_t read_one(bk_db_t *db, apr_pool_t *p)
{
    bk_db_value_t name = {0};
    apr_status_t rv = bk_db_read(db, FIND, ARGS(bk_db_int(1)), &name, 1, p);

    assert_true(rv != APR_SUCCESS || (name.text && strlen(name.text) == TEXT_LENGTH));
    return rv;
}

static apr_status_t read_each(bk_db_t *db, apr_pool_t *p)
{
    return bk_db_each(db, EACH, NO_ARGS, 2, ignore_row, NULL, p);
}

static apr_status_t transact(bk_db_t *db, apr_pool_t *p)
{
    apr_status_t rv = bk_db_begin(db);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_db_write(db, RENAME, ARGS(bk_db_text("x")), NULL);
    return bk_db_end(db, rv == APR_SUCCESS ? read_each(db, p) : rv);
}

/* Run a piece of work again and again, on a connection of its own, each time with a later
 * allocation refused, until it takes no more than were allowed. */
static int check_refused(apr_status_t (*work)(bk_db_t *db, apr_pool_t *p), apr_pool_t *p)
{
    char text[TEXT_LENGTH + 1];
    int failed = 0, after = 0, is_reached = 1;

    memset(text, 'x', TEXT_LENGTH);
    text[TEXT_LENGTH] = '\0';
    while (is_reached) {
        bk_db_t *db;
        apr_status_t rv;

        both_renew(NULL);
        db = open_things(p);
        assert_int_equal(add(db, 1, text), APR_SUCCESS);
        left = ++after;
        rv = work(db, p);
        is_reached = left == 0;
        left = 0;
        failed += rv != APR_SUCCESS;
        assert_that(rv == APR_SUCCESS || (rv != APR_NOTFOUND && strstr(bk_db_error(db), "memory")),
                    "allocation %d refused: status %d, \"%s\"", after, rv, bk_db_error(db));
    }
    both_detach();
    return failed;
}

static void test_memory_refused(void **state)
{
    static apr_status_t (*const works[])(bk_db_t * db, apr_pool_t * p) = {write_one, read_one,
                                                                          read_each, transact};
    size_t i;

    if (!both_path) {
        skip();
    }
    for (i = 0; i < UNIT_ROWS(works); i++) {
        assert_true(check_refused(works[i], *state) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_failure_in_a_transaction, both_renew),
        cmocka_unit_test_setup(test_row_refused_by_its_reader, both_renew),
        cmocka_unit_test_setup(test_memory_refused, both_renew),
    };

    install_allocator();
    return both_run("bk_db_error", tests);
}
