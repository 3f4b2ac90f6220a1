#include "unit.h"

#include <inttypes.h>

#include "bk_hours.h"

static bk_time_t time_of(const char *text)
{
    bk_time_t time;

    assert_that(bk_time_parse(text, &time), "'%s' is no time", text);
    return time;
}

/* Texts of the space's hours (NULL: not stated) and of a booking. */
static int fits(const char *open, const char *close, const char *start, const char *end)
{
    bk_time_t opens = {0, 0}, closes = {0, 0};

    if (open) {
        opens = time_of(open);
    }
    if (close) {
        closes = time_of(close);
    }
    return bk_hours_fit(open ? &opens : NULL, close ? &closes : NULL, time_of(start).ns,
                        time_of(end).ns);
}

static void test_by_day(void **state)
{
    static const char open[] = "2020-05-01T08:00:00Z", close[] = "1999-01-31T22:00:00Z";
    static const struct {
        const char *start;
        const char *end;
        int wanted;
    } rows[] = {
        {"2025-12-11T10:00:00Z", "2025-12-11T12:00:00Z", 1},
        {"2025-12-11T08:00:00Z", "2025-12-11T22:00:00Z", 1},
        {"2025-12-11T07:59:59.999999999Z", "2025-12-11T09:00:00Z", 0},
        {"2025-12-11T21:00:00Z", "2025-12-11T22:00:00.000000001Z", 0},
        {"2025-12-11T08:00:00Z", "2025-12-11T08:00:00.000000001Z", 1},
        {"2025-12-11T21:59:59.999999999Z", "2025-12-11T22:00:00Z", 1},
        {"2025-12-11T22:00:00Z", "2025-12-11T22:00:00.000000001Z", 0},
        {"2025-12-11T06:00:00Z", "2025-12-11T07:00:00Z", 0},
        {"2025-12-11T22:30:00Z", "2025-12-11T23:30:00Z", 0},
        {"2025-12-11T00:00:00Z", "2025-12-11T00:30:00Z", 0},
        /* open at both ends, but not all night */
        {"2025-12-11T10:00:00Z", "2025-12-12T10:00:00Z", 0},
        {"2025-12-11T10:00:00Z", "2025-12-12T12:00:00Z", 0},
        {"2025-12-11T10:00:00Z", "2026-12-11T12:00:00Z", 0},
        /* the same instants in other words */
        {"2025-12-11T13:45:00+05:45", "2025-12-11T15:45:00+05:45", 1},
        {"2025-12-11T20:01:00-12:00", "2025-12-11T21:00:00-12:00", 1},
        {"2025-12-11T08:00:00+01:00", "2025-12-11T10:00:00+01:00", 0},
        /* before 1970 */
        {"1969-12-31T10:00:00Z", "1969-12-31T12:00:00Z", 1},
        {"1701-03-01T07:00:00Z", "1701-03-01T12:00:00Z", 0},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(fits(open, close, rows[i].start, rows[i].end) == rows[i].wanted, "%s to %s",
                    rows[i].start, rows[i].end);
    }
}

static void test_overnight(void **state)
{
    static const char open[] = "2020-05-01T20:00:00Z", close[] = "2020-05-01T02:00:00Z";
    static const struct {
        const char *start;
        const char *end;
        int wanted;
    } rows[] = {
        {"2025-12-11T20:00:00Z", "2025-12-12T02:00:00Z", 1},
        {"2025-12-11T23:00:00Z", "2025-12-12T01:00:00Z", 1},
        {"2025-12-11T21:00:00Z", "2025-12-11T22:00:00Z", 1},
        {"2025-12-11T21:00:00Z", "2025-12-12T00:00:00Z", 1},
        {"2025-12-12T00:00:00Z", "2025-12-12T02:00:00Z", 1},
        {"2025-12-12T01:00:00Z", "2025-12-12T01:30:00Z", 1},
        {"2025-12-12T01:00:00Z", "2025-12-12T02:00:00.000000001Z", 0},
        {"2025-12-12T02:00:00Z", "2025-12-12T02:30:00Z", 0},
        {"2025-12-12T10:00:00Z", "2025-12-12T11:00:00Z", 0},
        {"2025-12-11T19:59:00Z", "2025-12-11T21:00:00Z", 0},
        {"2025-12-12T01:00:00Z", "2025-12-12T21:00:00Z", 0},
        {"2025-12-11T20:00:00Z", "2025-12-12T20:00:00Z", 0},
        {"2025-12-11T21:00:00Z", "2025-12-12T21:00:00Z", 0},
        {"2025-12-11T21:00:00Z", "2025-12-13T01:00:00Z", 0},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(fits(open, close, rows[i].start, rows[i].end) == rows[i].wanted, "%s to %s",
                    rows[i].start, rows[i].end);
    }
}

