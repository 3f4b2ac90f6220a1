#include "unit.h"

#include <stdio.h>

#include "bk_throttle.h"
#include "crowd.h"

static const bk_throttle_window_t now = {7, 100}, later = {8, 300};

static bk_throttle_t *throttle_new(void)
{
    bk_throttle_t *throttle = crowd_memory(sizeof(bk_throttle_t));

    assert_int_equal(bk_throttle_init(throttle), APR_SUCCESS);
    return throttle;
}

/* Count, where no limit is near. */
static void add(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window)
{
    bk_throttle_add(throttle, key, BK_THROTTLE_MOST, window);
}

static void add_times(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window,
                      int times)
{
    while (times-- > 0) {
        add(throttle, key, window);
    }
}

static void test_window(void **state)
{
    static const struct {
        apr_int64_t moment;
        apr_int64_t length;
        apr_uint32_t number;
        int left;
    } rows[] = {
        {0, 300, 0, 300},     {1, 300, 0, 299},         {299, 300, 0, 1},
        {300, 300, 1, 300},   {301, 300, 1, 299},       {5, 1, 5, 1},
        {86399, 86400, 0, 1}, {86400, 86400, 1, 86400}, {INT64_C(1765447200), 300, 5884824, 300},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_throttle_window_t window = bk_throttle_window(rows[i].moment, rows[i].length);
        assert_int_equal(window.number, rows[i].number);
        assert_int_equal(window.left, rows[i].left);
    }
}

static void test_count(void **state)
{
    bk_throttle_t *throttle = throttle_new();
    int i;

    assert_int_equal(bk_throttle_count(throttle, "account 1", now), 0);
    for (i = 1; i <= 25; i++) {
        add(throttle, "account 1", now);
        assert_int_equal(bk_throttle_count(throttle, "account 1", now), i);
    }
    assert_int_equal(bk_throttle_count(throttle, "account 2", now), 0);
    assert_int_equal(bk_throttle_count(throttle, "account 11", now), 0);
    assert_int_equal(bk_throttle_count(throttle, "account ", now), 0);
    assert_int_equal(bk_throttle_count(throttle, "", now), 0);
    add(throttle, "", now);
    assert_int_equal(bk_throttle_count(throttle, "", now), 1);
    assert_int_equal(bk_throttle_count(throttle, "account 1", now), 25);
}

/* What failed in one window is nothing to the next, nor to one before. */
static void test_windows(void **state)
{
    static const apr_uint32_t numbers[] = {0,         1,         0xFFFFFE,   0xFFFFFF,
                                           0x1000000, 0x1000001, 0xFFFFFFFF, 0x7FFFFE,
                                           0x7FFFFF,  0x800000,  0x800001};
    bk_throttle_t *throttle = throttle_new();
    size_t i, j;

    for (i = 0; i < UNIT_ROWS(numbers); i++) {
        bk_throttle_window_t window = {numbers[i], 1}, next = {numbers[i] + 1, 1};
        char key[32];

        snprintf(key, sizeof(key), "key %zu", i);
        add_times(throttle, key, window, 3);
        assert_int_equal(bk_throttle_count(throttle, key, window), 3);
        assert_int_equal(bk_throttle_count(throttle, key, next), 0);
        window.left = 77; /* how much is left of it is of no account */
        assert_int_equal(bk_throttle_count(throttle, key, window), 3);
        add(throttle, key, next);
        assert_int_equal(bk_throttle_count(throttle, key, next), 1);
    }
    for (i = 0; i < BK_THROTTLE_BUCKETS; i++) {
        for (j = 0; j < BK_THROTTLE_WAYS; j++) {
            atomic_store(&throttle->words[i][j], 0);
        }
    }
}

static void test_clear(void **state)
{
    bk_throttle_t *throttle = throttle_new();

    bk_throttle_clear(throttle, "nobody", now);
    add_times(throttle, "ann", now, 5);
    add_times(throttle, "bob", now, 6);
    bk_throttle_clear(throttle, "ann", now);
    assert_int_equal(bk_throttle_count(throttle, "ann", now), 0);
    assert_int_equal(bk_throttle_count(throttle, "bob", now), 6);
    add(throttle, "ann", now);
    assert_int_equal(bk_throttle_count(throttle, "ann", now), 1);
    bk_throttle_clear(throttle, "ann", later);
    assert_int_equal(bk_throttle_count(throttle, "ann", now), 1);
}

