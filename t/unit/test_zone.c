#include "unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <apr_strings.h>

#include "crowd.h"
#include "zone_fixture.h"

#define HOUR (3600 * BK_TIME_SECOND)

static apr_int64_t wall_of(const char *text)
{
    apr_int64_t wall;

    assert_that(bk_time_parse_wall(text, &wall), "%s", text);
    return wall;
}

/* ---- names --------------------------------------------------------------------------------------
 */

static void test_names_of_the_database_are_known(void **state)
{
    static const char *const names[] = {"Europe/Helsinki",
                                        "UTC",
                                        "Etc/GMT+5",
                                        "America/Argentina/Buenos_Aires",
                                        "EST5EDT",
                                        "Europe/Kiev",
                                        "America/Port-au-Prince"};
    const bk_zone_t *zone, *again;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(names); i++) {
        assert_that(bk_zone_open(&zone, zone_cache, names[i]) == APR_SUCCESS, "%s", names[i]);
        assert_string_equal(bk_zone_name(zone), names[i]);
        assert_int_equal(bk_zone_open(&again, zone_cache, names[i]), APR_SUCCESS);
        assert_ptr_equal(again, zone);
    }
}

static void test_other_names_are_not_known(void **state)
{
    static const char *const names[] = {
        "", "Europe/Nowhere", "Helsinki", "europe/helsinki", "EUROPE/HELSINKI", "Europe", "Europe/",
        "/Europe/Helsinki", "Europe//Helsinki", "Europe/Helsinki/", " Europe/Helsinki",
        "Europe/Helsinki ", "Europe/Helsinki\n",
        /* what TZ may hold besides names */
        "EST5", "EET-2EEST", "EET-2EEST,M3.5.0/3,M10.5.0/4", ":Europe/Helsinki", "+03:00", "-05",
        "GMT+3", "Z", "UTC+2", "<+03>-3",
        /* what lies beside the zones, and elsewhere */
        "localtime", "posixrules", "posix/Europe/Helsinki", "right/Europe/Helsinki", "tzdata.zi",
        "zone.tab", "Factory", "../zoneinfo/Europe/Helsinki", "Europe/../Europe/Helsinki",
        "/usr/share/zoneinfo/Europe/Helsinki", "/etc/localtime", "../../../etc/passwd", ".",
        "Europe/Helsinki\303\244", "\377"};
    char longest[5000];
    const bk_zone_t *zone;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(names); i++) {
        assert_that(bk_zone_open(&zone, zone_cache, names[i]) == APR_NOTFOUND, "'%s' is known",
                    names[i]);
    }
    memset(longest, 'A', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(bk_zone_open(&zone, zone_cache, longest), APR_NOTFOUND);
}

/* ---- a wall time --------------------------------------------------------------------------------
 */

/* The expectations come from Python's zoneinfo. Of years that are over, for what is to come is
 * changed by governments. */
