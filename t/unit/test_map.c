#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

#include <apr_strings.h>

#include "map_fixture.h"

enum { SIZE = 1 << 20, KEYS = 500, MOST = 700 };

static bk_map_bytes_t text(const char *string)
{
    return (bk_map_bytes_t){string, strlen(string)};
}

static void assert_found(const bk_map_t *map, const char *key, const char *value)
{
    bk_map_value_t found;

    assert_int_equal(bk_map_find(map, text(key), &found), APR_SUCCESS);
    assert_int_equal(found.value.len, strlen(value));
    assert_memory_equal(found.value.bytes, value, strlen(value));
}

static void test_verbs(void **state)
{
    bk_map_t map = map_new(SIZE);
    bk_map_value_t found;

    assert_int_equal(bk_map_find(&map, text("a"), &found), APR_NOTFOUND);
    assert_int_equal(bk_map_remove(&map, text("a")), APR_NOTFOUND);
    assert_int_equal(bk_map_insert(&map, text("a"), text("one")), APR_SUCCESS);
    assert_int_equal(bk_map_insert(&map, text("a"), text("two")), APR_EEXIST);
    assert_found(&map, "a", "one");
    assert_int_equal(bk_map_put(&map, text("a"), text("a longer one")), APR_SUCCESS);
    assert_found(&map, "a", "a longer one");
    assert_int_equal(bk_map_put(&map, text("b"), text("")), APR_SUCCESS);
    assert_found(&map, "b", "");
    assert_int_equal(bk_map_put(&map, text(""), text("of no name")), APR_SUCCESS);
    assert_found(&map, "", "of no name");
    assert_int_equal(bk_map_insert(&map, text("aa"), text("another")), APR_SUCCESS);
    assert_found(&map, "aa", "another");
    assert_int_equal(bk_map_count(&map), 4);
    assert_int_equal(bk_map_remove(&map, text("a")), APR_SUCCESS);
    assert_int_equal(bk_map_find(&map, text("a"), &found), APR_NOTFOUND);
    assert_found(&map, "aa", "another");
    assert_int_equal(bk_map_count(&map), 3);
    map_assert_valid(&map, *state);
}

/* Around the ends of cells: 48 bytes in the first, 60 in each other. */
static void test_lengths(void **state)
{
    static const apr_size_t lengths[] = {0,   1,   39,  40,  41,   47,   48,   49,   99,
                                         100, 101, 160, 161, 1000, 2000, 4070, 4071, 4072};
    bk_map_t map = map_new(SIZE);
    char bytes[5000];
    bk_map_value_t found;
    apr_int64_t i;

    memset(bytes, 'x', sizeof(bytes));
    for (i = 0; i < (apr_int64_t)UNIT_ROWS(lengths); i++) {
        bk_map_bytes_t value = {bytes, lengths[i]};

        assert_int_equal(bk_map_insert(&map, bk_map_int(&i), value), APR_SUCCESS);
        assert_int_equal(bk_map_find(&map, bk_map_int(&i), &found), APR_SUCCESS);
        assert_int_equal(found.value.len, lengths[i]);
        assert_memory_equal(found.value.bytes, bytes, lengths[i]);
    }
    assert_int_equal(bk_map_put(&map, bk_map_int(&i), (bk_map_bytes_t){bytes, BK_MAP_DATA - 7}),
                     APR_ENOSPC);
    map_assert_valid(&map, *state);
}

/* Against an array: whatever the verbs do in whatever order. */
static void test_model(void **state)
{
    static apr_int64_t version[KEYS]; /* 0: not there */
    bk_map_t map = map_new(4 * SIZE);
    uint64_t seed = 20261124;
    apr_int64_t i, key;

    for (i = 1; i <= 60000; i++) {
        map_made_t made;
        bk_map_value_t found;
        int there;

        key = unit_random_in(&seed, 0, KEYS - 1);
        there = version[key] != 0;
        switch (unit_random_in(&seed, 0, 3)) {
        case 0:
            assert_int_equal(bk_map_insert(&map, bk_map_int(&key), map_make(&made, key, i, MOST)),
                             there ? APR_EEXIST : APR_SUCCESS);
            version[key] = there ? version[key] : i;
            break;
        case 1:
            assert_int_equal(bk_map_put(&map, bk_map_int(&key), map_make(&made, key, i, MOST)),
                             APR_SUCCESS);
            version[key] = i;
            break;
        case 2:
            assert_int_equal(bk_map_remove(&map, bk_map_int(&key)),
                             there ? APR_SUCCESS : APR_NOTFOUND);
            version[key] = 0;
            break;
        default:
            assert_int_equal(bk_map_find(&map, bk_map_int(&key), &found),
                             there ? APR_SUCCESS : APR_NOTFOUND);
            assert_true(!there || map_version(key, found.value, MOST) == version[key]);
        }
    }
    map_assert_valid(&map, *state);
}

