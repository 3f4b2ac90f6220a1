/* user_accounts_test: what each store of users owes to administrators who rename, disable and
 * delete users: the same for all stores. */
#ifndef USER_ACCOUNTS_TEST_H
#define USER_ACCOUNTS_TEST_H

#include "unit.h"

#include <apr_strings.h>

#include "user_store.h"

static void accounts_add(const user_store_verbs_t *verbs, void *handle, apr_int64_t id,
                         const char *name, int is_admin)
{
    user_t user = {.id = id,
                   .name = name,
                   .email = "who@example.org",
                   .password_hash = "hash",
                   .is_admin = is_admin,
                   .session_start = 1,
                   .session_end = 100};

    assert_int_equal(verbs->insert(handle, &user), APR_SUCCESS);
}

/* Whose name it is: an id; 0: nobody's; -1: that of several. */
static apr_int64_t accounts_owner(const user_store_verbs_t *verbs, void *handle, const char *name,
                                  apr_pool_t *p)
{
    user_t found;
    apr_status_t rv = verbs->find_name(handle, name, &found, p);

    assert_true(rv == APR_SUCCESS || rv == APR_NOTFOUND || rv == APR_EEXIST);
    return rv == APR_SUCCESS ? found.id : rv == APR_NOTFOUND ? 0 : -1;
}

/* Who is disabled has neither session nor token, gets none, and has them again afterwards, but not
 * those of before. */
static void accounts_test_disabled(const user_store_verbs_t *verbs, void *handle, apr_pool_t *p)
{
    static const unsigned char first[BK_TOKEN_DIGEST] = "first", second[BK_TOKEN_DIGEST] = "second";
    user_t found;

    accounts_add(verbs, handle, 7, "ann", 0);
    assert_int_equal(verbs->log_in(handle, 7, "hash", 10, 200, first), APR_SUCCESS);
    assert_int_equal(verbs->set_disabled(handle, 7, 1, 1), APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, first, 10, &found, p), APR_NOTFOUND);
    assert_int_equal(verbs->log_in(handle, 7, "hash", 10, 200, second), APR_EMISMATCH);
    assert_int_equal(verbs->find_token(handle, second, 10, &found, p), APR_NOTFOUND);
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), 0);
    assert_int_equal(verbs->find(handle, 7, &found, p), APR_SUCCESS);
    assert_true(found.is_disabled && found.session_end == 0 && !found.is_admin);
    assert_string_equal(found.password_hash, "hash");
    assert_int_equal(verbs->set_disabled(handle, 7, 0, 1), APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, first, 10, &found, p), APR_NOTFOUND);
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), 7);
    assert_int_equal(verbs->log_in(handle, 7, "hash", 10, 200, second), APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, second, 10, &found, p), APR_SUCCESS);
    assert_int_equal(verbs->set_disabled(handle, 8, 1, 1), APR_NOTFOUND);
}

static void accounts_test_deleted(const user_store_verbs_t *verbs, void *handle, apr_pool_t *p)
{
    static const unsigned char first[BK_TOKEN_DIGEST] = "first", second[BK_TOKEN_DIGEST] = "second",
                               third[BK_TOKEN_DIGEST] = "third";
    user_t found, again = {.id = 7, .name = "bob", .password_hash = "hash"};

    accounts_add(verbs, handle, 7, "ann", 0);
    assert_int_equal(verbs->log_in(handle, 7, "hash", 10, 200, first), APR_SUCCESS);
    assert_int_equal(verbs->remove(handle, 7, 1), APR_SUCCESS);
    assert_int_equal(verbs->find(handle, 7, &found, p), APR_NOTFOUND);
    assert_int_equal(verbs->find_token(handle, first, 10, &found, p), APR_NOTFOUND);
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), 0);
    assert_int_equal(accounts_owner(verbs, handle, "", p), 0);
    assert_int_equal(verbs->log_in(handle, 7, "hash", 10, 200, second), APR_EMISMATCH);
    assert_int_equal(verbs->log_in(handle, 7, "", 10, 200, third), APR_EMISMATCH);
    assert_int_equal(verbs->set_password(handle, 7, NULL, "new"), APR_NOTFOUND);
    assert_int_equal(verbs->set_admin(handle, 7, 1, 1), APR_NOTFOUND);
    assert_int_equal(verbs->set_disabled(handle, 7, 0, 1), APR_NOTFOUND);
    assert_int_equal(verbs->rename(handle, 7, "bob", 0), APR_NOTFOUND);
    assert_int_equal(verbs->log_out(handle, 7), APR_NOTFOUND);
    assert_int_equal(verbs->remove(handle, 7, 1), APR_NOTFOUND);
    /* The id is nobody's, for ever. */
    assert_int_equal(verbs->insert(handle, &again), APR_EEXIST);
    assert_int_equal(accounts_owner(verbs, handle, "bob", p), 0);
}

