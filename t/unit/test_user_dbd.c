#include "db_fixture.h"

#include "user_accounts_test.h"
#include "user_decided.h"

typedef void user_test_t(const user_store_verbs_t *verbs, void *handle, apr_pool_t *p);

static void run(user_test_t *test)
{
    db_conn_t *conn = db_open(db_new_path(), &user_store_dbd_schema);

    test(&user_store_dbd, conn->db, conn->p);
    db_close(conn);
}

static void test_decided(void **state)
{
    run(decided_test);
}

static void test_ended(void **state)
{
    run(decided_test_ended);
}

static void test_disabled(void **state)
{
    run(accounts_test_disabled);
}

static void test_deleted(void **state)
{
    run(accounts_test_deleted);
}

static void test_names(void **state)
{
    run(accounts_test_names);
}

static void test_crowd(void **state)
{
    run(accounts_test_crowd);
}

static void test_last_admin(void **state)
{
    run(accounts_test_last_admin);
}

/* Users who were there before there was a state go on as they are. */
static void test_older_table(void **state)
{
    const bk_db_sql_t first[2] = {user_store_dbd_schema.steps[0], {NULL}};
    bk_db_schema_t older = user_store_dbd_schema;
    const char *path = db_new_path();
    db_conn_t *conn;
    user_t found;

    older.steps = first;
    conn = db_open(path, &older);
    assert_int_equal(db_raw(conn, "INSERT INTO users VALUES (7, 'ann', NULL, 'hash', 1, 1, 100)"),
                     SQLITE_OK);
    db_close(conn);
    conn = db_open(path, &user_store_dbd_schema);
    assert_int_equal(user_store_dbd.find(conn->db, 7, &found, conn->p), APR_SUCCESS);
    assert_true(found.is_admin && !found.is_disabled && found.session_end == 100);
    assert_int_equal(user_store_dbd.set_disabled(conn->db, 7, 1, 1), USER_LAST_ADMIN);
    db_close(conn);
}

static void test_decided_disabled(void **state)
{
    run(decided_test_disabled);
}

static void test_cost(void **state)
{
    run(decided_test_cost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decided),
        cmocka_unit_test(test_ended),
        cmocka_unit_test(test_decided_disabled),
        cmocka_unit_test(test_disabled),
        cmocka_unit_test(test_deleted),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_last_admin),
        cmocka_unit_test(test_older_table),
        cmocka_unit_test(test_cost),
    };

    return cmocka_run_group_tests(tests, db_folder_open, db_folder_close);
}
