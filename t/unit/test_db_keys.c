/* Keys of requests that may be repeated, and transactions within transactions, on both kinds of
 * database. */
#include "db_fixture.h"
#include "pg_fixture.h"

#include <string.h>

#include "bk_db_keys.h"
#include "bk_pgsql.h"

enum { ADD, COUNT, COUNT_KEYS, KEYS, KEYS_STATEMENTS = KEYS + BK_DB_KEYS_COUNT };

static const bk_db_sql_t statements[KEYS_STATEMENTS] = {
    [ADD] = {"INSERT INTO made (id) VALUES ($1)"},
    [COUNT] = {"SELECT count(*) FROM made"},
    [COUNT_KEYS] = {"SELECT count(*) FROM made_keys"},
    BK_DB_KEYS_STATEMENTS(KEYS, "made_keys"),
};

static const bk_db_sql_t steps[] = {
    {"CREATE TABLE made (id {key})"}, {BK_DB_KEYS_TABLE("made_keys")}, {NULL}};

static const bk_db_schema_t schema = {"made", KEYS_STATEMENTS, statements, steps, NULL, KEYS};

/* ---- connections --------------------------------------------------------------------------------
 */

typedef struct keeping_t {
    bk_db_t *db;
    apr_pool_t *p;
    db_conn_t *conn; /* of SQLite; NULL: PostgreSQL */
} keeping_t;

static keeping_t open_sqlite3(apr_pool_t *p)
{
    db_conn_t *conn = db_open(db_new_path(), &schema);

    return (keeping_t){conn->db, p, conn};
}

static keeping_t open_pgsql(apr_pool_t *p)
{
    static const bk_db_options_t options = {.busy_timeout = apr_time_from_sec(60),
                                            .statement_timeout = apr_time_from_sec(60),
                                            .connect_timeout = apr_time_from_sec(60)};
    const char *why = NULL;
    bk_pgsql_target_t *target = bk_pgsql_target(pg_params(), &why, p);
    keeping_t keeping = {NULL, p, NULL};

    assert_non_null(target);
    pg_query("DROP TABLE IF EXISTS made, made_keys, bookable_schema");
    assert_int_equal(
        bk_db_attach_native(&keeping.db, "pgsql", bk_pgsql(target, p), &schema, &options, p),
        APR_SUCCESS);
    return keeping;
}

static void close_it(keeping_t *keeping)
{
    if (keeping->conn) {
        db_close(keeping->conn);
    }
}

/* ---- what is done -------------------------------------------------------------------------------
 */

static bk_db_keys_t key_of(char hash, char request)
{
    bk_db_keys_t key;

    memset(key.hash, hash, sizeof(key.hash));
    memset(key.request, request, sizeof(key.request));
    return key;
}

static apr_int64_t count(const keeping_t *keeping, int statement)
{
    bk_db_value_t row;

    assert_int_equal(bk_db_read(keeping->db, statement, NULL, 0, &row, 1, keeping->p), APR_SUCCESS);
    return row.number;
}

/* A creation under a key that ends at 100, at a time.
 * @param rv  its result: an error takes all back */
static bk_db_keys_result_t create(const keeping_t *keeping, const bk_db_keys_t *key, apr_time_t now,
                                  apr_status_t rv, bk_db_keys_answer_t *answer)
{
    const bk_db_keys_answer_t made = {"/made/1", 3, "{\"id\":\"1\"}"};
    bk_db_keys_result_t result;

    assert_int_equal(bk_db_begin(keeping->db), APR_SUCCESS);
    assert_int_equal(
        bk_db_keys_claim(keeping->db, key, now, now + 100, &result, answer, keeping->p),
        APR_SUCCESS);
    if (result == BK_DB_KEYS_NEW) {
        assert_int_equal(bk_db_keys_keep(keeping->db, key, &made), APR_SUCCESS);
    }
    assert_int_equal(bk_db_end(keeping->db, rv), rv);
    return result;
}

static void check_keys(keeping_t keeping)
{
    bk_db_keys_t key = key_of('k', 'a'), reused = key_of('k', 'b'), other = key_of('o', 'a');
    bk_db_keys_answer_t answer;

    assert_true(bk_db_keys_are_kept(keeping.db));
    assert_int_equal(create(&keeping, &key, 1000, APR_EEXIST, &answer), BK_DB_KEYS_NEW);
    assert_int_equal(bk_db_keys_find(keeping.db, &key, keeping.p), APR_NOTFOUND);
    assert_int_equal(create(&keeping, &key, 1000, APR_SUCCESS, &answer), BK_DB_KEYS_NEW);
    assert_int_equal(bk_db_keys_find(keeping.db, &key, keeping.p), APR_SUCCESS);
    assert_int_equal(bk_db_keys_find(keeping.db, &reused, keeping.p), APR_NOTFOUND);
    assert_int_equal(create(&keeping, &key, 1001, APR_SUCCESS, &answer), BK_DB_KEYS_KEPT);
    assert_string_equal(answer.location, "/made/1");
    assert_int_equal(answer.version, 3);
    assert_string_equal(answer.body, "{\"id\":\"1\"}");
    assert_int_equal(create(&keeping, &reused, 1001, APR_SUCCESS, &answer), BK_DB_KEYS_OTHER);
    assert_int_equal(create(&keeping, &other, 1001, APR_SUCCESS, &answer), BK_DB_KEYS_NEW);
    close_it(&keeping);
}

