#include "unit.h"

#include <inttypes.h>

#include <apr_strings.h>

#include "bk_opening.h"
#include "zone_fixture.h"

#define MON_TO_FRI 0x1f
#define SAT 0x20
#define EVERY_DAY 0x7f
#define AT(hour, minute) ((hour)*60 + (minute))

static apr_int64_t date_of(const char *text)
{
    apr_int64_t midnight;

    assert_that(bk_time_parse_date(text, &midnight), "'%s' is no date", text);
    return bk_opening_date(midnight);
}

/* What is open between two instants, on the zone's clock: "2030-05-14T08:00:00+03:00/…", a blank
 * between two. */
static const char *spans_of(const bk_opening_t *opening, const bk_zone_t *zone, const char *from,
                            const char *to, apr_pool_t *p)
{
    apr_array_header_t *spans =
        bk_opening_spans(opening, zone, zone_instant(from), zone_instant(to), p);
    const char *text = "";

    for (int i = 0; i < spans->nelts; i++) {
        const bk_span_t *span = &APR_ARRAY_IDX(spans, i, bk_span_t);

        text = apr_pstrcat(p, text, i ? " " : "", bk_zone_format(zone, span->start_ns, p), "/",
                           bk_zone_format(zone, span->end_ns, p), NULL);
    }
    return text;
}

static const bk_weekly_t library_week[] = {
    {MON_TO_FRI, {AT(8, 0), AT(12, 0)}},
    {MON_TO_FRI, {AT(12, 0), AT(22, 0)}},
    {SAT, {AT(20, 0), AT(26, 0)}},
};
static const bk_stretch_t long_day[] = {{AT(6, 0), AT(24, 0)}};
static bk_exception_t library_exceptions[] = {
    {0, 0, NULL, 0}, /* a month of long days */
    {0, 0, NULL, 0}, /* closed, within it */
};

static bk_opening_t library(void)
{
    bk_opening_t opening = {library_week, UNIT_ROWS(library_week), library_exceptions,
                            UNIT_ROWS(library_exceptions)};

    library_exceptions[0] =
        (bk_exception_t){date_of("2030-06-01"), date_of("2030-06-30"), long_day, 1};
    library_exceptions[1] = (bk_exception_t){date_of("2030-06-21"), date_of("2030-06-22"), NULL, 0};
    return opening;
}

static void test_a_booking_fits_the_hours_of_its_day(void **state)
{
    static const struct {
        const char *start, *end;
        int wanted;
    } rows[] = {
        /* Tuesday, 14 May 2030: 8 to 22, of two stretches that touch */
        {"2030-05-14T08:00:00+03:00", "2030-05-14T22:00:00+03:00", 1},
        {"2030-05-14T11:00:00+03:00", "2030-05-14T13:00:00+03:00", 1},
        {"2030-05-14T05:00:00Z", "2030-05-14T06:00:00Z", 1},
        {"2030-05-14T07:59:00+03:00", "2030-05-14T09:00:00+03:00", 0},
        {"2030-05-14T21:00:00+03:00", "2030-05-14T22:01:00+03:00", 0},
        {"2030-05-14T08:00:00+03:00", "2030-05-15T09:00:00+03:00", 0},
        /* Saturday night, and what is left of it on Sunday */
        {"2030-05-18T20:00:00+03:00", "2030-05-19T02:00:00+03:00", 1},
        {"2030-05-19T01:00:00+03:00", "2030-05-19T02:00:00+03:00", 1},
        {"2030-05-19T01:00:00+03:00", "2030-05-19T02:30:00+03:00", 0},
        {"2030-05-19T10:00:00+03:00", "2030-05-19T11:00:00+03:00", 0},
        /* June has its own hours, and midsummer none; the day after begins at its midnight */
        {"2030-06-02T06:00:00+03:00", "2030-06-03T00:00:00+03:00", 1},
        {"2030-06-02T05:00:00+03:00", "2030-06-02T07:00:00+03:00", 0},
        {"2030-06-21T10:00:00+03:00", "2030-06-21T11:00:00+03:00", 0},
        {"2030-06-22T20:00:00+03:00", "2030-06-22T21:00:00+03:00", 0},
    };
    bk_opening_t opening = library();

    for (unsigned int i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(bk_opening_fits(&opening, zone_of("Europe/Helsinki"),
                                    zone_instant(rows[i].start),
                                    zone_instant(rows[i].end)) == rows[i].wanted,
                    "%s to %s", rows[i].start, rows[i].end);
    }
    assert_true(bk_opening_is_closed(&opening, date_of("2030-05-19")));
    assert_true(bk_opening_is_closed(&opening, date_of("2030-06-21")));
    assert_false(bk_opening_is_closed(&opening, date_of("2030-05-14")));
    assert_false(bk_opening_is_closed(&opening, date_of("2030-06-23")));
}

static void test_around_the_clock_is_always_open(void **state)
{
    bk_exception_t closed = {date_of("2030-05-15"), date_of("2030-05-15"), NULL, 0};
    bk_opening_t always = {NULL, 0, NULL, 0}, but_one_day = {NULL, 0, &closed, 1};
    const bk_zone_t *zone = zone_of("Europe/Helsinki");

    assert_true(bk_opening_fits(&always, zone, zone_instant("2030-03-30T10:00:00Z"),
                                zone_instant("2030-04-02T10:00:00Z")));
    assert_true(bk_opening_fits(&but_one_day, zone, zone_instant("2030-03-29T10:00:00Z"),
                                zone_instant("2030-05-14T21:00:00Z")));
    assert_false(bk_opening_fits(&but_one_day, zone, zone_instant("2030-05-14T20:00:00Z"),
                                 zone_instant("2030-05-14T21:01:00Z")));
    assert_string_equal(spans_of(&but_one_day, zone, "2030-05-14T12:00:00+03:00",
                                 "2030-05-16T12:00:00+03:00", *state),
                        "2030-05-14T12:00:00+03:00/2030-05-15T00:00:00+03:00 "
                        "2030-05-16T00:00:00+03:00/2030-05-16T12:00:00+03:00");
}