static void test_instants_of_wall_times(void **state)
{
    static const struct {
        const char *zone, *wall;
        bk_zone_passes_t passes;
        const char *utc;
    } rows[] = {
        {"UTC", "2024-05-14T10:00", BK_ZONE_ONCE, "2024-05-14T10:00:00Z"},
        {"Etc/GMT+5", "2024-05-14T10:00", BK_ZONE_ONCE, "2024-05-14T15:00:00Z"},
        {"Asia/Kathmandu", "2024-05-14T10:00", BK_ZONE_ONCE, "2024-05-14T04:15:00Z"},
        {"Europe/Helsinki", "2024-05-14T10:00", BK_ZONE_ONCE, "2024-05-14T07:00:00Z"},
        {"Europe/Helsinki", "2024-03-31T02:59:59.999999999", BK_ZONE_ONCE,
         "2024-03-31T00:59:59.999999999Z"},
        {"Europe/Helsinki", "2024-03-31T03:00", BK_ZONE_NEVER, "2024-03-31T01:00:00Z"},
        {"Europe/Helsinki", "2024-03-31T03:30", BK_ZONE_NEVER, "2024-03-31T01:30:00Z"},
        {"Europe/Helsinki", "2024-03-31T03:59:59.999999999", BK_ZONE_NEVER,
         "2024-03-31T01:59:59.999999999Z"},
        {"Europe/Helsinki", "2024-03-31T04:00", BK_ZONE_ONCE, "2024-03-31T01:00:00Z"},
        {"Europe/Helsinki", "2024-10-27T02:59:59.5", BK_ZONE_ONCE, "2024-10-26T23:59:59.5Z"},
        {"Europe/Helsinki", "2024-10-27T03:00", BK_ZONE_TWICE, "2024-10-27T00:00:00Z"},
        {"Europe/Helsinki", "2024-10-27T03:59:59.5", BK_ZONE_TWICE, "2024-10-27T00:59:59.5Z"},
        {"Europe/Helsinki", "2024-10-27T04:00", BK_ZONE_ONCE, "2024-10-27T02:00:00Z"},
        /* half an hour */
        {"Australia/Lord_Howe", "2024-10-06T02:15", BK_ZONE_NEVER, "2024-10-05T15:45:00Z"},
        {"Australia/Lord_Howe", "2024-10-06T02:30", BK_ZONE_ONCE, "2024-10-05T15:30:00Z"},
        {"Australia/Lord_Howe", "2024-04-07T01:29", BK_ZONE_ONCE, "2024-04-06T14:29:00Z"},
        {"Australia/Lord_Howe", "2024-04-07T01:45", BK_ZONE_TWICE, "2024-04-06T14:45:00Z"},
        {"Australia/Lord_Howe", "2024-04-07T02:00", BK_ZONE_ONCE, "2024-04-06T15:30:00Z"},
        /* "standard" is the summer, and Ramadan and the winter the exception */
        {"Africa/Casablanca", "2024-03-10T02:30", BK_ZONE_TWICE, "2024-03-10T01:30:00Z"},
        {"Africa/Casablanca", "2024-04-01T12:00", BK_ZONE_ONCE, "2024-04-01T12:00:00Z"},
        {"Africa/Casablanca", "2024-04-14T02:30", BK_ZONE_NEVER, "2024-04-14T02:30:00Z"},
        {"Europe/Dublin", "2024-07-01T12:00", BK_ZONE_ONCE, "2024-07-01T11:00:00Z"},
        {"Europe/Dublin", "2024-10-27T01:30", BK_ZONE_TWICE, "2024-10-27T00:30:00Z"},
        {"Europe/Dublin", "2024-03-31T01:30", BK_ZONE_NEVER, "2024-03-31T01:30:00Z"},
        {"America/Toronto", "2024-03-10T02:30", BK_ZONE_NEVER, "2024-03-10T07:30:00Z"},
        {"America/Toronto", "2024-11-03T01:30", BK_ZONE_TWICE, "2024-11-03T05:30:00Z"},
        {"America/Havana", "2024-03-10T00:30", BK_ZONE_NEVER, "2024-03-10T05:30:00Z"},
        {"America/Havana", "2024-11-03T00:30", BK_ZONE_TWICE, "2024-11-03T04:30:00Z"},
        /* a whole day, left out at the date line */
        {"Pacific/Apia", "2011-12-29T23:59", BK_ZONE_ONCE, "2011-12-30T09:59:00Z"},
        {"Pacific/Apia", "2011-12-30T00:00", BK_ZONE_NEVER, "2011-12-30T10:00:00Z"},
        {"Pacific/Apia", "2011-12-30T12:00", BK_ZONE_NEVER, "2011-12-30T22:00:00Z"},
        {"Pacific/Apia", "2011-12-31T00:00", BK_ZONE_ONCE, "2011-12-30T10:00:00Z"},
        /* before the epoch, and with seconds */
        {"Africa/Monrovia", "1971-01-01T00:00", BK_ZONE_ONCE, "1971-01-01T00:44:30Z"},
        {"Europe/Helsinki", "1900-01-01T00:00:00.25", BK_ZONE_ONCE, "1899-12-31T22:20:11.25Z"},
    };
    apr_int64_t ns;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const bk_zone_t *zone = zone_of(rows[i].zone);
        bk_zone_passes_t passes = bk_zone_instant(zone, wall_of(rows[i].wall), &ns);
        const char *utc = bk_time_format_utc(ns, *state);

        assert_that(passes == rows[i].passes && strcmp(utc, rows[i].utc) == 0, "%s, %s: %s, %d",
                    rows[i].zone, rows[i].wall, utc, (int)passes);
        assert_that(passes == BK_ZONE_NEVER || bk_zone_wall(zone, ns) == wall_of(rows[i].wall),
                    "%s does not show %s then", rows[i].zone, rows[i].wall);
    }
}