/* The counter is full at 65535: it stays there, and does not spill into its window. */
static void test_full(void **state)
{
    bk_throttle_t *throttle = throttle_new();

    add_times(throttle, "ann", now, 65534);
    assert_int_equal(bk_throttle_count(throttle, "ann", now), 65534);
    add(throttle, "ann", now);
    assert_int_equal(bk_throttle_count(throttle, "ann", now), 65535);
    add_times(throttle, "ann", now, 10);
    assert_int_equal(bk_throttle_count(throttle, "ann", now), 65535);
    assert_int_equal(bk_throttle_count(throttle, "ann", later), 0);
}

/* The keys of one bucket, found by watching where they are counted: the table has a key of its own,
 * so each has others. */
enum { SAME = 7 };

static void find_keys_of_one_bucket(bk_throttle_t *throttle, char keys[SAME][32])
{
    int bucket = 0, found = 1, candidate = 0;

    strcpy(keys[0], "the first");
    add(throttle, keys[0], now);
    while (atomic_load(&throttle->words[bucket][0]) == 0) {
        bucket++;
    }
    bk_throttle_clear(throttle, keys[0], now);
    while (found < SAME) {
        snprintf(keys[found], 32, "key %d", candidate++);
        add(throttle, keys[found], now);
        if (atomic_load(&throttle->words[bucket][0]) != 0) {
            bk_throttle_clear(throttle, keys[found++], now);
            continue;
        }
        bk_throttle_clear(throttle, keys[found], now);
    }
}

static void test_eviction(void **state)
{
    static const int counts[] = {5, 3, 7, 9};
    bk_throttle_t *throttle = throttle_new();
    char keys[SAME][32];
    int i;

    find_keys_of_one_bucket(throttle, keys);
    for (i = 0; i < 4; i++) {
        add_times(throttle, keys[i], now, counts[i]);
    }
    for (i = 0; i < 4; i++) {
        assert_int_equal(bk_throttle_count(throttle, keys[i], now), counts[i]);
    }
    /* A fifth takes the place of the lowest, */
    add(throttle, keys[4], now);
    assert_int_equal(bk_throttle_count(throttle, keys[4], now), 1);
    assert_int_equal(bk_throttle_count(throttle, keys[1], now), 0);
    /* and is the lowest itself: a flood of keys pushes out each other, not those with more. */
    add(throttle, keys[5], now);
    add(throttle, keys[6], now);
    assert_int_equal(bk_throttle_count(throttle, keys[4], now), 0);
    assert_int_equal(bk_throttle_count(throttle, keys[5], now), 0);
    assert_int_equal(bk_throttle_count(throttle, keys[6], now), 1);
    assert_int_equal(bk_throttle_count(throttle, keys[0], now), 5);
    assert_int_equal(bk_throttle_count(throttle, keys[2], now), 7);
    assert_int_equal(bk_throttle_count(throttle, keys[3], now), 9);
}

/* A counter that has reached its limit stays, whatever comes to its bucket, and however high that
 * counts: nobody makes room for more guesses by failing elsewhere. */
static void test_spent_stay(void **state)
{
    bk_throttle_t *throttle = throttle_new();
    char keys[SAME][32];
    int i, j;

    find_keys_of_one_bucket(throttle, keys);
    for (i = 0; i < 3; i++) {
        bk_throttle_add(throttle, keys[0], 3, now);
        assert_int_equal(bk_throttle_is_spent(throttle, keys[0], 3, now), i == 2);
    }
    for (i = 1; i < SAME; i++) {
        for (j = 0; j < 50; j++) {
            add(throttle, keys[i], now);
        }
    }
    assert_int_equal(bk_throttle_count(throttle, keys[0], now), 3);
    assert_int_equal(bk_throttle_is_spent(throttle, keys[0], 3, now), 1);
    assert_int_equal(bk_throttle_is_spent(throttle, keys[0], 3, later), 0);
    bk_throttle_clear(throttle, keys[0], now);
    assert_int_equal(bk_throttle_is_spent(throttle, keys[0], 3, now), 0);
}

/* Where all of a bucket are spent no other can be counted, and passes for spent: it would else have
 * no limit. With the window that ends. */
