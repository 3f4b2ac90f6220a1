#include "unit.h"

#include <stdlib.h>

#include "map_fixture.h"

/* Workers have keys of their own, of which they keep books, and keys that they all write to. They
 * are killed anywhere, and others go on with their books; the parent looks at every cell meanwhile.
 */
enum { WORKERS = 4, OWN = 150, COMMON = 20, MOST = 500, KILLS = 400 };

typedef struct entry_t {
    _Atomic apr_int64_t before, after; /* versions; 0: not there. They differ while it changes */
} entry_t;

typedef struct shared_t {
    bk_map_t map;
    entry_t books[WORKERS][OWN];
    _Atomic apr_int64_t versions; /* drawn so far */
    _Atomic apr_int64_t done, wrong, full;
} shared_t;

static apr_int64_t find_version(shared_t *shared, apr_int64_t key)
{
    bk_map_value_t found;
    apr_status_t rv = bk_map_find(&shared->map, bk_map_int(&key), &found);

    return rv == APR_NOTFOUND ? 0 : rv == APR_SUCCESS ? map_version(key, found.value, MOST) : -1;
}

/* What the map has of a key is what the books say it was before, or after. */
static int agrees(shared_t *shared, int number, int i)
{
    entry_t *entry = &shared->books[number][i];
    apr_int64_t version = find_version(shared, number * 1000 + i);
    int ok = version == atomic_load(&entry->before) || version == atomic_load(&entry->after);

    atomic_store(&entry->after, version);
    atomic_store(&entry->before, version);
    return ok;
}

static apr_status_t change(shared_t *shared, apr_int64_t key, apr_int64_t version)
{
    map_made_t made;

    return version ? bk_map_put(&shared->map, bk_map_int(&key), map_make(&made, key, version, MOST))
                   : bk_map_remove(&shared->map, bk_map_int(&key));
}

static void change_own(shared_t *shared, int number, int i, int put)
{
    entry_t *entry = &shared->books[number][i];
    apr_int64_t before = atomic_load(&entry->before);
    apr_status_t rv;

    atomic_store(&entry->after, put ? atomic_fetch_add(&shared->versions, 1) + 1 : 0);
    rv = change(shared, number * 1000 + i, atomic_load(&entry->after));
    if (rv == APR_ENOSPC) {
        atomic_fetch_add(&shared->full, 1);
        atomic_store(&entry->after, before);
    }
    else if (rv != APR_SUCCESS && !(rv == APR_NOTFOUND && before == 0)) {
        atomic_fetch_add(&shared->wrong, 1);
    }
    atomic_store(&entry->before, atomic_load(&entry->after));
}

static void work(void *data, int number)
{
    shared_t *shared = data;
    uint64_t seed = (uint64_t)crowd_usec() * 4 + (uint64_t)number + 1;
    int i;

    for (i = 0; i < OWN; i++) {
        if (!agrees(shared, number, i)) {
            atomic_fetch_add(&shared->wrong, 1);
        }
    }
    for (;;) {
        apr_int64_t common = 900000 + unit_random_in(&seed, 0, COMMON - 1);
        int own = (int)unit_random_in(&seed, 0, OWN - 1);

        change_own(shared, number, own, unit_random_in(&seed, 0, 2) > 0);
        if (!agrees(shared, number, own) || find_version(shared, common) < 0) {
            atomic_fetch_add(&shared->wrong, 1);
        }
        (void)change(shared, common,
                     unit_random_in(&seed, 0, 2) ? atomic_fetch_add(&shared->versions, 1) + 1 : 0);
        if (find_version(shared, common) < 0) {
            atomic_fetch_add(&shared->wrong, 1);
        }
        atomic_fetch_add(&shared->done, 1);
    }
}

static void check_books(shared_t *shared)
{
    int number, i;

    for (number = 0; number < WORKERS; number++) {
        for (i = 0; i < OWN; i++) {
            assert_that(agrees(shared, number, i), "key %d of worker %d is not as acknowledged", i,
                        number);
        }
    }
}

static void kill_and_replace(shared_t *shared, apr_pool_t *p)
{
    pid_t pids[WORKERS];
    uint64_t seed = 42;
    int i, kills;

    for (i = 0; i < WORKERS; i++) {
        pids[i] = crowd_child(1, work, shared, i);
    }
    for (kills = 0; kills < KILLS; kills++) {
        i = (int)unit_random_in(&seed, 0, WORKERS - 1);
        usleep((useconds_t)unit_random_in(&seed, 0, 5000));
        crowd_kill(pids[i]);
        if (kills % 16 == 0) {
            map_assert_valid(&shared->map, p);
        }
        pids[i] = crowd_child(1, work, shared, i);
    }
    for (i = 0; i < WORKERS; i++) {
        crowd_kill(pids[i]);
    }
}

static apr_int64_t crowd(apr_uint64_t size, apr_pool_t *p)
{
    shared_t *shared = crowd_memory(sizeof(*shared));

    shared->map = map_new(size);
    kill_and_replace(shared, p);
    check_books(shared);
    map_assert_valid(&shared->map, p);
    assert_int_equal(atomic_load(&shared->wrong), 0);
    print_message(
        "           %d kills survived, %d rounds of writes, %d refused for want of room\n",
        KILLS + WORKERS, (int)atomic_load(&shared->done), (int)atomic_load(&shared->full));
    apr_pool_clear(p);
    return atomic_load(&shared->full);
}

static void test_killed_anywhere(void **state)
{
    assert_int_equal(crowd(4 << 20, *state), 0);
}

/* With room for about half of it. */
static void test_killed_when_full(void **state)
{
    assert_true(crowd(BK_MAP_LEAST * 4, *state) > 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_anywhere),
        cmocka_unit_test(test_killed_when_full),
    };

    return cmocka_run_group_tests_name("bk_map, many processes", tests, unit_pool_open,
                                       unit_pool_close);
}