/* Full: what is there stays, can be read and replaced by what is no longer; what goes makes room.
 */
static void test_full(void **state)
{
    bk_map_t map = map_new(SIZE);
    char bytes[100] = "";
    const bk_map_bytes_t value = {bytes, sizeof(bytes)};
    apr_int64_t i, filled, refused = 0;
    bk_map_value_t found;

    for (filled = 0; refused < 1000; filled++) {
        refused += bk_map_insert(&map, bk_map_int(&filled), value) == APR_ENOSPC;
    }
    assert_in_range(bk_map_count(&map), SIZE / 128 / 2, SIZE / 128);
    map_assert_valid(&map, *state);
    for (i = 0; i < filled; i++) {
        if (bk_map_find(&map, bk_map_int(&i), &found) == APR_SUCCESS) {
            bytes[0] = (char)i;
            assert_int_equal(bk_map_put(&map, bk_map_int(&i), value), APR_SUCCESS);
            assert_int_equal(bk_map_find(&map, bk_map_int(&i), &found), APR_SUCCESS);
            assert_memory_equal(found.value.bytes, bytes, sizeof(bytes));
        }
    }
    for (i = 0; i < filled; i++) {
        if (bk_map_remove(&map, bk_map_int(&i)) == APR_SUCCESS) {
            assert_int_equal(bk_map_insert(&map, bk_map_int(&i), value), APR_SUCCESS);
        }
    }
    map_assert_valid(&map, *state);
}

static apr_status_t add_one(void *baton, const bk_map_bytes_t *old, bk_map_bytes_t *value)
{
    apr_int64_t *sum = baton;

    *sum = 0;
    if (old) {
        memcpy(sum, old->bytes, sizeof(*sum));
    }
    if (++*sum > 3) {
        return APR_EINVAL;
    }
    *value = bk_map_int(sum);
    return APR_SUCCESS;
}

static void test_update(void **state)
{
    bk_map_t map = map_new(SIZE);
    apr_int64_t sum, i;
    bk_map_value_t found;

    for (i = 1; i <= 3; i++) {
        assert_int_equal(bk_map_update(&map, text("n"), add_one, &sum), APR_SUCCESS);
    }
    assert_int_equal(bk_map_update(&map, text("n"), add_one, &sum), APR_EINVAL);
    assert_int_equal(bk_map_find(&map, text("n"), &found), APR_SUCCESS);
    sum = 3;
    assert_memory_equal(found.value.bytes, &sum, sizeof(sum));
    map_assert_valid(&map, *state);
}

static bk_map_fate_t drop_odd(void *baton, bk_map_bytes_t key, bk_map_bytes_t value)
{
    apr_int64_t number;

    ++*(int *)baton;
    memcpy(&number, key.bytes, sizeof(number));
    assert_int_equal(map_version(number, value, MOST), number);
    return number % 2 ? BK_MAP_REMOVE : BK_MAP_KEEP;
}

static void test_each(void **state)
{
    bk_map_t map = map_new(4 * SIZE);
    map_made_t made;
    bk_map_value_t found;
    apr_int64_t i;
    int seen = 0;

    for (i = 0; i < KEYS; i++) {
        assert_int_equal(bk_map_insert(&map, bk_map_int(&i), map_make(&made, i, i, MOST)),
                         APR_SUCCESS);
    }
    assert_int_equal(bk_map_each(&map, drop_odd, &seen), APR_SUCCESS);
    assert_int_equal(seen, KEYS);
    for (i = 0; i < KEYS; i++) {
        assert_int_equal(bk_map_find(&map, bk_map_int(&i), &found),
                         i % 2 ? APR_NOTFOUND : APR_SUCCESS);
    }
    map_assert_valid(&map, *state);
}

