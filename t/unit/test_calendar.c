#include "unit.h"

#include <stdlib.h>

#include "map_fixture.h"

#include "bk_calendar.h"

enum { SIZE = 1 << 20, SPACES = 5, RANGES = 400, DAYS = 4 };

/* What a calendar should be: a list, searched from one end to the other. */
typedef struct model_t {
    bk_calendar_range_t ranges[RANGES];
    int count;
    int rebuilds;
} model_t;

static int overlaps(const bk_calendar_range_t *a, const bk_calendar_range_t *b)
{
    return a->space == b->space && a->start < b->end && b->start < a->end;
}

static int is_free(const model_t *model, const bk_calendar_range_t *range)
{
    int i;

    for (i = 0; i < model->count; i++) {
        if (overlaps(&model->ranges[i], range)) {
            return 0;
        }
    }
    return 1;
}

static int has_date(const model_t *model, apr_int64_t date)
{
    int i, count = 0;

    for (i = 0; i < model->count; i++) {
        count += model->ranges[i].date == date;
    }
    return count;
}

static apr_status_t rebuild(void *baton, const bk_calendar_t *calendar, apr_uint32_t stripe)
{
    model_t *model = baton;
    apr_status_t rv = APR_SUCCESS;
    int i;

    model->rebuilds++;
    for (i = 0; rv == APR_SUCCESS && i < model->count; i++) {
        if (bk_calendar_stripe(calendar, model->ranges[i].space) == stripe) {
            rv = bk_calendar_add(calendar, &model->ranges[i]);
        }
    }
    return rv;
}

static apr_status_t add(const bk_calendar_t *calendar, const bk_calendar_range_t *range)
{
    apr_uint32_t stripe = bk_calendar_stripe(calendar, range->space);
    apr_status_t rv;

    assert_int_equal(bk_calendar_open(calendar, stripe), APR_SUCCESS);
    rv = bk_calendar_add(calendar, range);
    assert_true(rv != APR_SUCCESS || bk_calendar_has(calendar, range));
    bk_calendar_close(calendar, stripe);
    return rv;
}

static void take_out(const bk_calendar_t *calendar, const bk_calendar_range_t *range)
{
    apr_uint32_t stripe = bk_calendar_stripe(calendar, range->space);

    assert_int_equal(bk_calendar_open(calendar, stripe), APR_SUCCESS);
    bk_calendar_remove(calendar, range);
    assert_false(bk_calendar_has(calendar, range));
    bk_calendar_close(calendar, stripe);
}

static void assert_valid(const bk_calendar_t *calendar, apr_uint64_t count, apr_pool_t *p)
{
    apr_uint64_t ranges;
    const char *wrong = bk_calendar_validate(calendar, &ranges, p);

    assert_that(!wrong, "%s", wrong);
    assert_int_equal(ranges, count);
}

static bk_calendar_t *calendar_new(apr_uint64_t size, model_t *model)
{
    bk_calendar_t *calendar = crowd_memory(sizeof(*calendar));

    assert_int_equal(bk_calendar_attach(calendar, map_memory(size), MAP_WAIT, rebuild, model),
                     APR_SUCCESS);
    return calendar;
}

/* The edges, by one nanosecond. */
static void test_edges(void **state)
{
    static const struct {
        apr_int64_t start, end;
        int conflict;
    } rows[] = {
        {1000, 2000, 1},      {999, 1000, 0},       {2000, 2001, 0}, {999, 1001, 1},
        {1999, 2001, 1},      {1000, 1001, 1},      {1999, 2000, 1}, {500, 3000, 1},
        {1400, 1500, 1},      {0, 1000, 0},         {2000, 9000, 0}, {-5, 999, 0},
        {2001, 2002, 0},      {0, 1001, 1},         {1000, 9000, 1}, {INT64_MIN, INT64_MAX, 1},
        {INT64_MIN, 1000, 0}, {2000, INT64_MAX, 0},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        model_t model = {.count = 0};
        bk_calendar_t *calendar = calendar_new(65536, &model);
        bk_calendar_range_t first = {7, 20301231, 1000, 2000};
        bk_calendar_range_t second = {7, 20301231, rows[i].start, rows[i].end};

        assert_int_equal(add(calendar, &first), APR_SUCCESS);
        assert_that(add(calendar, &second) == (rows[i].conflict ? APR_EEXIST : APR_SUCCESS),
                    "row %d", (int)i);
        assert_valid(calendar, rows[i].conflict ? 1 : 2, *state);
        second.space = 7 + 64; /* in the same stripe */
        assert_int_equal(add(calendar, &second), APR_SUCCESS);
    }
}

static void random_range(uint64_t *seed, bk_calendar_range_t *range)
{
    range->space = (apr_uint32_t)unit_random_in(seed, 1, SPACES);
    range->start = unit_random_in(seed, 0, 3000);
    range->end = range->start + unit_random_in(seed, 1, 60);
    range->date = unit_random_in(seed, 1, DAYS);
}