static void test_days(void **state)
{
    static const struct {
        const char *zone, *date, *start;
        int minutes;
    } rows[] = {
        {"Europe/Helsinki", "2024-05-14", "2024-05-13T21:00:00Z", 1440},
        {"Europe/Helsinki", "2024-03-31", "2024-03-30T22:00:00Z", 1380},
        {"Europe/Helsinki", "2024-10-27", "2024-10-26T21:00:00Z", 1500},
        {"Australia/Lord_Howe", "2024-10-06", "2024-10-05T13:30:00Z", 1410},
        {"Australia/Lord_Howe", "2024-04-07", "2024-04-06T13:00:00Z", 1470},
        {"Africa/Casablanca", "2024-03-10", "2024-03-09T23:00:00Z", 1500},
        {"Africa/Casablanca", "2024-04-14", "2024-04-14T00:00:00Z", 1380},
        {"Europe/Dublin", "2024-10-27", "2024-10-26T23:00:00Z", 1500},
        {"America/Toronto", "2024-03-10", "2024-03-10T05:00:00Z", 1380},
        /* midnight is left out, or comes twice */
        {"America/Havana", "2024-03-10", "2024-03-10T05:00:00Z", 1380},
        {"America/Havana", "2024-11-03", "2024-11-03T04:00:00Z", 1500},
        {"Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z", 1380},
        {"Africa/Cairo", "2024-10-31", "2024-10-30T21:00:00Z", 1500},
        {"America/Sao_Paulo", "2018-02-17", "2018-02-17T02:00:00Z", 1500},
        {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", 1380},
        /* clocks go from half past eleven to half past midnight */
        {"America/Toronto", "1919-03-30", "1919-03-30T05:00:00Z", 1410},
        {"America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z", 1410},
        /* the day is left out */
        {"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", 1440},
        {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", 0},
        {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", 1440},
    };
    apr_int64_t midnight, start, end;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *utc;

        assert_true(bk_time_parse_date(rows[i].date, &midnight));
        bk_zone_day(zone_of(rows[i].zone), midnight, &start, &end);
        utc = bk_time_format_utc(start, *state);
        assert_that(strcmp(utc, rows[i].start) == 0 &&
                        end - start == rows[i].minutes * INT64_C(60) * BK_TIME_SECOND,
                    "%s, %s begins %s and has %" PRId64 " minutes", rows[i].zone, rows[i].date, utc,
                    (end - start) / BK_TIME_SECOND / 60);
    }
}

static void test_format(void **state)
{
    static const struct {
        const char *zone, *utc, *text;
    } rows[] = {
        {"Europe/Helsinki", "2024-05-14T07:00:00Z", "2024-05-14T10:00:00+03:00"},
        {"Europe/Helsinki", "2024-10-27T00:30:00Z", "2024-10-27T03:30:00+03:00"},
        {"Europe/Helsinki", "2024-10-27T01:30:00Z", "2024-10-27T03:30:00+02:00"},
        {"America/St_Johns", "2024-01-01T00:00:00.5Z", "2023-12-31T20:30:00.5-03:30"},
        {"Europe/London", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"},
        /* offsets with seconds: +01:39:49, -00:44:30 */
        {"Europe/Helsinki", "1899-12-31T22:20:11Z", "1899-12-31T23:59:11+01:39"},
        {"Africa/Monrovia", "1971-01-01T00:44:30Z", "1971-01-01T00:00:30-00:44"},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_time_t utc, again;
        const char *text;

        assert_true(bk_time_parse(rows[i].utc, &utc));
        text = bk_zone_format(zone_of(rows[i].zone), utc.ns, *state);
        assert_that(strcmp(text, rows[i].text) == 0, "%s, %s: %s", rows[i].zone, rows[i].utc, text);
        assert_true(bk_time_parse(text, &again) && again.ns == utc.ns);
    }
}

/* ---- all hours of a year, beside another implementation -----------------------------------------
 */

static int offset_by_libc(apr_int64_t ns)
{
    time_t seconds = (time_t)(ns / BK_TIME_SECOND);
    struct tm tm;

    assert_non_null(localtime_r(&seconds, &tm));
    return (int)tm.tm_gmtoff;
}

/* What a wall time should be, by all instants that show it: libc knows the way back only. */
static void check_way_back(const bk_zone_t *zone, apr_int64_t ns, apr_pool_t *p)
{
    apr_int64_t wall = bk_zone_wall(zone, ns), found;
    bk_zone_passes_t passes = bk_zone_instant(zone, wall, &found);

    assert_that(passes != BK_ZONE_NEVER, "%s at %s is not found back", bk_zone_name(zone),
                bk_time_format_utc(ns, p));
    assert_that(found == ns ||
                    (passes == BK_ZONE_TWICE && found < ns && bk_zone_wall(zone, found) == wall),
                "%s at %s is found back elsewhere", bk_zone_name(zone), bk_time_format_utc(ns, p));
}

/* GLib 2.74 goes on wrongly where a rule that has its standard time in summer is the last one. */
static int is_known_fault(const char *name, const char *first_hour)
{
    return strcmp(name, "Europe/Dublin") == 0 && strcmp(first_hour, "2037-01-02") > 0;
}

/* @return how often its offset changed */
static int check_year(const char *name, const char *first_hour, apr_pool_t *p)
{
    const bk_zone_t *zone = zone_of(name);
    apr_int64_t ns = wall_of(first_hour);
    int i, last = 0, changes = -1;

    setenv("TZ", apr_pstrcat(p, ":", name, NULL), 1);
    tzset();
    for (i = 0; i < 366 * 24; i++, ns += HOUR) {
        int offset = bk_zone_offset(zone, ns), expected = offset_by_libc(ns);

        assert_that(offset == expected, "%s at %s: %d seconds, by libc %d", name,
                    bk_time_format_utc(ns, p), offset, expected);
        check_way_back(zone, ns, p);
        changes += changes < 0 || offset != last;
        last = offset;
    }
    return changes;
}

static void test_a_year_of_hours_is_that_of_libc(void **state)
{
    static const char *const zones[] = {"Europe/Helsinki",   "Europe/Dublin",
                                        "Africa/Casablanca", "America/Toronto",
                                        "Pacific/Apia",      "Asia/Kathmandu",
                                        "America/Havana",    "Australia/Lord_Howe",
                                        "Africa/Cairo",      "UTC"};
    static const char *const years[] = {"1950-01-01T00:00", "1971-12-20T00:00", "2011-01-01T00:00",
                                        "2024-01-01T00:00", "2037-01-01T00:00", "2038-01-01T00:00",
                                        "2060-01-01T00:00", "2260-01-01T00:00"};
    unsigned int i, j;

    for (i = 0; i < UNIT_ROWS(zones); i++) {
        for (j = 0; j < UNIT_ROWS(years); j++) {
            if (!is_known_fault(zones[i], years[j])) {
                check_year(zones[i], years[j], *state);
            }
        }
    }
    assert_int_equal(check_year("Europe/Helsinki", "2024-01-01T00:00", *state), 2);
}

/* A part of what a clock shows is left out exactly where no instant shows it: minute by minute,
 * around a change in each direction. */
static void test_every_minute_around_a_change(void **state)
{
    static const struct {
        const char *zone, *from;
    } rows[] = {
        {"Europe/Helsinki", "2024-03-30T12:00"},     {"Europe/Helsinki", "2024-10-26T12:00"},
        {"Australia/Lord_Howe", "2024-10-05T12:00"}, {"Australia/Lord_Howe", "2024-04-06T12:00"},
        {"Africa/Casablanca", "2024-03-09T12:00"},   {"Europe/Dublin", "2024-10-26T12:00"},
    };
    enum { MINUTES = 36 * 60, AROUND = 24 * 60 };
    static unsigned char shown[MINUTES + 2 * AROUND];
    unsigned int i;
    int m;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const bk_zone_t *zone = zone_of(rows[i].zone);
        apr_int64_t from = wall_of(rows[i].from), minute = 60 * BK_TIME_SECOND, ns;

        memset(shown, 0, sizeof(shown));
        for (m = 0; m < MINUTES + 2 * AROUND; m++) {
            apr_int64_t at = (bk_zone_wall(zone, from + (m - AROUND) * minute) - from) / minute;

            if (at >= 0 && at < MINUTES) {
                shown[at]++;
            }
        }
        for (m = 0; m < MINUTES; m++) {
            bk_zone_passes_t passes = bk_zone_instant(zone, from + m * minute, &ns);

            assert_that((int)passes == shown[m], "%s, minute %d: %d, but it is shown %d times",
                        rows[i].zone, m, (int)passes, shown[m]);
        }
    }
}

/* ---- the cache ----------------------------------------------------------------------------------
 */

static const char *const crowded[] = {"Europe/Berlin", "Asia/Tokyo", "America/Chicago",
                                      "Africa/Lagos",  "Asia/Dhaka", "Europe/Nowhere"};

typedef struct crowd_t {
    bk_zone_cache_t *cache;
    _Atomic(const bk_zone_t *) opened[UNIT_ROWS(crowded)];
    atomic_int wrong;
} crowd_t;

/* All open all of them, each in another order, and ask them. */
static void open_all(void *data, int number)
{
    crowd_t *crowd = data;
    unsigned int i;

    for (i = 0; i < 60; i++) {
        unsigned int which = ((unsigned int)number + i) % UNIT_ROWS(crowded);
        const bk_zone_t *zone, *none = NULL;
        int is_there = bk_zone_open(&zone, crowd->cache, crowded[which]) == APR_SUCCESS;

        if (!is_there) {
            crowd->wrong += strcmp(crowded[which], "Europe/Nowhere") != 0;
            continue;
        }
        if (!atomic_compare_exchange_strong(&crowd->opened[which], &none, zone)) {
            crowd->wrong += none != zone;
        }
        crowd->wrong += which == 1 && bk_zone_offset(zone, 0) != 9 * 3600;
        crowd->wrong += which == 2 && bk_zone_offset(zone, 0) != -6 * 3600;
    }
}

static void test_threads_open_each_zone_once(void **state)
{
    crowd_t *crowd = crowd_memory(sizeof(*crowd));
    apr_pool_t *p;
    int round;

    for (round = 0; round < 20; round++) {
        memset(crowd, 0, sizeof(*crowd));
        apr_pool_create(&p, *state);
        assert_int_equal(bk_zone_cache_make(&crowd->cache, p), APR_SUCCESS);
        crowd_threads(8, open_all, crowd, 0);
        assert_int_equal(crowd->wrong, 0);
        apr_pool_destroy(p);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_the_database_are_known),
        cmocka_unit_test(test_other_names_are_not_known),
        cmocka_unit_test(test_instants_of_wall_times),
        cmocka_unit_test(test_days),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_a_year_of_hours_is_that_of_libc),
        cmocka_unit_test(test_every_minute_around_a_change),
        cmocka_unit_test(test_threads_open_each_zone_once),
    };

    return cmocka_run_group_tests_name("bk_zone", tests, zone_open, unit_pool_close);
}
