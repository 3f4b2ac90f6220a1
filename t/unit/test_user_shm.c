#include "unit.h"

#include <stdlib.h>

#include <apr_strings.h>

#include "map_fixture.h"

#include "user_accounts_test.h"
#include "user_decided.h"

enum { SIZE = 1 << 20, HOUR = 3600 };

static const user_store_verbs_t *const verbs = &user_store_shm;

static void *store_new(apr_uint64_t size, apr_pool_t *p)
{
    void *handle;

    assert_int_equal(user_store_shm_schema.attach(&handle, map_memory(size), MAP_WAIT, p),
                     APR_SUCCESS);
    return handle;
}

static void assert_valid(void *handle, apr_pool_t *p)
{
    const char *wrong = user_store_shm_validate(handle, p);

    assert_that(!wrong, "%s", wrong);
}

static apr_status_t add(void *handle, apr_int64_t id, const char *name)
{
    user_t user = {id, name, NULL, "hash", 0, 10, 20};

    return verbs->insert(handle, &user);
}

static const unsigned char *digest_of(apr_int64_t number)
{
    static unsigned char digest[BK_TOKEN_DIGEST];

    memcpy(digest, &number, sizeof(number));
    return digest;
}

static apr_status_t log_in(void *handle, apr_int64_t id, apr_time_t now, apr_int64_t token)
{
    return verbs->log_in(handle, id, "hash", now, now + HOUR, digest_of(token));
}

static void test_users(void **state)
{
    user_t ann = {7, "ann", "ann@example.org", "hash", 1, 1, 2}, found;
    void *handle = store_new(SIZE, *state);

    assert_int_equal(verbs->find(handle, 7, &found, *state), APR_NOTFOUND);
    assert_int_equal(verbs->insert(handle, &ann), APR_SUCCESS);
    assert_int_equal(verbs->insert(handle, &ann), APR_EEXIST);
    assert_int_equal(verbs->find(handle, 7, &found, *state), APR_SUCCESS);
    assert_string_equal(found.name, "ann");
    assert_string_equal(found.email, "ann@example.org");
    assert_string_equal(found.password_hash, "hash");
    assert_true(found.is_admin && found.session_start == 1 && found.session_end == 2);
    assert_int_equal(verbs->set_admin(handle, 7, 0, 0), APR_SUCCESS);
    assert_int_equal(verbs->set_admin(handle, 8, 1, 0), APR_NOTFOUND);
    assert_int_equal(verbs->rehash(handle, 7, "hash", "another, longer hash"), APR_SUCCESS);
    assert_int_equal(verbs->rehash(handle, 7, "hash", "too late"), APR_EMISMATCH);
    assert_int_equal(verbs->find_name(handle, "ann", &found, *state), APR_SUCCESS);
    assert_false(found.is_admin);
    assert_string_equal(found.email, "ann@example.org");
    assert_string_equal(found.password_hash, "another, longer hash");
    assert_int_equal(found.session_end, 2);
    assert_valid(handle, *state);
}

static void test_names(void **state)
{
    void *handle = store_new(SIZE, *state);
    user_t found;

    assert_int_equal(verbs->find_name(handle, "bob", &found, *state), APR_NOTFOUND);
    assert_int_equal(add(handle, 1, "bob"), APR_SUCCESS);
    assert_int_equal(verbs->find_name(handle, "bob", &found, *state), APR_SUCCESS);
    assert_int_equal(found.id, 1);
    assert_null(found.email);
    assert_int_equal(add(handle, 2, "bob"), APR_SUCCESS);
    assert_int_equal(verbs->find_name(handle, "bob", &found, *state), APR_EEXIST);
    assert_int_equal(add(handle, 3, "bob"), APR_SUCCESS);
    assert_int_equal(verbs->find_name(handle, "bob", &found, *state), APR_EEXIST);
    assert_int_equal(verbs->find_name(handle, "bo", &found, *state), APR_NOTFOUND);
    assert_int_equal(verbs->find(handle, 2, &found, *state), APR_SUCCESS);
}