static void test_spent_bucket(void **state)
{
    bk_throttle_t *throttle = throttle_new();
    char keys[SAME][32];
    int i;

    find_keys_of_one_bucket(throttle, keys);
    for (i = 0; i < BK_THROTTLE_WAYS; i++) {
        assert_int_equal(bk_throttle_is_spent(throttle, keys[4], 1, now), 0);
        bk_throttle_add(throttle, keys[i], 1, now);
    }
    for (i = 0; i < 9; i++) {
        bk_throttle_add(throttle, keys[4], 10, now);
    }
    for (i = 0; i < BK_THROTTLE_WAYS; i++) {
        assert_int_equal(bk_throttle_count(throttle, keys[i], now), 1);
    }
    assert_int_equal(bk_throttle_count(throttle, keys[4], now), 0);
    assert_int_equal(bk_throttle_is_spent(throttle, keys[4], 10, now), 1);
    assert_int_equal(bk_throttle_is_spent(throttle, keys[4], 10, later), 0);
    bk_throttle_clear(throttle, keys[2], now);
    bk_throttle_add(throttle, keys[4], 10, now);
    assert_int_equal(bk_throttle_count(throttle, keys[4], now), 1);
    assert_int_equal(bk_throttle_is_spent(throttle, keys[4], 10, now), 0);
}

static int place_of(const bk_throttle_t *throttle)
{
    int place = 0;

    while (atomic_load(&throttle->words[place / BK_THROTTLE_WAYS][place % BK_THROTTLE_WAYS]) == 0) {
        place++;
    }
    return place / BK_THROTTLE_WAYS;
}

/* Where a key is counted is known only to who has drawn the table's own key: keys that meet in one
 * table do not meet in another. A table keeps its key. */
static void test_keyed(void **state)
{
    enum { TABLES = 4 };
    int i, places[TABLES], same = 0;

    for (i = 0; i < TABLES; i++) {
        bk_throttle_t *throttle = throttle_new();
        const bk_hash_key_t key = throttle->key;
        add(throttle, "account 7", now);
        places[i] = place_of(throttle);
        same += i > 0 && places[i] == places[0];
        assert_int_equal(bk_throttle_init(throttle), APR_SUCCESS);
        assert_memory_equal(&throttle->key, &key, sizeof(key));
        assert_int_equal(bk_throttle_count(throttle, "account 7", now), 1);
    }
    assert_true(same < TABLES - 1);
}

/* A counter that was cleared, or of an earlier window, goes first, however high it was. */
static void test_free_before_eviction(void **state)
{
    bk_throttle_t *throttle = throttle_new();
    char keys[SAME][32];
    int i;

    find_keys_of_one_bucket(throttle, keys);
    for (i = 0; i < 4; i++) {
        add_times(throttle, keys[i], now, 10 + i);
    }
    bk_throttle_clear(throttle, keys[3], now);
    add(throttle, keys[4], now);
    for (i = 0; i < 3; i++) {
        assert_int_equal(bk_throttle_count(throttle, keys[i], now), 10 + i);
    }
    for (i = 0; i < 4; i++) {
        add_times(throttle, keys[i], later, 2);
    }
    for (i = 0; i < 4; i++) {
        assert_int_equal(bk_throttle_count(throttle, keys[i], later), 2);
    }
    /* A key's own counter is used though a free one stands before it. */
    bk_throttle_clear(throttle, keys[0], later);
    add_times(throttle, keys[2], later, 3);
    assert_int_equal(bk_throttle_count(throttle, keys[2], later), 5);
}

/* As many addresses as there are buckets: they spread, so hardly any is pushed out; and none shares
 * a counter with another. */
static void test_spread(void **state)
{
    bk_throttle_t *throttle = throttle_new();
    char key[32];
    int i, count, kept = 0, shared = 0;

    for (i = 0; i < BK_THROTTLE_BUCKETS; i++) {
        snprintf(key, sizeof(key), "address 10.0.%d.%d", i / 256, i % 256);
        add(throttle, key, now);
    }
    for (i = 0; i < BK_THROTTLE_BUCKETS; i++) {
        snprintf(key, sizeof(key), "address 10.0.%d.%d", i / 256, i % 256);
        count = bk_throttle_count(throttle, key, now);
        kept += count == 1;
        shared += count > 1;
    }
    assert_int_equal(shared, 0);
    assert_in_range(kept, BK_THROTTLE_BUCKETS * 98 / 100, BK_THROTTLE_BUCKETS);
}

enum { PROCESSES = 4, THREADS = 2, ADDS = 5000, KEYS = 16 };

static void add_one_key(void *throttle, int number)
{
    add_times(throttle, "everybody's", now, ADDS);
}

