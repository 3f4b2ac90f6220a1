#include "unit.h"

#include "bk_versions.h"
#include "crowd.h"

#define TTL 5000

static bk_versions_t *versions_new(apr_uint64_t origin, apr_int64_t now)
{
    bk_versions_t *versions = crowd_memory(sizeof(*versions));

    bk_versions_begin(versions, origin, now);
    return versions;
}

/* What was taken before a write does not hold after it, whatever was taken in between. */
static void test_own(void **state)
{
    bk_versions_t *versions = versions_new(7, 0);
    bk_version_t before = bk_versions_take(versions, 42), after;

    assert_true(bk_versions_hold(versions, &before, 1, TTL));
    assert_true(bk_versions_hold(versions, &before, 1000000, TTL));
    bk_versions_move(versions, 42, 10);
    assert_false(bk_versions_hold(versions, &before, 10, TTL));
    after = bk_versions_take(versions, 42);
    assert_true(bk_versions_hold(versions, &after, 10, TTL));
    assert_false(bk_versions_hold(versions, &before, 1000000, TTL));
}

/* A write ends what has the same counter, and nothing else. */
static void test_counters(void **state)
{
    bk_versions_t *versions = versions_new(7, 0);
    bk_version_t taken[BK_VERSIONS];
    int i;

    for (i = 0; i < BK_VERSIONS; i++) {
        taken[i] = bk_versions_take(versions, (apr_uint64_t)i);
    }
    bk_versions_move(versions, 3 + BK_VERSIONS, 10);
    for (i = 0; i < BK_VERSIONS; i++) {
        assert_that(bk_versions_hold(versions, &taken[i], 10, TTL) == (i != 3), "counter %d", i);
    }
}

/* Another host's holds, but for what was written here while it could have been read, and for the
 * first moments, of which an earlier run may know more. */
static void test_foreign(void **state)
{
    bk_versions_t *here = versions_new(7, 100), *there = versions_new(8, 100);
    bk_version_t taken = bk_versions_take(there, 42);

    assert_false(bk_versions_hold(here, &taken, 100, TTL));
    assert_false(bk_versions_hold(here, &taken, 100 + TTL, TTL));
    assert_true(bk_versions_hold(here, &taken, 101 + TTL, TTL));
    bk_versions_move(here, 42, 10000);
    assert_false(bk_versions_hold(here, &taken, 10000 + TTL, TTL));
    assert_true(bk_versions_hold(here, &taken, 10001 + TTL, TTL));
    taken = bk_versions_take(there, 43);
    assert_true(bk_versions_hold(here, &taken, 10000, TTL));
}

static void test_nonsense(void **state)
{
    bk_versions_t *versions = versions_new(0, 0);
    bk_version_t taken = bk_versions_take(versions, 1);

    assert_int_not_equal(taken.origin, 0);
    taken.counter = BK_VERSIONS;
    assert_false(bk_versions_hold(versions, &taken, 1, TTL));
    taken.origin = 9;
    taken.counter = UINT32_MAX;
    assert_false(bk_versions_hold(versions, &taken, 1000000, TTL));
}

/* A store of one number, and a cache of it: who reads after a write was answered never gets what
 * was there before it. */
typedef struct crowd_t {
    bk_versions_t versions;
    _Atomic int stop, stale, reads;
    _Atomic apr_uint64_t store, answered;
    pthread_mutex_t mutex; /* of the cache */
    bk_version_t version;
    apr_uint64_t kept;
} crowd_t;

static apr_uint64_t read_through(crowd_t *crowd)
{
    bk_version_t version = bk_versions_take(&crowd->versions, 42);
    apr_uint64_t value;

    pthread_mutex_lock(&crowd->mutex);
    value = crowd->kept;
    if (bk_versions_hold(&crowd->versions, &crowd->version, 1, TTL)) {
        pthread_mutex_unlock(&crowd->mutex);
        return value;
    }
    pthread_mutex_unlock(&crowd->mutex);
    value = atomic_load(&crowd->store);
    sched_yield();
    pthread_mutex_lock(&crowd->mutex);
    crowd->kept = value;
    crowd->version = version;
    pthread_mutex_unlock(&crowd->mutex);
    return value;
}

static void read_and_write(void *data, int number)
{
    crowd_t *crowd = data;
    apr_uint64_t i;

    while (number && !atomic_load(&crowd->stop)) {
        apr_uint64_t least = atomic_load(&crowd->answered);
        atomic_fetch_add(&crowd->stale, read_through(crowd) < least);
        atomic_fetch_add(&crowd->reads, 1);
    }
    for (i = 1; !number && (i <= 20000 || atomic_load(&crowd->reads) < 20000); i++) {
        atomic_store(&crowd->store, i);
        bk_versions_move(&crowd->versions, 42, 1);
        atomic_store(&crowd->answered, i);
    }
    if (!number) {
        atomic_store(&crowd->stop, 1);
    }
}

static void test_crowd(void **state)
{
    crowd_t *crowd = crowd_memory(sizeof(*crowd));

    pthread_mutex_init(&crowd->mutex, NULL);
    bk_versions_begin(&crowd->versions, 7, 0);
    crowd->version = bk_versions_take(&crowd->versions, 42);
    crowd_threads(4, read_and_write, crowd, 0);
    assert_int_equal(atomic_load(&crowd->stale), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own),     cmocka_unit_test(test_counters),
        cmocka_unit_test(test_foreign), cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_crowd),
    };

    return cmocka_run_group_tests_name("bk_versions", tests, NULL, NULL);
}