static void test_tokens(void **state)
{
    void *handle = store_new(SIZE, *state);
    user_t found;

    assert_int_equal(add(handle, 1, "ann"), APR_SUCCESS);
    assert_int_equal(add(handle, 2, "bob"), APR_SUCCESS);
    assert_int_equal(log_in(handle, 3, 100, 9), APR_EMISMATCH);
    assert_int_equal(log_in(handle, 1, 100, 10), APR_SUCCESS);
    assert_int_equal(log_in(handle, 1, 200, 11), APR_SUCCESS);
    assert_int_equal(log_in(handle, 2, 100, 20), APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, digest_of(10), 100 + HOUR - 1, &found, *state),
                     APR_SUCCESS);
    assert_true(found.id == 1 && found.session_start == 200 && found.session_end == 200 + HOUR);
    assert_int_equal(verbs->find_token(handle, digest_of(10), 100 + HOUR, &found, *state),
                     APR_NOTFOUND);
    assert_int_equal(verbs->find_token(handle, digest_of(12), 100, &found, *state), APR_NOTFOUND);

    assert_int_equal(verbs->log_out(handle, 1), APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, digest_of(11), 300, &found, *state), APR_NOTFOUND);
    assert_int_equal(verbs->find(handle, 1, &found, *state), APR_SUCCESS);
    assert_true(found.session_start == 200 && found.session_end == 0);
    assert_int_equal(verbs->find_token(handle, digest_of(20), 300, &found, *state), APR_SUCCESS);
    assert_int_equal(log_in(handle, 1, 400, 13), APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, digest_of(13), 400, &found, *state), APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, digest_of(11), 400, &found, *state), APR_NOTFOUND);
    assert_int_equal(verbs->set_password(handle, 1, "hash", "new"), APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, digest_of(13), 500, &found, *state), APR_NOTFOUND);
    assert_int_equal(verbs->find(handle, 1, &found, *state), APR_SUCCESS);
    assert_string_equal(found.password_hash, "new");
    assert_valid(handle, *state);
}

static void test_decided(void **state)
{
    void *handle = store_new(SIZE, *state);

    decided_test(verbs, handle, *state);
    assert_valid(handle, *state);
}

static void test_ended(void **state)
{
    decided_test_ended(verbs, store_new(SIZE, *state), *state);
}

static void test_decided_disabled(void **state)
{
    decided_test_disabled(verbs, store_new(SIZE, *state), *state);
}

static void test_cost(void **state)
{
    decided_test_cost(verbs, store_new(SIZE, *state), *state);
}

/* Log in until there is no room; the number of the token that was refused. */
static apr_int64_t fill_tokens(void *handle, apr_int64_t id, apr_time_t now, apr_int64_t first)
{
    while (log_in(handle, id, now, first) == APR_SUCCESS) {
        first++;
    }
    return first;
}

/* No room for a token: the session stays as it is, and logging out still works. What is over, or
 * was revoked, makes room. */
static void test_full_of_tokens(void **state)
{
    void *handle = store_new(SIZE, *state);
    apr_int64_t refused;
    user_t found;

    assert_int_equal(add(handle, 1, "ann"), APR_SUCCESS);
    assert_int_equal(add(handle, 2, "bob"), APR_SUCCESS);
    refused = fill_tokens(handle, 1, 1000, 1);
    assert_true(refused > 1000);
    assert_int_equal(log_in(handle, 1, 2000, refused), APR_ENOSPC);
    assert_int_equal(verbs->find(handle, 1, &found, *state), APR_SUCCESS);
    assert_int_equal(found.session_start, 1000);
    assert_int_equal(verbs->find_token(handle, digest_of(refused - 1), 1000, &found, *state),
                     APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, digest_of(refused), 1000, &found, *state),
                     APR_NOTFOUND);
    assert_int_equal(verbs->log_out(handle, 1), APR_SUCCESS);
    usleep(1100000);
    assert_int_equal(log_in(handle, 2, 1500, refused), APR_SUCCESS);
    refused = fill_tokens(handle, 2, 1500, refused + 1);
    assert_valid(handle, *state);
    usleep(1100000);
    assert_int_equal(log_in(handle, 2, 1500 + HOUR, refused), APR_SUCCESS);
    assert_int_equal(verbs->find_token(handle, digest_of(refused), 1500 + HOUR, &found, *state),
                     APR_SUCCESS);
    assert_valid(handle, *state);
}