static void add_many_keys(void *throttle, int number)
{
    char key[32];
    int i;

    for (i = 0; i < ADDS; i++) {
        snprintf(key, sizeof(key), "account %d", (i + number) % KEYS);
        add(throttle, key, now);
    }
}

/* No failure is lost, whoever counts at the same time. */
static void test_crowd(void **state)
{
    bk_throttle_t *throttle = throttle_new();
    char key[32];
    int i, sum = 0;

    assert_true(crowd_run(PROCESSES, THREADS, add_one_key, throttle));
    assert_int_equal(bk_throttle_count(throttle, "everybody's", now), PROCESSES * THREADS * ADDS);

    assert_true(crowd_run(PROCESSES, THREADS, add_many_keys, throttle));
    for (i = 0; i < KEYS; i++) {
        snprintf(key, sizeof(key), "account %d", i);
        sum += bk_throttle_count(throttle, key, now);
    }
    assert_int_equal(sum, PROCESSES * THREADS * ADDS);
    assert_int_equal(bk_throttle_count(throttle, "everybody's", now), PROCESSES * THREADS * ADDS);
}

typedef struct race_t {
    bk_throttle_t *throttle;
    char (*keys)[32];
    pthread_barrier_t barrier;
    _Atomic int begun, stop, broken;
} race_t;

enum { ROUNDS = 1500, RACERS = 4 };

/* All meet a key that is new, at the same moment, while others come to its bucket. */
static void add_new_keys(void *data, int number)
{
    race_t *race = data;
    int i;

    for (i = 0; i < ROUNDS; i++) {
        bk_throttle_window_t window = {(apr_uint32_t)i, 1};
        pthread_barrier_wait(&race->barrier);
        add(race->throttle, race->keys[number % 3], window);
        add(race->throttle, race->keys[3], window);
        pthread_barrier_wait(&race->barrier);
        if (bk_throttle_count(race->throttle, race->keys[3], window) != RACERS) {
            atomic_fetch_add(&race->broken, 1);
        }
    }
}

static void test_new_keys_at_once(void **state)
{
    race_t race = {.throttle = throttle_new()};
    char keys[SAME][32];

    find_keys_of_one_bucket(race.throttle, keys);
    race.keys = keys;
    pthread_barrier_init(&race.barrier, NULL, RACERS);
    crowd_threads(RACERS, add_new_keys, &race, 0);
    pthread_barrier_destroy(&race.barrier);
    assert_int_equal(atomic_load(&race.broken), 0);
}

static void add_until_stopped(void *data, int number)
{
    race_t *race = data;

    while (!atomic_load(&race->stop)) {
        atomic_fetch_add(&race->begun, 1);
        add(race->throttle, "ann", now);
    }
}

/* Once cleared, a key counts no more than what failed since: clearing is not put off because
 * somebody fails at that moment. */
static void clear_and_look(race_t *race)
{
    int64_t start = crowd_usec(), late = start + 5000000;
    int rounds = 0;

    /* Until they have met often enough, however busy the host is. */
    while ((crowd_usec() < start + 400000 || rounds < 20000) && crowd_usec() < late) {
        int before, count;

        /* High enough to tell a count that was left from one that began again. */
        if (bk_throttle_count(race->throttle, "ann", now) < 100) {
            continue;
        }
        before = atomic_load(&race->begun);
        bk_throttle_clear(race->throttle, "ann", now);
        count = bk_throttle_count(race->throttle, "ann", now);
        /* Each of the two may have begun one before, and counted it since. */
        if (count > atomic_load(&race->begun) - before + 2) {
            atomic_fetch_add(&race->broken, 1);
        }
        rounds++;
    }
    atomic_store(&race->stop, 1);
}

static void clear_race(void *data, int number)
{
    if (number == 0) {
        clear_and_look(data);
    }
    else {
        add_until_stopped(data, number);
    }
}

static void test_clear_at_once(void **state)
{
    race_t race = {.throttle = throttle_new()};

    crowd_threads(3, clear_race, &race, 0);
    assert_int_equal(atomic_load(&race.broken), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_window),
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_clear),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_eviction),
        cmocka_unit_test(test_spent_stay),
        cmocka_unit_test(test_spent_bucket),
        cmocka_unit_test(test_keyed),
        cmocka_unit_test(test_free_before_eviction),
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_new_keys_at_once),
        cmocka_unit_test(test_clear_at_once),
    };

    return cmocka_run_group_tests_name("bk_throttle", tests, NULL, NULL);
}