/* A map is found again where it was made, by who says the same size, and by nobody else. */
static void test_attach(void **state)
{
    static const apr_uint64_t sizes[] = {BK_MAP_LEAST, 65536, 100001, SIZE, SIZE + 4095, 64 * SIZE};
    bk_memory_t memory = map_memory(SIZE), shifted = map_memory(SIZE);
    bk_map_t map, again;
    size_t i;

    assert_int_equal(bk_map_attach(&map, memory, 1), APR_SUCCESS);
    assert_int_equal(bk_map_insert(&map, text("a"), text("one")), APR_SUCCESS);
    assert_int_equal(bk_map_attach(&again, memory, 1), APR_SUCCESS);
    assert_found(&again, "a", "one");
    memory.size--;
    assert_int_equal(bk_map_attach(&again, memory, 1), APR_EMISMATCH);
    memory.size++;
    memory.base[0]++;
    assert_int_equal(bk_map_attach(&again, memory, 1), APR_EMISMATCH);
    shifted.base += 8; /* as where somebody's header comes first */
    shifted.size -= 8;
    assert_int_equal(bk_map_attach(&map, shifted, 1), APR_SUCCESS);
    for (i = 0; i < UNIT_ROWS(sizes); i++) {
        map = map_new(sizes[i]);
        assert_int_equal(bk_map_insert(&map, text("a"), text("one")), APR_SUCCESS);
        map_assert_valid(&map, *state);
    }
    for (i = 0; i < BK_MAP_LEAST; i += 97) {
        assert_int_equal(bk_map_attach(&map, map_memory(i + 1), 1), APR_EINVAL);
    }
}

/* The validator is believed by the other tests: so it has to see what is wrong. */
static void test_validator_sees(void **state)
{
    uint64_t seed = 7;
    int i;

    for (i = 0; i < 100; i++) {
        bk_memory_t memory = map_memory(BK_MAP_LEAST);
        bk_map_t map;
        apr_int64_t key;

        assert_int_equal(bk_map_attach(&map, memory, MAP_WAIT), APR_SUCCESS);
        for (key = 0; key < 60; key++) {
            assert_int_equal(bk_map_insert(&map, bk_map_int(&key), text("some value or other")),
                             APR_SUCCESS);
        }
        map_assert_valid(&map, *state);
        /* The first ones were taken in order. Of an entry: the links and the tag. */
        key = unit_random_in(&seed, 0, 30) * 16 + unit_random_in(&seed, 0, 2);
        ((apr_uint32_t *)map.slab.cells)[key] += (apr_uint32_t)unit_random_in(&seed, 1, 63);
        assert_non_null(bk_map_validate(&map, *state));
    }
}

/* Somebody holds the stripe: writers give up, readers do not notice. */
static apr_status_t pause_forever(void *baton, const bk_map_bytes_t *old, bk_map_bytes_t *value)
{
    atomic_store((_Atomic int *)baton, 1);
    for (;;) {
        pause();
    }
    return APR_EGENERAL;
}

typedef struct held_t {
    bk_map_t map;
    _Atomic int is_held;
} held_t;

static void hold_a(void *data, int number)
{
    held_t *held = data;

    (void)bk_map_update(&held->map, text("a"), pause_forever, &held->is_held);
}

static void test_held(void **state)
{
    held_t *held = crowd_memory(sizeof(*held));
    pid_t pid;
    int64_t start;

    assert_int_equal(bk_map_attach(&held->map, map_memory(SIZE), 100000), APR_SUCCESS);
    assert_int_equal(bk_map_insert(&held->map, text("a"), text("one")), APR_SUCCESS);
    pid = crowd_child(1, hold_a, held, 0);
    CROWD_WAIT(atomic_load(&held->is_held));
    start = crowd_usec();
    assert_int_equal(bk_map_put(&held->map, text("a"), text("two")), APR_TIMEUP);
    assert_in_range(crowd_usec() - start, 100000, 5000000);
    assert_found(&held->map, "a", "one");
    crowd_kill(pid);
    assert_int_equal(bk_map_put(&held->map, text("a"), text("two")), APR_SUCCESS);
    assert_found(&held->map, "a", "two");
    map_assert_valid(&held->map, *state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verbs),  cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_model),  cmocka_unit_test(test_full),
        cmocka_unit_test(test_update), cmocka_unit_test(test_each),
        cmocka_unit_test(test_attach), cmocka_unit_test(test_validator_sees),
        cmocka_unit_test(test_held),
    };

    return cmocka_run_group_tests_name("bk_map", tests, unit_pool_open, unit_pool_close);
}