/* Full of users, or of names: who is refused is not there, by id or by name. */
static void test_full_of_users(void **state)
{
    void *handle = store_new(SIZE, *state);
    apr_int64_t id = 0, last;
    user_t found;
    const char *name;

    do {
        id++;
        name = apr_psprintf(*state, "%0300" APR_INT64_T_FMT, id);
    } while (add(handle, id, name) == APR_SUCCESS);
    assert_true(id > 400);
    assert_int_equal(verbs->find(handle, id, &found, *state), APR_NOTFOUND);
    assert_int_equal(verbs->find_name(handle, name, &found, *state), APR_NOTFOUND);
    for (last = 1; last < id; last++) {
        assert_int_equal(verbs->find(handle, last, &found, *state), APR_SUCCESS);
        assert_int_equal(verbs->set_password(handle, last, NULL, "hush"), APR_SUCCESS);
    }
    assert_valid(handle, *state);
}

static apr_status_t note(void *baton, const user_t *user)
{
    apr_int64_t *last = baton;

    assert_true(user->id > *last);
    *last = user->id;
    return user->id == 90 ? APR_EOF : APR_SUCCESS;
}

static void test_each(void **state)
{
    void *handle = store_new(SIZE, *state);
    apr_int64_t id, last = 0;

    for (id = 100; id > 0; id -= 10) {
        assert_int_equal(add(handle, id, "ann"), APR_SUCCESS);
    }
    assert_int_equal(verbs->each(handle, note, &last, *state), APR_EOF);
    assert_int_equal(last, 90);
}

static void test_disabled(void **state)
{
    void *handle = store_new(SIZE, *state);

    accounts_test_disabled(verbs, handle, *state);
    assert_valid(handle, *state);
}

static void test_deleted(void **state)
{
    void *handle = store_new(SIZE, *state);

    accounts_test_deleted(verbs, handle, *state);
    assert_valid(handle, *state);
}

static void test_other_names(void **state)
{
    void *handle = store_new(SIZE, *state);

    accounts_test_names(verbs, handle, *state);
    assert_valid(handle, *state);
}

static void test_crowd(void **state)
{
    void *handle = store_new(SIZE, *state);

    accounts_test_crowd(verbs, handle, *state);
    assert_valid(handle, *state);
}

static void test_last_admin(void **state)
{
    void *handle = store_new(SIZE, *state);

    accounts_test_last_admin(verbs, handle, *state);
    assert_valid(handle, *state);
}

/* ---- killed -------------------------------------------------------------------------------------
 */

enum { WORKERS = 4, USERS = 8000, KILLS = 150 };

typedef enum { UNKNOWN, SIGNED_UP, LOGGED_IN } stage_t;

typedef struct shared_t {
    void *handle;
    _Atomic int stages[WORKERS][USERS]; /* what was acknowledged */
    _Atomic int begun[WORKERS];
    _Atomic int wrong;
} shared_t;

static apr_int64_t id_of(int number, int i)
{
    return number * 100000 + i + 1;
}

static const char *name_of(apr_int64_t id, apr_pool_t *p)
{
    return apr_psprintf(p, "user %" APR_INT64_T_FMT, id);
}

static void expect(shared_t *shared, apr_status_t wanted, apr_status_t rv)
{
    atomic_fetch_add(&shared->wrong, rv != wanted);
}

