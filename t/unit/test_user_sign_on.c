/* What signing on writes, on SQLite and on PostgreSQL. */
#include "both_fixture.h"

#include <pthread.h>

#include <apr_strings.h>

#include "user_store_v1.h"

static const user_store_v1_verbs_t *const v1 = &user_store_v1_dbd;

static bk_db_t *open_store(apr_pool_t *p)
{
    bk_db_t *db;

    assert_int_equal(both_attach(&db, &user_store_dbd_schema, p), APR_SUCCESS);
    return db;
}

static void add(bk_db_t *db, apr_int64_t id, const char *identity)
{
    const user_v1_t user = {.id = id,
                            .name = identity,
                            .password_hash = "",
                            .login = identity,
                            .login_key = identity,
                            .identity = identity};

    assert_int_equal(v1->insert(db, &user), APR_SUCCESS);
}

static user_v1_t find(bk_db_t *db, apr_int64_t id, apr_pool_t *p)
{
    user_v1_t user;

    assert_int_equal(v1->find(db, id, &user, p), APR_SUCCESS);
    return user;
}

static apr_status_t say(bk_db_t *db, apr_int64_t id, const char *identity, const char *name,
                        const char *const *groups, int count, apr_time_t now)
{
    const user_sign_on_t said = {
        .identity = identity, .display_name = name, .groups = groups, .group_count = count};

    return v1->sign_on(db, id, &said, now);
}

static void test_groups(void **state)
{
    static const char *const first[] = {"desk", "staff"}, *const then[] = {"it", "staff"};
    bk_db_t *db = open_store(*state);

    add(db, 1, "ann");
    add(db, 2, "bob");
    assert_int_equal(say(db, 1, "ann", NULL, first, 2, 100), APR_SUCCESS);
    assert_int_equal(say(db, 2, "bob", NULL, first, 1, 100), APR_SUCCESS);
    assert_string_equal(find(db, 1, *state).groups, "desk,staff");
    assert_int_equal(say(db, 1, "ann", NULL, then, 2, 200), APR_SUCCESS);
    assert_string_equal(find(db, 1, *state).groups, "it,staff");
    assert_string_equal(find(db, 2, *state).groups, "desk");
    /* what is not said stays */
    assert_int_equal(say(db, 1, "ann", NULL, NULL, -1, 300), APR_SUCCESS);
    assert_string_equal(find(db, 1, *state).groups, "it,staff");
    assert_int_equal(say(db, 1, "ann", NULL, NULL, 0, 400), APR_SUCCESS);
    assert_null(find(db, 1, *state).groups);
}

/* The version counts changes, and signing on is none. */
static void test_version(void **state)
{
    static const char *const groups[] = {"staff"};
    bk_db_t *db = open_store(*state);
    user_v1_t user;

    add(db, 1, "ann");
    assert_int_equal(say(db, 1, "ann", "Ann", groups, 1, 100), APR_SUCCESS);
    user = find(db, 1, *state);
    assert_int_equal(user.version, 2);
    assert_int_equal(user.changed, 100);
    assert_int_equal(user.signed_on, 100);
    assert_string_equal(user.display_name, "Ann");
    assert_int_equal(say(db, 1, "ann", "Ann", groups, 1, 200), APR_SUCCESS);
    user = find(db, 1, *state);
    assert_int_equal(user.version, 2);
    assert_int_equal(user.changed, 100);
    assert_int_equal(user.signed_on, 200);
    assert_int_equal(say(db, 1, "ann", NULL, groups, 1, 300), APR_SUCCESS);
    assert_string_equal(find(db, 1, *state).display_name, "Ann");
    assert_int_equal(find(db, 1, *state).version, 2);
    assert_int_equal(say(db, 1, "ann", "Ann Other", groups, 1, 400), APR_SUCCESS);
    assert_int_equal(find(db, 1, *state).version, 3);
    assert_int_equal(say(db, 1, "ann", "Ann Other", NULL, 0, 500), APR_SUCCESS);
    assert_int_equal(find(db, 1, *state).version, 4);
}

static void test_refused(void **state)
{
    static const char *const groups[] = {"staff"};
    bk_db_t *db = open_store(*state);

    add(db, 1, "ann");
    assert_int_equal(say(db, 1, "bob", NULL, groups, 1, 100), APR_NOTFOUND);
    assert_int_equal(say(db, 2, "ann", NULL, groups, 1, 100), APR_NOTFOUND);
    assert_int_equal(user_store_dbd.set_disabled(db, 1, 1, 0), APR_SUCCESS);
    assert_int_equal(say(db, 1, "ann", NULL, groups, 1, 100), APR_NOTFOUND);
    assert_null(find(db, 1, *state).groups);
    assert_int_equal(find(db, 1, *state).signed_on, 0);
    assert_int_equal(user_store_dbd.set_disabled(db, 1, 0, 0), APR_SUCCESS);
    assert_int_equal(say(db, 1, "ann", NULL, groups, 1, 100), APR_SUCCESS);
}

static void test_identity_is_unique(void **state)
{
    const user_v1_t other = {.id = 2, .name = "x", .password_hash = "", .identity = "ann"};
    bk_db_t *db = open_store(*state);

    add(db, 1, "ann");
    assert_int_equal(v1->insert(db, &other), APR_EEXIST);
}

#define CROWD 8
#define ROUNDS 25

typedef struct member_t {
    bk_db_t *db;
    const char *const *groups;
    int count;
    apr_status_t rv;
} member_t;

static void *sign_on_often(void *data)
{
    member_t *member = data;
    int i;

    for (i = 0; member->rv == APR_SUCCESS && i < ROUNDS; i++) {
        member->rv = say(member->db, 1, "ann", NULL, member->groups, member->count, 100 + i);
    }
    return NULL;
}

/* One person who signs on from several places at once, with what differs each time: in the end the
 * groups are those of one of them. */
static void test_at_once(void **state)
{
    static const char *const one[] = {"a", "b", "c"}, *const other[] = {"b", "d"};
    member_t members[CROWD];
    pthread_t threads[CROWD];
    bk_db_t *db = open_store(*state);
    const char *groups;
    int i;

    add(db, 1, "ann");
    for (i = 0; i < CROWD; i++) {
        members[i] =
            (member_t){open_store(*state), i % 2 ? one : other, i % 2 ? 3 : 2, APR_SUCCESS};
    }
    for (i = 0; i < CROWD; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, sign_on_often, &members[i]), 0);
    }
    for (i = 0; i < CROWD; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(members[i].rv, APR_SUCCESS);
    }
    groups = find(db, 1, *state).groups;
    assert_that(strcmp(groups, "a,b,c") == 0 || strcmp(groups, "b,d") == 0,
                "the groups are '%s', which nobody said", groups);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_groups, both_renew),
        cmocka_unit_test_setup(test_version, both_renew),
        cmocka_unit_test_setup(test_refused, both_renew),
        cmocka_unit_test_setup(test_identity_is_unique, both_renew),
        cmocka_unit_test_setup(test_at_once, both_renew),
    };

    return both_run("user_sign_on", tests);
}