static void accounts_test_names(const user_store_verbs_t *verbs, void *handle, apr_pool_t *p)
{
    user_t third = {.id = 3, .name = "ann", .password_hash = "hash"};

    accounts_add(verbs, handle, 1, "ann", 0);
    accounts_add(verbs, handle, 2, "bob", 0);
    assert_int_equal(verbs->insert_unique(handle, &third), USER_NAME_TAKEN);
    assert_int_equal(verbs->find(handle, 3, &third, p), APR_NOTFOUND);
    assert_int_equal(verbs->rename(handle, 2, "ann", 1), USER_NAME_TAKEN);
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), 1);
    assert_int_equal(accounts_owner(verbs, handle, "bob", p), 2);
    assert_int_equal(verbs->rename(handle, 1, "ann", 1), APR_SUCCESS);
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), 1);
    assert_int_equal(verbs->rename(handle, 2, "ann", 0), APR_SUCCESS);
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), -1);
    assert_int_equal(accounts_owner(verbs, handle, "bob", p), 0);
    assert_int_equal(verbs->rename(handle, 1, "eve", 1), APR_SUCCESS);
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), 2);
    assert_int_equal(verbs->rename(handle, 1, "ann", 0), APR_SUCCESS);
    assert_int_equal(verbs->set_disabled(handle, 2, 1, 0), APR_SUCCESS);
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), 1);
    assert_int_equal(verbs->remove(handle, 1, 0), APR_SUCCESS);
    /* A disabled user's name is taken, a deleted one's is not. */
    third = (user_t){.id = 3, .name = "ann", .password_hash = "hash"};
    assert_int_equal(verbs->insert_unique(handle, &third), USER_NAME_TAKEN);
    assert_int_equal(verbs->remove(handle, 2, 0), APR_SUCCESS);
    assert_int_equal(verbs->insert_unique(handle, &third), APR_SUCCESS);
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), 3);
    third.name = "another";
    assert_int_equal(verbs->insert_unique(handle, &third), APR_EEXIST);
    assert_int_equal(verbs->rename(handle, 9, "ann", 1), APR_NOTFOUND);
    assert_int_equal(verbs->rename(handle, 9, "nobody's", 1), APR_NOTFOUND);
}

/* However many have a name: when all but one have left it, it is that one's. */
static void accounts_test_crowd(const user_store_verbs_t *verbs, void *handle, apr_pool_t *p)
{
    enum { CROWD = 300 };
    apr_int64_t id;

    for (id = 1; id <= CROWD; id++) {
        accounts_add(verbs, handle, id, "ann", 0);
    }
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), -1);
    for (id = 1; id <= CROWD; id++) {
        if (id % 3 == 0) {
            assert_int_equal(verbs->remove(handle, id, 0), APR_SUCCESS);
        }
        else if (id != 290) {
            assert_int_equal(verbs->rename(handle, id, "bob", 0), APR_SUCCESS);
        }
    }
    assert_int_equal(accounts_owner(verbs, handle, "ann", p), 290);
    assert_int_equal(accounts_owner(verbs, handle, "bob", p), -1);
}

static void accounts_test_last_admin(const user_store_verbs_t *verbs, void *handle, apr_pool_t *p)
{
    user_t found;

    accounts_add(verbs, handle, 1, "ann", 1);
    accounts_add(verbs, handle, 2, "bob", 0);
    assert_int_equal(verbs->set_admin(handle, 1, 0, 1), USER_LAST_ADMIN);
    assert_int_equal(verbs->set_disabled(handle, 1, 1, 1), USER_LAST_ADMIN);
    assert_int_equal(verbs->remove(handle, 1, 1), USER_LAST_ADMIN);
    assert_int_equal(verbs->find(handle, 1, &found, p), APR_SUCCESS);
    assert_true(found.is_admin && !found.is_disabled && found.session_end == 100);
    assert_int_equal(verbs->set_admin(handle, 1, 1, 1), APR_SUCCESS);
    assert_int_equal(verbs->set_admin(handle, 2, 0, 1), APR_SUCCESS);
    assert_int_equal(verbs->set_disabled(handle, 2, 1, 1), APR_SUCCESS);
    assert_int_equal(verbs->set_admin(handle, 2, 1, 1), APR_SUCCESS);
    assert_int_equal(verbs->remove(handle, 1, 1), USER_LAST_ADMIN);
    assert_int_equal(verbs->set_disabled(handle, 2, 0, 1), APR_SUCCESS);
    assert_int_equal(verbs->set_disabled(handle, 1, 1, 1), APR_SUCCESS);
    assert_int_equal(verbs->set_admin(handle, 2, 0, 1), USER_LAST_ADMIN);
    /* On the host it may be done: that can make another. */
    assert_int_equal(verbs->set_admin(handle, 2, 0, 0), APR_SUCCESS);
    assert_int_equal(verbs->set_admin(handle, 9, 0, 1), APR_NOTFOUND);
}

#endif