static void test_model(void **state)
{
    static model_t model;
    bk_calendar_t *calendar = calendar_new(SIZE, &model);
    uint64_t seed = 11;
    int i, conflicts = 0;

    for (i = 0; i < 40000; i++) {
        bk_calendar_range_t range;
        apr_int64_t date = unit_random_in(&seed, 1, DAYS + 1);

        random_range(&seed, &range);
        if (model.count < RANGES && unit_random_in(&seed, 0, 2)) {
            int free = is_free(&model, &range);

            conflicts += !free;
            assert_int_equal(add(calendar, &range), free ? APR_SUCCESS : APR_EEXIST);
            if (free) {
                model.ranges[model.count++] = range;
            }
        }
        else if (model.count) {
            int which = (int)unit_random_in(&seed, 0, model.count - 1);

            take_out(calendar, &model.ranges[which]);
            model.ranges[which] = model.ranges[--model.count];
        }
        assert_int_equal(bk_calendar_find_date(calendar, date),
                         has_date(&model, date) ? APR_SUCCESS : APR_NOTFOUND);
        if (i % 500 == 0) {
            assert_valid(calendar, (apr_uint64_t)model.count, *state);
        }
    }
    assert_true(conflicts > 1000);
    assert_valid(calendar, (apr_uint64_t)model.count, *state);
    while (model.count) {
        take_out(calendar, &model.ranges[--model.count]);
    }
    assert_valid(calendar, 0, *state);
}

/* Full: nothing changes; what goes makes room. */
static void test_full(void **state)
{
    model_t model = {.count = 0};
    bk_calendar_t *calendar = calendar_new(65536, &model);
    bk_calendar_range_t range = {1, 1, 0, 1};
    apr_uint64_t count = 0;

    while (add(calendar, &range) == APR_SUCCESS) {
        count++;
        range.start = range.end;
        range.end++;
    }
    assert_in_range(count, 65536 / 32 / 3, 65536 / 32);
    assert_int_equal(add(calendar, &range), APR_ENOSPC);
    assert_valid(calendar, count, *state);
    range.end--;
    range.start--;
    take_out(calendar, &range);
    assert_int_equal(add(calendar, &range), APR_SUCCESS);
    assert_valid(calendar, count, *state);
}

typedef struct victim_t {
    bk_calendar_t *calendar;
    _Atomic int is_open;
} victim_t;

/* Half a change: a range that no booking is of. */
static void change_and_hang(void *data, int number)
{
    victim_t *victim = data;
    bk_calendar_range_t range = {3, 1, 500, 600};

    if (bk_calendar_open(victim->calendar, bk_calendar_stripe(victim->calendar, 3)) ==
            APR_SUCCESS &&
        bk_calendar_add(victim->calendar, &range) == APR_SUCCESS) {
        atomic_store(&victim->is_open, 1);
    }
    for (;;) {
        pause();
    }
}

/* Whoever changed a stripe is killed: it is made anew from what there is. */
static void test_killed(void **state)
{
    static model_t model;
    victim_t *victim = crowd_memory(sizeof(*victim));
    bk_calendar_range_t range = {3, 1, 510, 520};
    uint64_t seed = 5;
    pid_t pid;

    victim->calendar = calendar_new(SIZE, &model);
    while (model.count < RANGES) {
        bk_calendar_range_t *next = &model.ranges[model.count];

        random_range(&seed, next);
        next->start += 1000;
        next->end += 1000;
        model.count += add(victim->calendar, next) == APR_SUCCESS;
        if (unit_random_in(&seed, 0, 200) == 0) {
            break;
        }
    }
    pid = crowd_child(1, change_and_hang, victim, 0);
    CROWD_WAIT(atomic_load(&victim->is_open));
    crowd_kill(pid);
    assert_int_equal(add(victim->calendar, &range), APR_SUCCESS);
    assert_int_equal(model.rebuilds, 1);
    assert_valid(victim->calendar, (apr_uint64_t)model.count + 1, *state);
    assert_int_equal(model.rebuilds, 1);
}

/* Rebuilding fails, as when the map's lock is held: nobody gets in, until it works. */
static apr_status_t fail_twice(void *baton, const bk_calendar_t *calendar, apr_uint32_t stripe)
{
    return ++*(int *)baton <= 2 ? APR_TIMEUP : APR_SUCCESS;
}

static void test_rebuild_fails(void **state)
{
    victim_t *victim = crowd_memory(sizeof(*victim));
    int tries = 0;
    apr_uint32_t stripe;
    pid_t pid;

    victim->calendar = crowd_memory(sizeof(bk_calendar_t));
    assert_int_equal(
        bk_calendar_attach(victim->calendar, map_memory(SIZE), MAP_WAIT, fail_twice, &tries),
        APR_SUCCESS);
    stripe = bk_calendar_stripe(victim->calendar, 3);
    pid = crowd_child(1, change_and_hang, victim, 0);
    CROWD_WAIT(atomic_load(&victim->is_open));
    crowd_kill(pid);
    assert_int_equal(bk_calendar_open(victim->calendar, stripe), APR_TIMEUP);
    assert_int_equal(bk_calendar_open(victim->calendar, stripe), APR_TIMEUP);
    assert_int_equal(bk_calendar_open(victim->calendar, stripe), APR_SUCCESS);
    bk_calendar_close(victim->calendar, stripe);
    assert_int_equal(tries, 3);
    assert_valid(victim->calendar, 0, *state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges),         cmocka_unit_test(test_model),
        cmocka_unit_test(test_full),          cmocka_unit_test(test_killed),
        cmocka_unit_test(test_rebuild_fails),
    };

    return cmocka_run_group_tests_name("bk_calendar", tests, unit_pool_open, unit_pool_close);
}
