#include "db_fixture.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decided),
        cmocka_unit_test(test_ended),
    };

    return cmocka_run_group_tests(tests, db_folder_open, db_folder_close);
}