/* With none stated, or equal ones, a space is always open, for as long as one likes. */
static void test_around_the_clock(void **state)
{
    static const char start[] = "2025-12-11T23:00:00Z", end[] = "2026-02-01T03:00:00Z";

    assert_true(fits(NULL, NULL, start, end));
    assert_true(fits("2020-01-01T08:00:00Z", "2020-01-01T08:00:00Z", start, end));
    assert_true(fits("2020-01-01T08:00:00Z", "2024-06-01T08:00:00Z", start, end));
    assert_true(fits("2020-01-01T08:00:00+01:00", "2020-01-01T07:00:00Z", start, end));
    assert_true(fits("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z", start, end));
    assert_false(fits("2020-01-01T08:00:00Z", "2020-01-01T08:00:00.000000001Z", start, end));
}

static void test_one_end(void **state)
{
    static const char eight[] = "2020-01-01T08:00:00Z", midnight[] = "2020-01-01T00:00:00Z";

    /* No closing time: until midnight. */
    assert_true(fits(eight, NULL, "2025-12-11T08:00:00Z", "2025-12-12T00:00:00Z"));
    assert_false(fits(eight, NULL, "2025-12-11T08:00:00Z", "2025-12-12T00:00:00.000000001Z"));
    assert_false(fits(eight, NULL, "2025-12-11T07:00:00Z", "2025-12-11T09:00:00Z"));
    assert_false(fits(eight, NULL, "2025-12-11T00:00:00Z", "2025-12-11T01:00:00Z"));
    /* No opening time: from midnight. */
    assert_true(fits(NULL, eight, "2025-12-11T00:00:00Z", "2025-12-11T08:00:00Z"));
    assert_false(fits(NULL, eight, "2025-12-11T07:00:00Z", "2025-12-11T08:00:00.000000001Z"));
    assert_false(fits(NULL, eight, "2025-12-10T23:59:00Z", "2025-12-11T01:00:00Z"));
    assert_false(fits(NULL, eight, "2025-12-11T09:00:00Z", "2025-12-11T10:00:00Z"));
    /* From midnight to midnight, whichever end is left out, is around the clock. */
    assert_true(fits(NULL, midnight, "2025-12-11T23:00:00Z", "2025-12-12T01:00:00Z"));
    assert_true(fits(midnight, NULL, "2025-12-11T23:00:00Z", "2025-12-12T01:00:00Z"));
}

/* Midnight is that of the offset in which the hours were stated. */
static void test_offsets(void **state)
{
    static const char open[] = "2020-01-01T08:00:00+05:30", close[] = "2020-01-01T18:00:00+05:30";
    static const char late[] = "2020-01-01T20:00:00-08:00";

    assert_true(fits(open, close, "2025-12-11T02:30:00Z", "2025-12-11T12:30:00Z"));
    assert_false(fits(open, close, "2025-12-11T02:29:00Z", "2025-12-11T12:30:00Z"));
    assert_false(fits(open, close, "2025-12-11T02:30:00Z", "2025-12-11T12:31:00Z"));
    assert_true(fits(open, close, "2025-12-10T21:30:00-05:00", "2025-12-11T07:30:00-05:00"));
    assert_true(fits(late, NULL, "2025-12-12T04:00:00Z", "2025-12-12T08:00:00Z"));
    assert_false(fits(late, NULL, "2025-12-12T04:00:00Z", "2025-12-12T08:01:00Z"));
    assert_true(fits(NULL, late, "2025-12-12T08:00:00Z", "2025-12-13T04:00:00Z"));
    assert_false(fits(NULL, late, "2025-12-12T07:59:00Z", "2025-12-12T09:00:00Z"));
    /* Ends stated in different offsets are two instants' times of day all the same. */
    assert_true(fits("2020-01-01T08:00:00+01:00", "2020-01-01T18:00:00-01:00",
                     "2025-12-11T07:00:00Z", "2025-12-11T19:00:00Z"));
    assert_false(fits("2020-01-01T08:00:00+01:00", "2020-01-01T18:00:00-01:00",
                      "2025-12-11T07:00:00Z", "2025-12-11T19:01:00Z"));
    assert_false(fits("2020-01-01T08:00:00+01:00", "2020-01-01T18:00:00-01:00",
                      "2025-12-11T06:59:00Z", "2025-12-11T19:00:00Z"));
}

