#include "db_fixture.h"

#include "user_store.h"

static const user_store_verbs_t *const verbs = &user_store_dbd;

/* Whoever logs in while their password is changed must not bring back the old one, hashed anew. */
static void test_rehash(void **state)
{
    db_conn_t *conn = db_open(db_new_path(), &user_store_dbd_schema);
    user_t user = {.id = 7, .name = "ann", .password_hash = "old"};

    assert_int_equal(verbs->insert(conn->db, &user), APR_SUCCESS);
    assert_int_equal(verbs->rehash(conn->db, 7, "old", "old at a higher cost"), APR_SUCCESS);
    assert_int_equal(verbs->find(conn->db, 7, &user, conn->p), APR_SUCCESS);
    assert_string_equal(user.password_hash, "old at a higher cost");

    assert_int_equal(verbs->set_password(conn->db, 7, "new", 1), APR_SUCCESS);
    assert_int_equal(verbs->rehash(conn->db, 7, "old at a higher cost", "old, too late"),
                     APR_SUCCESS);
    assert_int_equal(verbs->find(conn->db, 7, &user, conn->p), APR_SUCCESS);
    assert_string_equal(user.password_hash, "new");
    db_close(conn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rehash),
    };

    return cmocka_run_group_tests(tests, db_folder_open, db_folder_close);
}
