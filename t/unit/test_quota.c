#include "unit.h"

#include <apr_strings.h>

#include "bk_quota.h"
#include "zone_fixture.h"

static void test_periods_are_the_clocks(void **state)
{
    static const struct {
        bk_quota_per_t per;
        const char *zone, *start, *from, *to;
    } rows[] = {
        {BK_QUOTA_DAY, "Europe/Helsinki", "2030-05-14T22:30:00Z", "2030-05-15T00:00:00+03:00",
         "2030-05-16T00:00:00+03:00"},
        {BK_QUOTA_DAY, "Europe/Helsinki", "2024-03-31T12:00:00Z", "2024-03-31T00:00:00+02:00",
         "2024-04-01T00:00:00+03:00"},
        {BK_QUOTA_WEEK, "Europe/Helsinki", "2030-05-14T10:00:00+03:00", "2030-05-13T00:00:00+03:00",
         "2030-05-20T00:00:00+03:00"},
        {BK_QUOTA_WEEK, "America/Toronto", "2024-03-10T23:59:00-04:00", "2024-03-04T00:00:00-05:00",
         "2024-03-11T00:00:00-04:00"},
        {BK_QUOTA_WEEK, "UTC", "2030-05-13T00:00:00Z", "2030-05-13T00:00:00Z",
         "2030-05-20T00:00:00Z"},
        {BK_QUOTA_MONTH, "Europe/Helsinki", "2030-02-28T10:00:00+02:00",
         "2030-02-01T00:00:00+02:00", "2030-03-01T00:00:00+02:00"},
        {BK_QUOTA_MONTH, "UTC", "2028-02-29T23:59:00Z", "2028-02-01T00:00:00Z",
         "2028-03-01T00:00:00Z"},
        {BK_QUOTA_MONTH, "UTC", "2030-12-31T23:59:00Z", "2030-12-01T00:00:00Z",
         "2031-01-01T00:00:00Z"},
        {BK_QUOTA_MONTH, "UTC", "1969-12-31T23:59:00Z", "1969-12-01T00:00:00Z",
         "1970-01-01T00:00:00Z"},
    };

    for (unsigned int i = 0; i < UNIT_ROWS(rows); i++) {
        bk_span_t wanted = {zone_instant(rows[i].start),
                            zone_instant(rows[i].start) + BK_TIME_SECOND};
        const bk_zone_t *zone;
        bk_span_t period;
        const char *from, *to;

        assert_int_equal(bk_zone_open(&zone, zone_cache, rows[i].zone), APR_SUCCESS);
        period = bk_quota_period(rows[i].per, zone, &wanted, 0);
        from = bk_zone_format(zone, period.start_ns, *state);
        to = bk_zone_format(zone, period.end_ns, *state);
        assert_that(strcmp(from, rows[i].from) == 0 && strcmp(to, rows[i].to) == 0,
                    "%s, %s: %s to %s", rows[i].zone, rows[i].start, from, to);
    }
}

static void test_what_is_ahead_and_what_is_at_once(void **state)
{
    bk_span_t wanted = {1000, 2000}, period;
    const bk_zone_t *zone;

    assert_int_equal(bk_zone_open(&zone, zone_cache, "UTC"), APR_SUCCESS);
    period = bk_quota_period(BK_QUOTA_FUTURE, zone, &wanted, 500);
    assert_true(period.start_ns == 500 && period.end_ns == APR_INT64_MAX);
    period = bk_quota_period(BK_QUOTA_CONCURRENT, zone, &wanted, 500);
    assert_true(period.start_ns == 1000 && period.end_ns == 2000);
}

static void test_the_last_one_that_is_allowed(void **state)
{
    bk_quota_t three = {"open", BK_QUOTA_FUTURE, 3, 0}, ten_hours = {"week", BK_QUOTA_WEEK, 0, 600};

    assert_true(bk_quota_allows(&three, 2, 100000, 100000));
    assert_false(bk_quota_allows(&three, 3, 0, 1));
    assert_false(bk_quota_allows(&three, 4, 0, 1));
    assert_true(bk_quota_allows(&ten_hours, 1000, 540, 60));
    assert_false(bk_quota_allows(&ten_hours, 0, 540, 61));
    assert_false(bk_quota_allows(&ten_hours, 0, 700, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_periods_are_the_clocks),
        cmocka_unit_test(test_what_is_ahead_and_what_is_at_once),
        cmocka_unit_test(test_the_last_one_that_is_allowed),
    };

    return cmocka_run_group_tests_name("quota", tests, zone_open, unit_pool_close);
}
