/* What is free, minute by minute, on days on which clocks are changed and on others. */
#include "unit.h"

#include <inttypes.h>
#include <stdlib.h>

#include <apr_strings.h>

#include "bk_free.h"
#include "bk_hours.h"
#include "zone_fixture.h"

/* Each with the beginning of two days, in one of which clocks are put forward, back, or by half an
 * hour; and of a day on which nothing happens. */
static const struct {
    const char *zone, *from;
} days[] = {
    {"Europe/Helsinki", "2030-03-30T12:00:00+02:00"},
    {"Europe/Helsinki", "2030-10-26T12:00:00+03:00"},
    {"America/Toronto", "2030-03-09T12:00:00-05:00"},
    {"America/Toronto", "2030-11-02T12:00:00-04:00"},
    {"Australia/Lord_Howe", "2030-04-06T12:00:00+11:00"},
    {"Australia/Lord_Howe", "2030-10-05T12:00:00+10:30"},
    {"Africa/Casablanca", "2026-02-14T12:00:00+01:00"},
    {"Africa/Casablanca", "2026-03-21T12:00:00Z"},
    {"Asia/Kathmandu", "2030-05-14T00:00:00+05:45"},
};
#define WINDOW (2 * 24 * 60) /* minutes */

static unsigned int any(unsigned int *seed, unsigned int most)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % most;
}

static int by_start(const void *one, const void *other)
{
    const bk_span_t *a = one, *b = other;

    return a->start_ns < b->start_ns ? -1 : a->start_ns > b->start_ns;
}

/* Spans of any lengths in the order of their starts, which may overlap. */
static apr_array_header_t *some_taken(apr_int64_t from, unsigned int *seed, apr_pool_t *p)
{
    apr_array_header_t *taken = apr_array_make(p, 8, sizeof(bk_span_t));
    unsigned int i, count = any(seed, 9);

    for (i = 0; i < count; i++) {
        apr_int64_t start = from + ((apr_int64_t)any(seed, WINDOW + 200) - 100) * BK_TIME_MINUTE;

        APR_ARRAY_PUSH(taken, bk_span_t) =
            (bk_span_t){start, start + (1 + (apr_int64_t)any(seed, 300)) * BK_TIME_MINUTE};
    }
    qsort(taken->elts, (size_t)taken->nelts, sizeof(bk_span_t), by_start);
    return taken;
}

static int is_in(const apr_array_header_t *spans, apr_int64_t at)
{
    int i;

    for (i = 0; i < spans->nelts; i++) {
        const bk_span_t *span = &APR_ARRAY_IDX(spans, i, bk_span_t);

        if (span->start_ns <= at && at < span->end_ns) {
            return 1;
        }
    }
    return 0;
}

static void check_order(const apr_array_header_t *spans, const char *what)
{
    int i;

    for (i = 0; i < spans->nelts; i++) {
        const bk_span_t *span = &APR_ARRAY_IDX(spans, i, bk_span_t);

        assert_that(span->start_ns < span->end_ns, "%s: span %d is empty", what, i);
        assert_that(!i || span[-1].end_ns <= span->start_ns, "%s: span %d comes too early", what,
                    i);
    }
}

static bk_opening_t some_opening(bk_weekly_t weekly[3], unsigned int *seed)
{
    int i;

    for (i = 0; i < 3; i++) {
        weekly[i].days = any(seed, 0x80);
        weekly[i].stretch.from = (int)any(seed, 1440);
        weekly[i].stretch.to = weekly[i].stretch.from + 1 + (int)any(seed, 900);
    }
    return (bk_opening_t){.weekly = weekly, .weekly_count = (int)any(seed, 4)};
}

static void test_spans_are_those_of_every_minute(void **state)
{
    unsigned int seed = 1, row, round;

    for (row = 0; row < UNIT_ROWS(days); row++) {
        const bk_zone_t *zone = zone_of(days[row].zone);
        apr_int64_t from = zone_instant(days[row].from), at, to = from + WINDOW * BK_TIME_MINUTE;

        for (round = 0; round < 40; round++) {
            bk_weekly_t weekly[3];
            bk_opening_t opening = some_opening(weekly, &seed);
            apr_array_header_t *open = bk_opening_spans(&opening, zone, from, to, *state);
            apr_array_header_t *taken = some_taken(from, &seed, *state);
            apr_array_header_t *spans = bk_free_spans(open, taken, *state);

            check_order(spans, days[row].from);
            for (at = from - 60 * BK_TIME_MINUTE; at < to + 60 * BK_TIME_MINUTE;
                 at += BK_TIME_MINUTE) {
                int want = is_in(open, at) && !is_in(taken, at), got = is_in(spans, at);

                assert_that(got == want, "%s round %u minute %" PRId64 ": free %d, not %d",
                            days[row].from, round, (at - from) / BK_TIME_MINUTE, got, want);
                assert_int_equal(bk_free_holds(spans, at, at + BK_TIME_MINUTE), want);
            }
        }
    }
}

