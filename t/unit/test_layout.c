#include "unit.h"

#include "bk_breaker.h"
#include "bk_gate.h"
#include "bk_layout.h"
#include "bk_lock.h"
#include "bk_queue.h"
#include "bk_slab.h"
#include "bk_throttle.h"
#include "bk_versions.h"

/* A record as three versions have it. */
typedef struct cell_t {
    apr_uint64_t count;
    apr_uint32_t owner, rest;
} cell_t;

static const bk_layout_member_t cell_members[] = {
    BK_LAYOUT_ONE(cell_t, count, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(cell_t, owner, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(cell_t, rest, BK_LAYOUT_ANEW),
};
static const bk_layout_t cell_layout = BK_LAYOUT(cell_t, 1, cell_members);

typedef struct first_t {
    apr_uint64_t hits, misses;
    cell_t cells[4];
} first_t;

static const bk_layout_member_t first_members[] = {
    BK_LAYOUT_ONE(first_t, hits, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(first_t, misses, BK_LAYOUT_STAYS),
    BK_LAYOUT_ARRAY(first_t, cells, &cell_layout),
};
static const bk_layout_t first = BK_LAYOUT(first_t, 1, first_members);

/* The same size, other places. */
typedef struct second_t {
    cell_t cells[4];
    apr_uint64_t misses, hits;
} second_t;

static const bk_layout_member_t second_members[] = {
    BK_LAYOUT_ARRAY(second_t, cells, &cell_layout),
    BK_LAYOUT_ONE(second_t, misses, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(second_t, hits, BK_LAYOUT_STAYS),
};
static const bk_layout_t second = BK_LAYOUT(second_t, 1, second_members);

typedef struct long_cell_t {
    apr_uint64_t count;
    char text[24];
} long_cell_t;

static const bk_layout_member_t long_cell_members[] = {
    BK_LAYOUT_ONE(long_cell_t, count, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(long_cell_t, text, BK_LAYOUT_STAYS),
};
static const bk_layout_t long_cell_layout = BK_LAYOUT(long_cell_t, 1, long_cell_members);

/* Another size, fewer cells, a member that became shorter and one that is new. */
typedef struct third_t {
    apr_uint64_t evicted;
    long_cell_t cells[2];
    apr_uint64_t hits;
    apr_uint32_t misses, rest;
} third_t;

static const bk_layout_member_t third_members[] = {
    BK_LAYOUT_ONE(third_t, evicted, BK_LAYOUT_STAYS),
    BK_LAYOUT_ARRAY(third_t, cells, &long_cell_layout),
    BK_LAYOUT_ONE(third_t, hits, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(third_t, misses, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(third_t, rest, BK_LAYOUT_ANEW),
};
static const bk_layout_t third = BK_LAYOUT(third_t, 1, third_members);

static const first_t sample = {5, 7, {{1, 10, 0}, {2, 20, 0}, {3, 30, 0}, {4, 40, 0}}};

/* ---- fingerprints -------------------------------------------------------------------------------
 */

/* Whatever differs in a description, the fingerprint does. */
static void test_fingerprints_differ(void **state)
{
    bk_layout_member_t members[3];
    bk_layout_t changed = first;
    apr_uint64_t all[10];
    int i, j, n = 0;

    changed.members = memcpy(members, first_members, sizeof(members));
    assert_true(bk_layout_fingerprint(&changed) == bk_layout_fingerprint(&first));
    all[n++] = bk_layout_fingerprint(&first);
    all[n++] = bk_layout_fingerprint(&second);
    all[n++] = bk_layout_fingerprint(&third);
    changed.number++;
    all[n++] = bk_layout_fingerprint(&changed);
    changed.record = "other";
    all[n++] = bk_layout_fingerprint(&changed);
    members[0].name = "strikes";
    all[n++] = bk_layout_fingerprint(&changed);
    members[1].offset--;
    all[n++] = bk_layout_fingerprint(&changed);
    members[2].repeat++;
    all[n++] = bk_layout_fingerprint(&changed);
    members[2].nested = &long_cell_layout;
    all[n++] = bk_layout_fingerprint(&changed);
    changed.count--;
    all[n++] = bk_layout_fingerprint(&changed);
    for (i = 0; i < n; i++) {
        assert_true(all[i] != 0);
        for (j = 0; j < i; j++) {
            assert_that(all[i] != all[j], "%d and %d have one fingerprint", i, j);
        }
    }
}

static void test_mix_sees_order_and_length(void **state)
{
    assert_true(bk_layout_mix(0, "ab", 2) != bk_layout_mix(0, "ba", 2));
    assert_true(bk_layout_mix(0, "a\0", 2) != bk_layout_mix(0, "a", 1));
    assert_true(bk_layout_mix(bk_layout_mix(0, "a", 1), "b", 1) !=
                bk_layout_mix(bk_layout_mix(0, "b", 1), "a", 1));
    assert_true(bk_layout_mix(0, "ab", 2) == bk_layout_mix(0, "ab", 2));
}

/* ---- carrying over ------------------------------------------------------------------------------
 */

static void test_members_are_found_by_name(void **state)
{
    second_t to;
    int i;

    memset(&to, 0, sizeof(to));
    bk_layout_carry(&to, &second, &sample, &first);
    assert_int_equal(to.hits, 5);
    assert_int_equal(to.misses, 7);
    for (i = 0; i < 4; i++) {
        assert_int_equal(to.cells[i].count, i + 1);
        assert_int_equal(to.cells[i].owner, 0);
    }
}

static void test_what_does_not_fit_begins_anew(void **state)
{
    third_t to;

    memset(&to, 0, sizeof(to));
    bk_layout_carry(&to, &third, &sample, &first);
    assert_int_equal(to.evicted, 0);
    assert_int_equal(to.hits, 5);
    assert_int_equal(to.misses, 0); /* of another size */
    assert_int_equal(to.cells[0].count, 1);
    assert_int_equal(to.cells[1].count, 2);
    assert_int_equal(to.cells[1].text[0], 0);
}

static void test_another_meaning_begins_anew(void **state)
{
    bk_layout_t newer = first;
    first_t to;

    memset(&to, 0, sizeof(to));
    newer.number = 2;
    bk_layout_carry(&to, &newer, &sample, &first);
    assert_int_equal(to.hits, 0);
    assert_int_equal(to.cells[3].count, 0);
}

/* A copy needs nothing of what it was made from. */
static void test_copies_stand_alone(void **state)
{
    char name[] = "hits", record[] = "first_t";
    bk_layout_member_t members[3];
    bk_layout_t given = first;
    const bk_layout_t *copy;

    given.members = memcpy(members, first_members, sizeof(members));
    given.record = record;
    members[0].name = name;
    copy = bk_layout_copy(&given, *state);
    memset(members, 0xA5, sizeof(members));
    memset(name, 'x', sizeof(name) - 1);
    memset(record, 'x', sizeof(record) - 1);
    assert_true(bk_layout_fingerprint(copy) == bk_layout_fingerprint(&first));
}

/* ---- completeness -------------------------------------------------------------------------------
 */

static void test_gaps_are_found(void **state)
{
    bk_layout_t changed = first;
    bk_layout_member_t members[3];

    assert_null(bk_layout_gap(&first, *state));
    changed.members = memcpy(members, first_members, sizeof(members));
    changed.count = 2;
    assert_non_null(bk_layout_gap(&changed, *state)); /* one was forgotten */
    changed.count = 3;
    members[1].offset = 0;
    assert_non_null(bk_layout_gap(&changed, *state)); /* two in one place */
    memcpy(members, first_members, sizeof(members));
    members[2].nested = &third;
    assert_null(bk_layout_gap(&changed, *state));
    members[2].nested = &(const bk_layout_t){"forgetful", 1, 16, cell_members, 2};
    assert_non_null(bk_layout_gap(&changed, *state)); /* inside */
}

/* A member that is added to one of these, and not to its layout, is found here. */
static void test_all_of_a_record_is_described(void **state)
{
    static const bk_layout_t *const layouts[] = {
        &bk_breaker_layout,   &bk_breaker_settings_layout,
        &bk_gate_layout,      &bk_gate_ticket_layout,
        &bk_lock_layout,      &bk_queue_counts_layout,
        &bk_slab_list_layout, &bk_slab_page_layout,
        &bk_throttle_layout,  &bk_versions_layout,
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(layouts); i++) {
        const char *gap = bk_layout_gap(layouts[i], *state);

        assert_that(!gap, "%s", gap);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fingerprints_differ),
        cmocka_unit_test(test_mix_sees_order_and_length),
        cmocka_unit_test(test_members_are_found_by_name),
        cmocka_unit_test(test_what_does_not_fit_begins_anew),
        cmocka_unit_test(test_another_meaning_begins_anew),
        cmocka_unit_test(test_copies_stand_alone),
        cmocka_unit_test(test_gaps_are_found),
        cmocka_unit_test(test_all_of_a_record_is_described),
    };

    return cmocka_run_group_tests_name("bk_layout", tests, unit_pool_open, unit_pool_close);
}
