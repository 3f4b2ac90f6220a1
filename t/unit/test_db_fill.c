/* Migration steps with a function, and bk_db_fill, on both kinds of database. */
#include "both_fixture.h"

#include <stdlib.h>

#include <apr_strings.h>

#include "bk_db_fill.h"

enum { ADD_ROW, READ_ROW, COUNT_DIFFERENT, ADD_TEXT_ROW, READ_TEXT_ROW, FILL_STATEMENTS };

/* More than two pages; the last is not full. */
enum { ROWS = 777 };

static const bk_db_sql_t fill_statements[FILL_STATEMENTS] = {
    [ADD_ROW] = {"INSERT INTO numbered (id, name) VALUES ($1, $2)"},
    [READ_ROW] = {"SELECT twice, plain FROM numbered WHERE id = $1"},
    [COUNT_DIFFERENT] = {"SELECT count(DISTINCT twice) FROM numbered"},
    [ADD_TEXT_ROW] = {"INSERT INTO named (name) VALUES ($1)"},
    [READ_TEXT_ROW] = {"SELECT length FROM named WHERE name = $1"},
};

/* Rows with even names only, in two columns: the name twice, and nothing. */
static apr_status_t compute_twice(const bk_db_value_t *row, const char **values, apr_pool_t *p)
{
    if (row[0].number % 2) {
        return APR_NOTFOUND;
    }
    values[0] = apr_pstrcat(p, row[1].text, row[1].text, NULL);
    return APR_SUCCESS;
}

static apr_status_t compute_length(const bk_db_value_t *row, const char **values, apr_pool_t *p)
{
    values[0] = apr_psprintf(p, "%d", (int)row[0].len);
    return APR_SUCCESS;
}

static apr_status_t compute_faulty(const bk_db_value_t *row, const char **values, apr_pool_t *p)
{
    values[0] = "half";
    return row[0].number < ROWS - 1 ? APR_SUCCESS : APR_EINVAL;
}

static const char *const name_column[] = {"name", NULL};
static const char *const no_column[] = {NULL};
static const char *const filled_columns[] = {"twice", "plain", NULL};
static const char *const length_column[] = {"length", NULL};

static apr_status_t fill_numbered(bk_db_t *db, apr_pool_t *p)
{
    static const bk_db_fill_t fill = {"numbered",  "id",           0,
                                      name_column, filled_columns, compute_twice};

    return bk_db_fill(db, &fill, p);
}

static apr_status_t fill_named(bk_db_t *db, apr_pool_t *p)
{
    static const bk_db_fill_t fill = {"named", "name", 1, no_column, length_column, compute_length};

    return bk_db_fill(db, &fill, p);
}

static apr_status_t fill_faulty(bk_db_t *db, apr_pool_t *p)
{
    static const bk_db_fill_t fill = {"numbered",  "id",           0,
                                      name_column, filled_columns, compute_faulty};

    return bk_db_fill(db, &fill, p);
}

#define BEFORE                                                                 \
    {                                                                          \
        "CREATE TABLE numbered (id {key}, name TEXT, twice TEXT, plain TEXT);" \
        "CREATE TABLE named (name TEXT PRIMARY KEY, length TEXT)"              \
    }

static const bk_db_sql_t steps_before[] = {BEFORE, {NULL}};
static const bk_db_sql_t steps_after[] = {
    BEFORE,
    {.both = "UPDATE numbered SET plain = 'before'", .run = fill_numbered},
    {.run = fill_named},
    {NULL}};
static const bk_db_sql_t steps_faulty[] = {
    BEFORE, {.both = "UPDATE numbered SET plain = 'before'", .run = fill_faulty}, {NULL}};

#define SCHEMA(steps)                                   \
    {                                                   \
        "fill", FILL_STATEMENTS, fill_statements, steps \
    }
static const bk_db_schema_t schema_before = SCHEMA(steps_before);
static const bk_db_schema_t schema_after = SCHEMA(steps_after);
static const bk_db_schema_t schema_faulty = SCHEMA(steps_faulty);

/* ---- tests --------------------------------------------------------------------------------------
 */

static const char *name_of(int id, apr_pool_t *p)
{
    return apr_psprintf(p, "näme'%d;", id);
}

static void add_rows(bk_db_t *db, apr_pool_t *p)
{
    int id;

    assert_int_equal(bk_db_begin(db), APR_SUCCESS);
    for (id = -1; id < ROWS - 1; id++) {
        assert_int_equal(
            bk_db_write(db, ADD_ROW, ARGS(bk_db_int(id), bk_db_text(name_of(id, p))), NULL),
            APR_SUCCESS);
        assert_int_equal(bk_db_write(db, ADD_TEXT_ROW, ARGS(bk_db_text(name_of(id, p))), NULL),
                         APR_SUCCESS);
    }
    assert_int_equal(bk_db_write(db, ADD_ROW, ARGS(bk_db_int(ROWS - 1), bk_db_text("x")), NULL),
                     APR_SUCCESS);
    assert_int_equal(bk_db_end(db, APR_SUCCESS), APR_SUCCESS);
}

static void assert_filled(bk_db_t *db, int id, apr_pool_t *p)
{
    const char *name = name_of(id, p);
    bk_db_value_t row[2];

    assert_int_equal(bk_db_read(db, READ_ROW, ARGS(bk_db_int(id)), row, 2, p), APR_SUCCESS);
    if (id % 2) {
        assert_null(row[0].text);
        assert_string_equal(row[1].text, "before");
    }
    else {
        assert_string_equal(row[0].text, apr_pstrcat(p, name, name, NULL));
        assert_null(row[1].text);
    }
    assert_int_equal(bk_db_read(db, READ_TEXT_ROW, ARGS(bk_db_text(name)), row, 1, p), APR_SUCCESS);
    assert_int_equal(atoi(row[0].text), strlen(name));
}

static void check_fill(apr_pool_t *p)
{
    bk_db_t *db;
    int id;

    assert_int_equal(both_attach(&db, &schema_before, p), APR_SUCCESS);
    add_rows(db, p);
    assert_int_equal(both_attach(&db, &schema_after, p), APR_SUCCESS);
    for (id = -1; id < ROWS - 1; id++) {
        assert_filled(db, id, p);
    }
}

/* An error in the middle takes back what the step's text and the pages before have written. */
static void check_faulty(apr_pool_t *p)
{
    bk_db_value_t row[2];
    bk_db_t *db;

    assert_int_equal(both_attach(&db, &schema_before, p), APR_SUCCESS);
    add_rows(db, p);
    assert_int_equal(both_attach(&db, &schema_faulty, p), APR_EINVAL);
    assert_int_equal(both_attach(&db, &schema_before, p), APR_SUCCESS);
    assert_int_equal(bk_db_read(db, COUNT_DIFFERENT, NULL, 0, row, 1, p), APR_SUCCESS);
    assert_int_equal(row[0].number, 0);
    assert_int_equal(bk_db_read(db, READ_ROW, ARGS(bk_db_int(2)), row, 2, p), APR_SUCCESS);
    assert_null(row[1].text);
}

static void test_fill(void **state)
{
    check_fill(*state);
}

static void test_faulty(void **state)
{
    check_faulty(*state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_fill, both_renew),
        cmocka_unit_test_setup(test_faulty, both_renew),
    };

    return both_run("bk_db_fill", tests);
}