static void test_what_lies_in_two_spans_is_not_free(void **state)
{
    apr_array_header_t *spans = apr_array_make(*state, 2, sizeof(bk_span_t));

    APR_ARRAY_PUSH(spans, bk_span_t) = (bk_span_t){10, 20};
    APR_ARRAY_PUSH(spans, bk_span_t) = (bk_span_t){30, 40};
    assert_true(bk_free_holds(spans, 10, 20));
    assert_true(bk_free_holds(spans, 31, 39));
    assert_false(bk_free_holds(spans, 15, 35));
    assert_false(bk_free_holds(spans, 9, 20));
    assert_false(bk_free_holds(spans, 30, 41));
    bk_free_clip(spans, 15, 30);
    assert_int_equal(spans->nelts, 1);
    assert_int_equal(APR_ARRAY_IDX(spans, 0, bk_span_t).start_ns, 15);
    assert_int_equal(APR_ARRAY_IDX(spans, 0, bk_span_t).end_ns, 20);
}

/* The first minute of the clock that is whole steps after the anchor, looked for one by one. */
static apr_int64_t search_start(const bk_zone_t *zone, int step, int anchor, apr_int64_t at)
{
    while (bk_time_of_day(at, 0) % BK_TIME_MINUTE) {
        at++;
    }
    while ((bk_time_of_day(bk_zone_wall(zone, at), 0) / BK_TIME_MINUTE - anchor) % step) {
        at += BK_TIME_MINUTE;
    }
    return at;
}

static void test_starts_are_the_next_of_the_clock(void **state)
{
    static const struct {
        int step, anchor;
    } grids[] = {{1, 0}, {15, 0}, {30, 0}, {45, 20}, {60, 30}, {90, 600}, {100, 7}, {1440, 480}};
    unsigned int row, grid;
    int minute;

    (void)state;
    for (row = 0; row < UNIT_ROWS(days); row++) {
        const bk_zone_t *zone = zone_of(days[row].zone);
        apr_int64_t from = zone_instant(days[row].from);

        for (grid = 0; grid < UNIT_ROWS(grids); grid++) {
            for (minute = 0; minute < WINDOW; minute += 7) {
                apr_int64_t at = from + minute * BK_TIME_MINUTE;
                apr_int64_t want = search_start(zone, grids[grid].step, grids[grid].anchor, at);
                apr_int64_t got = bk_free_start(zone, grids[grid].step, grids[grid].anchor, at);

                assert_that(got == want, "%s minute %d grid %u: %" PRId64 " minutes, not %" PRId64,
                            days[row].from, minute, grid, (got - at) / BK_TIME_MINUTE,
                            (want - at) / BK_TIME_MINUTE);
            }
        }
        assert_int_equal(bk_free_start(zone, 1, 0, from + 1), from + BK_TIME_MINUTE);
    }
}

/* Hours of the base API: a booking fits if, and only if, it lies in one of the spans. */
static void test_hours_of_the_base_are_what_bookings_fit_in(void **state)
{
    static const char *const hours[][2] = {
        {NULL, NULL},
        {"2020-01-01T08:00:00Z", "2020-01-01T18:00:00Z"},
        {"2020-01-01T20:00:00+02:00", "2020-01-01T03:00:00+02:00"},
        {"2020-01-01T08:30:00+05:45", NULL},
        {NULL, "2020-01-01T17:00:00-03:00"},
        {"2020-01-01T08:00:00Z", "2020-02-02T08:00:00Z"},
    };
    apr_int64_t from = zone_instant("2030-05-14T00:00:00Z"), to = from + 3 * BK_TIME_DAY;
    unsigned int row, seed = 3, round;

    for (row = 0; row < UNIT_ROWS(hours); row++) {
        bk_time_t times[2], *given[2] = {NULL, NULL};
        apr_array_header_t *spans;
        int i;

        for (i = 0; i < 2; i++) {
            if (hours[row][i]) {
                assert_true(bk_time_parse(hours[row][i], &times[i]));
                given[i] = &times[i];
            }
        }
        spans = bk_free_hours(given[0], given[1], from, to, *state);
        check_order(spans, "hours");
        for (round = 0; round < 3000; round++) {
            apr_int64_t start = from + any(&seed, 3 * 1440) * BK_TIME_MINUTE;
            apr_int64_t end = start + (1 + any(&seed, 900)) * BK_TIME_MINUTE;
            int want = end <= to && bk_hours_fit(given[0], given[1], start, end);

            assert_that(bk_free_holds(spans, start, end) == want,
                        "hours %u: %" PRId64 " to %" PRId64 " minutes are %sin one span", row,
                        (start - from) / BK_TIME_MINUTE, (end - from) / BK_TIME_MINUTE,
                        want ? "not " : "");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans_are_those_of_every_minute),
        cmocka_unit_test(test_what_lies_in_two_spans_is_not_free),
        cmocka_unit_test(test_starts_are_the_next_of_the_clock),
        cmocka_unit_test(test_hours_of_the_base_are_what_bookings_fit_in),
    };

    return cmocka_run_group_tests_name("bk_free", tests, zone_open, unit_pool_close);
}