/* What a key is for, without claiming it. */
static bk_db_keys_result_t look(keeping_t *keeping, const bk_db_keys_t *key, apr_time_t now,
                                bk_db_keys_answer_t *answer)
{
    bk_db_keys_result_t result;

    assert_int_equal(bk_db_keys_look(keeping->db, key, now, &result, answer, keeping->p),
                     APR_SUCCESS);
    return result;
}

static void check_ends(keeping_t keeping)
{
    bk_db_keys_t key = key_of('k', 'a'), reused = key_of('k', 'b');
    bk_db_keys_answer_t answer;
    char hash;

    assert_int_equal(create(&keeping, &key, 1000, APR_SUCCESS, &answer), BK_DB_KEYS_NEW);
    assert_int_equal(look(&keeping, &key, 1099, &answer), BK_DB_KEYS_KEPT);
    assert_string_equal(answer.body, "{\"id\":\"1\"}");
    assert_int_equal(look(&keeping, &reused, 1099, &answer), BK_DB_KEYS_OTHER);
    assert_int_equal(look(&keeping, &key, 1100, &answer), BK_DB_KEYS_NEW);
    key = key_of('l', 'a');
    assert_int_equal(look(&keeping, &key, 1000, &answer), BK_DB_KEYS_NEW);
    assert_int_equal(create(&keeping, &reused, 1099, APR_SUCCESS, &answer), BK_DB_KEYS_OTHER);
    assert_int_equal(create(&keeping, &reused, 1100, APR_SUCCESS, &answer), BK_DB_KEYS_NEW);
    for (hash = 1; hash <= 50; hash++) {
        key = key_of(hash, 'a');
        create(&keeping, &key, 2000, APR_SUCCESS, &answer);
    }
    assert_int_equal(count(&keeping, COUNT_KEYS), 50);
    for (hash = 51; hash <= 53; hash++) {
        key = key_of(hash, 'a');
        create(&keeping, &key, 3000, APR_SUCCESS, &answer);
    }
    assert_int_equal(count(&keeping, COUNT_KEYS), 3);
    close_it(&keeping);
}

static void check_inner(keeping_t keeping)
{
    assert_int_equal(bk_db_begin(keeping.db), APR_SUCCESS);
    assert_int_equal(bk_db_write(keeping.db, ADD, ARGS(bk_db_int(1)), NULL), APR_SUCCESS);
    assert_int_equal(bk_db_begin(keeping.db), APR_SUCCESS);
    assert_int_equal(bk_db_write(keeping.db, ADD, ARGS(bk_db_int(2)), NULL), APR_SUCCESS);
    assert_int_equal(bk_db_write(keeping.db, ADD, ARGS(bk_db_int(1)), NULL), APR_EEXIST);
    assert_int_equal(bk_db_end(keeping.db, APR_EEXIST), APR_EEXIST);
    assert_int_equal(bk_db_begin(keeping.db), APR_SUCCESS);
    assert_int_equal(bk_db_write(keeping.db, ADD, ARGS(bk_db_int(3)), NULL), APR_SUCCESS);
    assert_int_equal(bk_db_end(keeping.db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(bk_db_end(keeping.db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(count(&keeping, COUNT), 2);

    assert_int_equal(bk_db_begin(keeping.db), APR_SUCCESS);
    assert_int_equal(bk_db_begin(keeping.db), APR_SUCCESS);
    assert_int_equal(bk_db_write(keeping.db, ADD, ARGS(bk_db_int(4)), NULL), APR_SUCCESS);
    assert_int_equal(bk_db_end(keeping.db, APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(bk_db_end(keeping.db, APR_EGENERAL), APR_EGENERAL);
    assert_int_equal(count(&keeping, COUNT), 2);
    close_it(&keeping);
}

static void test_a_key_is_kept_with_its_answer_sqlite3(void **state)
{
    check_keys(open_sqlite3(*state));
}

static void test_a_key_ends_and_is_forgotten_sqlite3(void **state)
{
    check_ends(open_sqlite3(*state));
}

static void test_a_transaction_within_another_is_a_part_of_it_sqlite3(void **state)
{
    check_inner(open_sqlite3(*state));
}

static void test_a_key_is_kept_with_its_answer_pgsql(void **state)
{
    check_keys(open_pgsql(*state));
}

static void test_a_key_ends_and_is_forgotten_pgsql(void **state)
{
    check_ends(open_pgsql(*state));
}

static void test_a_transaction_within_another_is_a_part_of_it_pgsql(void **state)
{
    check_inner(open_pgsql(*state));
}

int main(void)
{
    static const struct CMUnitTest on_sqlite3[] = {
        cmocka_unit_test(test_a_key_is_kept_with_its_answer_sqlite3),
        cmocka_unit_test(test_a_key_ends_and_is_forgotten_sqlite3),
        cmocka_unit_test(test_a_transaction_within_another_is_a_part_of_it_sqlite3),
    };
    static const struct CMUnitTest on_pgsql[] = {
        cmocka_unit_test(test_a_key_is_kept_with_its_answer_pgsql),
        cmocka_unit_test(test_a_key_ends_and_is_forgotten_pgsql),
        cmocka_unit_test(test_a_transaction_within_another_is_a_part_of_it_pgsql),
    };
    int failed = cmocka_run_group_tests_name("bk_db_keys: SQLite", on_sqlite3, db_folder_open,
                                             db_folder_close);

    return failed +
           cmocka_run_group_tests_name("bk_db_keys: PostgreSQL", on_pgsql, pg_open, pg_close);
}