/* The rule said another way: a booking fits where the space is open in each of its minutes. Hours
 * in minutes of the day, -1 where not stated; the booking in minutes since the epoch. */
static int open_all_the_time(int opens, int closes, int offset, int start, int end)
{
    int first = opens < 0 ? 0 : opens;
    int last = closes < 0 ? 24 * 60 : closes;
    int minute;

    for (minute = start; minute < end; minute++) {
        int of_day = (((minute + offset) % 1440) + 1440) % 1440;
        int is_open = first < last ? of_day >= first && of_day < last
                                   : first == last || of_day >= first || of_day < last;
        if (!is_open) {
            return 0;
        }
    }
    return 1;
}

static void test_against_minutes(void **state)
{
    /* Round numbers meet each other; others would hardly ever. */
    static const int marks[] = {-1, 0, 1, 60, 479, 480, 720, 1079, 1080, 1200, 1438, 1439};
    static const int offsets[] = {0, 60, -60, 330, -480, 1439, -1439, 1};
    uint64_t seed = 4;
    int i, fitting = 0;

    for (i = 0; i < 60000; i++) {
        int opens = marks[unit_random(&seed) % UNIT_ROWS(marks)];
        int closes = marks[unit_random(&seed) % UNIT_ROWS(marks)];
        int offset = offsets[unit_random(&seed) % UNIT_ROWS(offsets)];
        int day = (int)unit_random_in(&seed, -3, 3);
        int mark = marks[1 + unit_random(&seed) % (UNIT_ROWS(marks) - 1)];
        int start = day * 1440 + mark - offset + (int)unit_random_in(&seed, -1, 1);
        int length = unit_random(&seed) % 4 ? (int)unit_random_in(&seed, 1, 900)
                                            : (int)unit_random_in(&seed, 1, 3 * 1440);
        bk_time_t open = {(unit_random_in(&seed, -9, 9) * 1440 + opens - offset) * BK_TIME_MINUTE,
                          offset};
        bk_time_t close = {(unit_random_in(&seed, -9, 9) * 1440 + closes - offset) * BK_TIME_MINUTE,
                           offset};
        int wanted = open_all_the_time(opens, closes, offset, start, start + length);
        int got = bk_hours_fit(opens < 0 ? NULL : &open, closes < 0 ? NULL : &close,
                               start * BK_TIME_MINUTE, (start + length) * BK_TIME_MINUTE);

        assert_that(got == wanted, "open %d, close %d, offset %d: %d to %d: %d", opens, closes,
                    offset, start, start + length, got);
        fitting += got;
    }
    /* Neither answer may be so rare that it was not tried. */
    assert_in_range(fitting, 10000, 50000);
}

/* The years that a time can name are further apart than a signed difference of 64 bits can say. */
static void test_centuries(void **state)
{
    static const char *const ends[] = {"1970-01-02T00:00:00Z", "1970-04-11T23:47:16Z",
                                       "1970-04-12T00:00:00Z", "2000-01-01T10:00:00Z",
                                       "2261-12-31T09:00:00Z", "2261-12-31T23:59:59.999999999Z"};
    static const char *const opens = "2030-01-01T08:00:00Z", *const closes = "2030-01-01T18:00:00Z";
    static const char *const start = "1678-01-01T09:00:00Z";
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(ends); i++) {
        assert_that(!fits(opens, closes, start, ends[i]), "open 8 to 18: to %s", ends[i]);
        assert_that(!fits(opens, NULL, start, ends[i]), "open from 8: to %s", ends[i]);
        assert_that(!fits(NULL, closes, start, ends[i]), "open until 18: to %s", ends[i]);
        assert_that(fits(opens, opens, start, ends[i]), "always open: to %s", ends[i]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_day),           cmocka_unit_test(test_overnight),
        cmocka_unit_test(test_around_the_clock), cmocka_unit_test(test_one_end),
        cmocka_unit_test(test_offsets),          cmocka_unit_test(test_against_minutes),
        cmocka_unit_test(test_centuries),
    };

    return cmocka_run_group_tests_name("bk_hours", tests, NULL, NULL);
}
