/* user_decided: what each store of users owes to those who change a password while others use it:
 * the same for all stores. */
#ifndef USER_DECIDED_H
#define USER_DECIDED_H

#include "unit.h"

#include "user_store.h"

enum { DECIDED_HOUR = 3600 };

static apr_status_t decided_log_in(const user_store_verbs_t *verbs, void *handle, const char *was,
                                   const unsigned char *digest)
{
    return verbs->log_in(handle, 7, was, 100, 100 + DECIDED_HOUR, digest);
}

/* What was decided by a hash that has been replaced is not done; what was decided by the one that
 * is there now is. */
static inline void decided_test(const user_store_verbs_t *verbs, void *handle, apr_pool_t *p)
{
    static const unsigned char first[BK_TOKEN_DIGEST] = "first", second[BK_TOKEN_DIGEST] = "second";
    user_t user = {.id = 7, .name = "ann", .password_hash = "old"}, found;

    assert_int_equal(verbs->insert(handle, &user), APR_SUCCESS);
    assert_int_equal(verbs->rehash(handle, 7, "old", "old, dearer"), APR_SUCCESS);
    assert_int_equal(verbs->rehash(handle, 7, "old", "old, again"), APR_EMISMATCH);
    assert_int_equal(decided_log_in(verbs, handle, "old", first), APR_EMISMATCH);
    assert_int_equal(decided_log_in(verbs, handle, "old, dearer", first), APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, first, 100, &found, p), APR_SUCCESS);
    assert_true(found.session_start == 100 && found.session_end == 100 + DECIDED_HOUR);

    assert_int_equal(verbs->set_password(handle, 7, "old", "hers"), APR_EMISMATCH);
    assert_int_equal(verbs->find_token(handle, first, 100, &found, p), APR_SUCCESS);
    assert_string_equal(found.password_hash, "old, dearer");
    assert_int_equal(verbs->set_password(handle, 7, "old, dearer", "hers"), APR_SUCCESS);
    assert_int_equal(verbs->set_password(handle, 7, "old, dearer", "a thief's"), APR_EMISMATCH);
    assert_int_equal(verbs->rehash(handle, 7, "old, dearer", "old, too late"), APR_EMISMATCH);
    assert_int_equal(decided_log_in(verbs, handle, "old, dearer", second), APR_EMISMATCH);
    assert_int_equal(verbs->find_token(handle, first, 100, &found, p), APR_NOTFOUND);
    assert_int_equal(verbs->find_token(handle, second, 100, &found, p), APR_NOTFOUND);
    assert_int_equal(verbs->find(handle, 7, &found, p), APR_SUCCESS);
    assert_string_equal(found.password_hash, "hers");
    assert_int_equal(found.session_end, 0);

    assert_int_equal(verbs->set_password(handle, 7, NULL, "an administrator's"), APR_SUCCESS);
    assert_int_equal(verbs->set_password(handle, 8, NULL, "nobody's"), APR_NOTFOUND);
    assert_int_equal(verbs->set_password(handle, 8, "was", "nobody's"), APR_EMISMATCH);
    assert_int_equal(verbs->log_in(handle, 8, "was", 100, 200, first), APR_EMISMATCH);
    assert_int_equal(verbs->log_out(handle, 8), APR_NOTFOUND);
}

/* A session that was ended is over by any clock, and so is that of a new password. */
static inline void decided_test_ended(const user_store_verbs_t *verbs, void *handle, apr_pool_t *p)
{
    static const unsigned char first[BK_TOKEN_DIGEST] = "first", second[BK_TOKEN_DIGEST] = "second";
    user_t user = {.id = 7, .name = "ann", .password_hash = "hash"}, found;

    assert_int_equal(verbs->insert(handle, &user), APR_SUCCESS);
    assert_int_equal(decided_log_in(verbs, handle, "hash", first), APR_SUCCESS);
    assert_int_equal(verbs->log_out(handle, 7), APR_SUCCESS);
    assert_int_equal(verbs->find(handle, 7, &found, p), APR_SUCCESS);
    assert_int_equal(found.session_end, 0);
    assert_int_equal(verbs->find_token(handle, first, 0, &found, p), APR_NOTFOUND);
    assert_int_equal(decided_log_in(verbs, handle, "hash", second), APR_SUCCESS);
    assert_int_equal(verbs->set_password(handle, 7, "hash", "new"), APR_SUCCESS);
    assert_int_equal(verbs->find(handle, 7, &found, p), APR_SUCCESS);
    assert_int_equal(found.session_end, 0);
}

/* A password decides nothing for a user who is disabled; whoever needs none to decide may give one.
 */
static inline void decided_test_disabled(const user_store_verbs_t *verbs, void *handle,
                                         apr_pool_t *p)
{
    user_t user = {.id = 7, .name = "ann", .password_hash = "hash"}, found;

    assert_int_equal(verbs->insert(handle, &user), APR_SUCCESS);
    assert_int_equal(verbs->set_disabled(handle, 7, 1, 0), APR_SUCCESS);
    assert_int_equal(verbs->set_password(handle, 7, "hash", "hers"), APR_EMISMATCH);
    assert_int_equal(verbs->rehash(handle, 7, "hash", "hash, dearer"), APR_EMISMATCH);
    assert_int_equal(verbs->find(handle, 7, &found, p), APR_SUCCESS);
    assert_string_equal(found.password_hash, "hash");
    assert_int_equal(verbs->set_password(handle, 7, NULL, "an administrator's"), APR_SUCCESS);
    assert_int_equal(verbs->set_disabled(handle, 7, 0, 0), APR_SUCCESS);
    assert_int_equal(verbs->set_password(handle, 7, "an administrator's", "hers"), APR_SUCCESS);
}

/* The cost of the dearest hash that there is; a store that forgets when it is gone may, and one
 * that does not, too. */
static inline void decided_test_cost(const user_store_verbs_t *verbs, void *handle, apr_pool_t *p)
{
    user_t user = {.id = 7, .name = "ann", .password_hash = "$2y$10$ann"};
    int cost = 99;

    assert_int_equal(verbs->highest_cost(handle, &cost, p), APR_SUCCESS);
    assert_int_equal(cost, 0);
    assert_int_equal(verbs->insert(handle, &user), APR_SUCCESS);
    assert_int_equal(verbs->highest_cost(handle, &cost, p), APR_SUCCESS);
    assert_int_equal(cost, 10);
    user = (user_t){.id = 8, .name = "bob", .password_hash = "$1$zz of another kind"};
    assert_int_equal(verbs->insert(handle, &user), APR_SUCCESS);
    user = (user_t){.id = 9, .name = "cid", .password_hash = "$2y$04$cid"};
    assert_int_equal(verbs->insert(handle, &user), APR_SUCCESS);
    assert_int_equal(verbs->highest_cost(handle, &cost, p), APR_SUCCESS);
    assert_int_equal(cost, 10);
    assert_int_equal(verbs->set_password(handle, 9, "$2y$04$cid", "$2y$14$cid"), APR_SUCCESS);
    assert_int_equal(verbs->highest_cost(handle, &cost, p), APR_SUCCESS);
    assert_int_equal(cost, 14);
}

#endif
