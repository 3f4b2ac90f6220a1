#include "db_fixture.h"

#include "bk_db_fields.h"
#include "bk_db_sql.h"
#include "thing.h"

static const bk_db_table_t tables[] = {{"things", &thing_fields}, {NULL}};

/* ---- texts --------------------------------------------------------------------------------------
 */

static void test_sql(void **state)
{
    static const bk_db_sql_word_t words[] = {
        {"int", "BIGINT"}, {"flag", "SMALLINT"}, {"bytes", "BYTEA"}, {"without rowid", ""}, {NULL}};
    static const struct {
        const char *text, *completed;
    } rows[] = {
        {"SELECT 1", "SELECT 1"},
        {"", ""},
        {"({things})", "(id, name, size, note, state, from_ns, digest, owner)"},
        {"{things values}", "$1, $2, $3, $4, $5, $6, $7, $8"},
        {"{things typed}", "CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS "
                           "TEXT), CAST($5 AS SMALLINT), CAST($6 AS BIGINT), CAST($7 AS BYTEA), "
                           "CAST($8 AS BIGINT)"},
        {"{things excluded}",
         "name = excluded.name, size = excluded.size, note = excluded.note, state = "
         "excluded.state, from_ns = excluded.from_ns, digest = excluded.digest, owner = "
         "excluded.owner"},
        {"{things set}", "name = $2, size = $3, note = $4, state = $5, from_ns = $6, digest = $7, "
                         "owner = $8"},
        {"a = {things.id} OR b = {things.state}", "a = $1 OR b = $5"},
        {"(id {int}) {without rowid}", "(id BIGINT) "},
        /* What is none of ours stays. */
        {"'{}' {thing} {things.no} {things all} {thingsvalues} {int",
         "'{}' {thing} {things.no} {things all} {thingsvalues} {int"},
        {"{nobody's} {int}", "{nobody's} BIGINT"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_string_equal(bk_db_sql(rows[i].text, tables, words, *state), rows[i].completed);
    }
    assert_string_equal(bk_db_sql("{things} {int}", NULL, words, *state), "{things} BIGINT");
}

/* ---- rows ---------------------------------------------------------------------------------------
 */

enum { PUT, GET, ALL, NULLS };

static const bk_db_sql_t steps[] = {
    {"CREATE TABLE things (id {key}, name TEXT NOT NULL, size {int}, note TEXT, state {flag} NOT "
     "NULL, from_ns {int} NOT NULL, digest {bytes}, owner {int})"},
    {NULL}};
static const bk_db_sql_t sql[] = {
    [PUT] = {"INSERT INTO things ({things}) VALUES ({things values})"
             " ON CONFLICT (id) DO UPDATE SET {things excluded}"},
    [GET] = {"SELECT {things} FROM things WHERE id = $1"},
    [ALL] = {"SELECT {things} FROM things ORDER BY id"},
    [NULLS] = {"SELECT (size IS NULL) + (note IS NULL) + (owner IS NULL) FROM things WHERE id = "
               "$1"},
};
static const bk_db_schema_t schema = {"things", UNIT_ROWS(sql), sql, steps, tables};

static void assert_row(db_conn_t *conn, const thing_t *thing, int nulls)
{
    thing_t found = {0};
    bk_db_value_t value;

    assert_int_equal(bk_db_fields_find(conn->db, GET, ARGS(bk_db_int(thing->id)), &thing_fields,
                                       &found, conn->p),
                     APR_SUCCESS);
    assert_true(bk_fields_equal(&thing_fields, &found, thing));
    assert_int_equal(bk_db_read(conn->db, NULLS, ARGS(bk_db_int(thing->id)), &value, 1, conn->p),
                     APR_SUCCESS);
    assert_int_equal(value.number, nulls);
}

static void test_round_trip(void **state)
{
    db_conn_t *conn = db_open(db_new_path(), &schema);
    thing_t replaced = thing_bare, found = {.own = "mine"};
    apr_int64_t changed;

    assert_int_equal(bk_db_fields_write(conn->db, PUT, &thing_fields, &thing_full, &changed),
                     APR_SUCCESS);
    assert_int_equal(changed, 1);
    assert_int_equal(bk_db_fields_write(conn->db, PUT, &thing_fields, &thing_bare, NULL),
                     APR_SUCCESS);
    assert_row(conn, &thing_full, 0);
    assert_row(conn, &thing_bare, 3);
    replaced.id = thing_full.id;
    assert_int_equal(bk_db_fields_write(conn->db, PUT, &thing_fields, &replaced, NULL),
                     APR_SUCCESS);
    assert_row(conn, &replaced, 3);
    assert_int_equal(
        bk_db_fields_find(conn->db, GET, ARGS(bk_db_int(1)), &thing_fields, &found, conn->p),
        APR_NOTFOUND);
    assert_string_equal(found.own, "mine");
    db_close(conn);
}

/* Bytes of another length than the description says are none. */
static void test_other_length(void **state)
{
    db_conn_t *conn = db_open(db_new_path(), &schema);
    thing_t found = {0};

    assert_int_equal(bk_db_fields_write(conn->db, PUT, &thing_fields, &thing_full, NULL),
                     APR_SUCCESS);
    assert_int_equal(db_raw(conn, "UPDATE things SET digest = x'616263'"), SQLITE_OK);
    assert_int_equal(bk_db_fields_find(conn->db, GET, ARGS(bk_db_int(thing_full.id)), &thing_fields,
                                       &found, conn->p),
                     APR_SUCCESS);
    assert_null(found.digest);
    db_close(conn);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sql),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_other_length),
    };

    return cmocka_run_group_tests_name("bk_db_fields", tests, db_folder_open, db_folder_close);
}