/* Hours over the night of the change: each zone's own day that lacks or repeats a part. */
static void test_spans_of_the_two_odd_days(void **state)
{
    static const bk_weekly_t night[] = {{EVERY_DAY, {AT(1, 0), AT(4, 0)}}};
    static const struct {
        const char *zone, *day, *from, *to, *wanted;
    } rows[] = {
        {"Europe/Helsinki", "forward", "2024-03-31T00:00:00+02:00", "2024-03-31T12:00:00+03:00",
         "2024-03-31T01:00:00+02:00/2024-03-31T04:00:00+03:00"},
        {"Europe/Helsinki", "back", "2024-10-27T00:00:00+03:00", "2024-10-27T12:00:00+02:00",
         "2024-10-27T01:00:00+03:00/2024-10-27T04:00:00+02:00"},
        {"America/Toronto", "forward", "2024-03-10T00:00:00-05:00", "2024-03-10T12:00:00-04:00",
         "2024-03-10T01:00:00-05:00/2024-03-10T04:00:00-04:00"},
        {"America/Toronto", "back", "2024-11-03T00:00:00-04:00", "2024-11-03T12:00:00-05:00",
         "2024-11-03T01:00:00-04:00/2024-11-03T04:00:00-05:00"},
        {"Australia/Lord_Howe", "forward", "2024-10-06T00:00:00+10:30", "2024-10-06T12:00:00+11:00",
         "2024-10-06T01:00:00+10:30/2024-10-06T04:00:00+11:00"},
        {"Australia/Lord_Howe", "back", "2024-04-07T00:00:00+11:00", "2024-04-07T12:00:00+10:30",
         "2024-04-07T01:00:00+11:00/2024-04-07T04:00:00+10:30"},
        {"Africa/Casablanca", "back", "2024-03-10T00:00:00+01:00", "2024-03-10T12:00:00Z",
         "2024-03-10T01:00:00+01:00/2024-03-10T04:00:00Z"},
        {"Africa/Casablanca", "forward", "2024-04-14T00:00:00Z", "2024-04-14T12:00:00+01:00",
         "2024-04-14T01:00:00Z/2024-04-14T04:00:00+01:00"},
        {"Europe/Dublin", "back", "2024-10-27T00:00:00+01:00", "2024-10-27T12:00:00Z",
         "2024-10-27T01:00:00+01:00/2024-10-27T04:00:00Z"},
        {"Europe/Dublin", "forward", "2024-03-31T00:00:00Z", "2024-03-31T12:00:00+01:00",
         "2024-03-31T02:00:00+01:00/2024-03-31T04:00:00+01:00"},
    };
    bk_opening_t opening = {night, 1, NULL, 0};

    for (unsigned int i = 0; i < UNIT_ROWS(rows); i++) {
        const char *got =
            spans_of(&opening, zone_of(rows[i].zone), rows[i].from, rows[i].to, *state);

        assert_that(strcmp(got, rows[i].wanted) == 0, "%s, clocks put %s: %s, wanted %s",
                    rows[i].zone, rows[i].day, got, rows[i].wanted);
    }
}

/* The two ways to ask are one rule: a booking fits where, and only where, one span holds it. */
static void test_what_fits_lies_in_a_span(void **state)
{
    static const char *const zones[] = {"Europe/Helsinki", "America/Toronto", "Australia/Lord_Howe",
                                        "Africa/Casablanca", "Europe/Dublin"};
    bk_opening_t opening = library();
    uint64_t seed = 20300514;
    apr_pool_t *p;
    int fitted = 0;

    apr_pool_create(&p, *state);
    for (int round = 0; round < 20000; round++) {
        const bk_zone_t *zone = zone_of(zones[round % UNIT_ROWS(zones)]);
        apr_int64_t start = zone_instant("2030-01-01T00:00:00Z") +
                            unit_random_in(&seed, 0, 365 * 96) * 15 * 60 * BK_TIME_SECOND;
        apr_int64_t end = start + unit_random_in(&seed, 1, 120) * 15 * 60 * BK_TIME_SECOND;
        apr_array_header_t *spans =
            bk_opening_spans(&opening, zone, start - BK_TIME_DAY, end + BK_TIME_DAY, p);
        int held = 0;

        for (int i = 0; i < spans->nelts; i++) {
            const bk_span_t *span = &APR_ARRAY_IDX(spans, i, bk_span_t);

            held |= span->start_ns <= start && end <= span->end_ns;
        }
        assert_that(bk_opening_fits(&opening, zone, start, end) == held, "%s: %s, %" PRId64 " min",
                    bk_zone_name(zone), bk_zone_format(zone, start, p),
                    (end - start) / BK_TIME_SECOND / 60);
        fitted += held;
        apr_pool_clear(p);
    }
    assert_in_range(fitted, 1000, 19000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_booking_fits_the_hours_of_its_day),
        cmocka_unit_test(test_around_the_clock_is_always_open),
        cmocka_unit_test(test_spans_of_the_two_odd_days),
        cmocka_unit_test(test_what_fits_lies_in_a_span),
    };

    return cmocka_run_group_tests_name("opening", tests, zone_open, unit_pool_close);
}