static void live(shared_t *shared, int number, int i, apr_pool_t *p)
{
    const apr_int64_t id = id_of(number, i);
    user_t found;

    expect(shared, APR_SUCCESS, add(shared->handle, id, name_of(id, p)));
    atomic_store(&shared->stages[number][i], SIGNED_UP);
    expect(shared, APR_SUCCESS, log_in(shared->handle, id, 100, 2 * id));
    expect(shared, APR_SUCCESS,
           verbs->find_token(shared->handle, digest_of(2 * id), 100, &found, p));
    expect(shared, APR_SUCCESS, verbs->log_out(shared->handle, id));
    expect(shared, APR_NOTFOUND,
           verbs->find_token(shared->handle, digest_of(2 * id), 100, &found, p));
    expect(shared, APR_SUCCESS, log_in(shared->handle, id, 200, 2 * id + 1));
    atomic_store(&shared->stages[number][i], LOGGED_IN);
    apr_pool_clear(p);
}

static void work(void *data, int number)
{
    shared_t *shared = data;
    apr_pool_t *p;
    int i;

    apr_pool_create(&p, NULL);
    while ((i = atomic_fetch_add(&shared->begun[number], 1)) < USERS) {
        live(shared, number, i, p);
    }
    for (;;) {
        pause();
    }
}

/* @return how many of the worker's users came all the way */
static int check_acknowledged(shared_t *shared, int number, apr_pool_t *p)
{
    int i, all_the_way = 0;

    for (i = 0; i < USERS; i++) {
        const apr_int64_t id = id_of(number, i);
        user_t found;

        if (atomic_load(&shared->stages[number][i]) >= SIGNED_UP) {
            assert_int_equal(verbs->find(shared->handle, id, &found, p), APR_SUCCESS);
            assert_int_equal(verbs->find_name(shared->handle, name_of(id, p), &found, p),
                             APR_SUCCESS);
            assert_int_equal(found.id, id);
        }
        if (atomic_load(&shared->stages[number][i]) == LOGGED_IN) {
            assert_int_equal(
                verbs->find_token(shared->handle, digest_of(2 * id + 1), 250, &found, p),
                APR_SUCCESS);
            assert_int_equal(found.id, id);
            all_the_way++;
        }
    }
    return all_the_way;
}

static void test_killed_anywhere(void **state)
{
    shared_t *shared = crowd_memory(sizeof(*shared));
    uint64_t seed = 8;
    pid_t pids[WORKERS];
    int i, kills, total = 0;

    shared->handle = store_new(64 * SIZE, *state);
    for (i = 0; i < WORKERS; i++) {
        pids[i] = crowd_child(1, work, shared, i);
    }
    for (kills = 0; kills < KILLS; kills++) {
        i = (int)unit_random_in(&seed, 0, WORKERS - 1);
        usleep((useconds_t)unit_random_in(&seed, 0, 600));
        crowd_kill(pids[i]);
        pids[i] = crowd_child(1, work, shared, i);
    }
    for (i = 0; i < WORKERS; i++) {
        crowd_kill(pids[i]);
        total += check_acknowledged(shared, i, *state);
    }
    assert_int_equal(atomic_load(&shared->wrong), 0);
    assert_valid(shared->handle, *state);
    print_message("           %d kills survived, %d users\n", KILLS + WORKERS, total);
    assert_true(total > 100);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_users),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_full_of_tokens),
        cmocka_unit_test(test_full_of_users),
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_disabled),
        cmocka_unit_test(test_deleted),
        cmocka_unit_test(test_other_names),
        cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_last_admin),
        cmocka_unit_test(test_cost),
        cmocka_unit_test(test_decided),
        cmocka_unit_test(test_ended),
        cmocka_unit_test(test_decided_disabled),
        cmocka_unit_test(test_killed_anywhere),
    };

    return cmocka_run_group_tests_name("user_store_shm", tests, unit_pool_open, unit_pool_close);
}
