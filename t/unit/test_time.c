#include "unit.h"

#include <inttypes.h>
#include <time.h>

#include <apr_strings.h>

#include "bk_time.h"

#define SECOND BK_TIME_SECOND

/* The C library's reading of a date, as the reference to compare with. */
static apr_int64_t seconds_of(int year, int month, int day, int hour, int minute, int second)
{
    struct tm tm = {.tm_year = year - 1900,
                    .tm_mon = month - 1,
                    .tm_mday = day,
                    .tm_hour = hour,
                    .tm_min = minute,
                    .tm_sec = second};

    return timegm(&tm);
}

static int leap_year(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static void test_parse_accepted(void **state)
{
    static const struct {
        const char *text;
        apr_int64_t seconds;
        apr_int64_t fraction;
        int offset;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0, 0, 0},
        {"1969-12-31T23:59:59Z", -1, 0, 0},
        {"1969-12-31T23:59:59.999999999Z", -1, 999999999, 0},
        {"2025-12-11T10:00:00Z", 1765447200, 0, 0},
        {"2025-12-11T10:00:00+01:00", 1765443600, 0, 60},
        {"2025-12-11T10:00:00-01:00", 1765450800, 0, -60},
        {"2025-12-11t10:00:00z", 1765447200, 0, 0},
        {"2025-12-11T10:00:00+00:00", 1765447200, 0, 0},
        {"2025-12-11T10:00:00-00:00", 1765447200, 0, 0},
        {"2025-12-11T10:00:00+05:45", 1765426500, 0, 345},
        {"2025-12-11T10:00:00+00:01", 1765447140, 0, 1},
        {"2025-12-11T10:00:00+23:59", 1765360860, 0, 1439},
        {"2025-12-11T10:00:00-23:59", 1765533540, 0, -1439},
        {"2024-02-29T00:00:00Z", 1709164800, 0, 0},
        {"2000-02-29T23:59:59Z", 951868799, 0, 0},
        {"2025-12-31T23:59:59.5-12:00", 1767268799, 500000000, -720},
        /* The first and the last year, as written; the instant may lie in the one beside. */
        {"1678-01-01T00:00:00Z", -9214560000, 0, 0},
        {"2261-12-31T23:59:59.999999999Z", 9214646399, 999999999, 0},
        {"1678-01-01T00:00:00+23:59", -9214646340, 0, 1439},
        {"2261-12-31T23:59:59.999999999-23:59", 9214732739, 999999999, -1439},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_time_t time;
        assert_that(bk_time_parse(rows[i].text, &time) == 1, "'%s' is refused", rows[i].text);
        assert_that(time.ns == rows[i].seconds * SECOND + rows[i].fraction &&
                        time.offset == rows[i].offset,
                    "'%s' is read as %" PRId64 " at %d", rows[i].text, time.ns, time.offset);
    }
}

static void test_parse_refused(void **state)
{
    static const char *const rows[] = {
        "", "2025", "2025-12-11", "2025-12-11T", "2025-12-11T10", "2025-12-11T10:00",
        "2025-12-11T10:00Z", "2025-12-11T10:00:00", "2025-12-11T10:00:0Z", "2025-12-11T10:0:00Z",
        "2025-12-11T1:00:00Z", "2025-12-1T10:00:00Z", "2025-1-11T10:00:00Z", "25-12-11T10:00:00Z",
        "02025-12-11T10:00:00Z", "12025-12-11T10:00:00Z", "+2025-12-11T10:00:00Z",
        "-2025-12-11T10:00:00Z",
        "2025-12-11 10:00:00Z", /* RFC 3339 lets applications take a blank; we do not */
        "2025-12-11_10:00:00Z", "2025-12-11T10:00:00 Z", " 2025-12-11T10:00:00Z",
        "2025-12-11T10:00:00Z ", "2025-12-11T10:00:00Z\n", "2025-12-11T10:00:00ZZ",
        "2025-12-11T10:00:00Z+01:00", "2025/12/11T10:00:00Z", "2025-12:11T10:00:00Z",
        "20251211T100000Z", "2025-W50-4T10:00:00Z", "2025-345T10:00:00Z", "2025-12-11T10.00.00Z",
        "2025-12-11T10:00:00,5Z", "2025-12-11T10:00:00.Z", "2025-12-11T10:00:00.",
        "2025-12-11T10:00:00.+01:00", "2025-12-11T10:00:00.5", "2025-12-11T10:00:00.-5Z",
        "2025-12-11T10:00:00.5.5Z", "2025-12-11T10:00:00.5eZ", "2025-12-11T10:00.5Z",
        /* offsets */
        "2025-12-11T10:00:00+01", "2025-12-11T10:00:00+1:00", "2025-12-11T10:00:00+0100",
        "2025-12-11T10:00:00+01:0", "2025-12-11T10:00:00+01:000", "2025-12-11T10:00:00+01:00:00",
        "2025-12-11T10:00:00+24:00", "2025-12-11T10:00:00-24:00", "2025-12-11T10:00:00+23:60",
        "2025-12-11T10:00:00+99:99",
        "2025-12-11T10:00:00 01:00", /* a plus sign that a form decoded */
        "2025-12-11T10:00:00\xe2\x88\x92"
        "01:00",
        "2025-12-11T10:00:00CET", "2025-12-11T10:00:00UTC", "2025-12-11T10:00:00+",
        "2025-12-11T10:00:00-",
        /* no such date, no such time */
        "2025-00-11T10:00:00Z", "2025-13-11T10:00:00Z", "2025-12-00T10:00:00Z",
        "2025-12-32T10:00:00Z", "2025-02-29T10:00:00Z", "2025-02-30T10:00:00Z",
        "1900-02-29T10:00:00Z", "2100-02-29T10:00:00Z", "2024-02-30T10:00:00Z",
        "2025-04-31T10:00:00Z", "2025-12-11T24:00:00Z", "2025-12-11T25:00:00Z",
        "2025-12-11T99:00:00Z", "2025-12-11T10:60:00Z", "2025-12-11T10:99:00Z",
        /* leap seconds, real and not */
        "2016-12-31T23:59:60Z", "1990-12-31T15:59:60-08:00", "2025-12-11T10:00:60Z",
        "2025-12-11T10:00:61Z",
        /* years off the scale */
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1677-12-31T23:59:59Z",
        "1677-12-31T23:59:59-23:59", "2262-01-01T00:00:00Z", "2262-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59Z",
        /* other alphabets' digits */
        "\xef\xbc\x92"
        "025-12-11T10:00:00Z",
        "2025-12-11T10:00:0\xd9\xa1Z"};
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_time_t time;
        assert_that(bk_time_parse(rows[i], &time) == 0, "'%s' is accepted", rows[i]);
    }
}

/* A good time with one byte replaced by every other byte, and cut off everywhere: accepted only
 * where what results is a good time again, which its length and its letters tell. */
static void test_parse_damaged(void **state)
{
    static const char good[] = "2025-12-11T10:20:30.456+01:30";
    char text[sizeof(good)];
    size_t at;
    int byte;
    bk_time_t time;

    for (at = 0; at < sizeof(good) - 1; at++) {
        memcpy(text, good, sizeof(good));
        text[at] = '\0';
        assert_that(!bk_time_parse(text, &time), "'%s' is accepted", text);
        for (byte = 1; byte < 256; byte++) {
            int digit = byte >= '0' && byte <= '9';
            memcpy(text, good, sizeof(good));
            text[at] = (char)byte;
            if (byte != good[at] && bk_time_parse(text, &time)) {
                int same_kind = digit && good[at] >= '0' && good[at] <= '9';
                int other_letter =
                    (good[at] == 'T' && byte == 't') || (good[at] == '+' && byte == '-');
                assert_that(same_kind || other_letter, "'%s' is accepted", text);
            }
        }
    }
}

/* One to nine digits say something; more may only be zeros. */
static void test_fraction_digits(void **state)
{
    static const struct {
        const char *digits;
        apr_int64_t ns; /* -1: refused */
    } rows[] = {
        {"1", 100000000},
        {"12", 120000000},
        {"123", 123000000},
        {"1234", 123400000},
        {"12345", 123450000},
        {"123456", 123456000},
        {"1234567", 123456700},
        {"12345678", 123456780},
        {"123456789", 123456789},
        {"000000001", 1},
        {"999999999", 999999999},
        {"0", 0},
        {"000000000", 0},
        {"1234567890", 123456789},
        {"12345678900", 123456789},
        {"123456789000", 123456789},
        {"500000000000000000000000000000", 500000000},
        {"1234567891", -1},
        {"12345678901", -1},
        {"123456789001", -1},
        {"0000000001", -1},
        {"000000000000000000000000000001", -1},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        const char *text = apr_pstrcat(*state, "1970-01-01T00:00:00.", rows[i].digits, "Z", NULL);
        bk_time_t time = {-1, 0};
        int ok = bk_time_parse(text, &time);
        assert_that(ok == (rows[i].ns >= 0), "'%s': %d", text, ok);
        assert_that(time.ns == rows[i].ns || !ok, "'%s' is read as %" PRId64, text, time.ns);
    }
}

/* Every day of every year there is, and the days there are not. */
static void test_every_day(void **state)
{
    apr_int64_t days = seconds_of(1678, 1, 1, 0, 0, 0) / 86400;
    int year, month, day;
    char text[40];
    bk_time_t time;

    for (year = 1678; year <= 2261; year++) {
        for (month = 1; month <= 12; month++) {
            int last = month == 2 ? 28 + leap_year(year) : 30 + ((month + month / 8) % 2);
            for (day = 1; day <= 31; day++) {
                int real = day <= last;
                apr_snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00Z", year, month, day);
                assert_that(bk_time_parse(text, &time) == real, "'%s'", text);
                assert_that(!real || time.ns == days * BK_TIME_DAY, "'%s'", text);
                text[10] = '\0';
                assert_that(bk_time_is_date(text) == real, "'%s'", text);
                days += real;
            }
        }
    }
    assert_true(days * 86400 == seconds_of(2262, 1, 1, 0, 0, 0));
}

/* A random time, as fields and as the reference reads them. */
typedef struct sample_t {
    char text[48];
    apr_int64_t ns;
    int offset;
} sample_t;

static void make_sample(sample_t *sample, uint64_t *seed)
{
    int year = (int)unit_random_in(seed, 1678, 2261);
    int month = (int)unit_random_in(seed, 1, 12);
    int day = (int)unit_random_in(seed, 1, 28);
    int hour = (int)unit_random_in(seed, 0, 23);
    int minute = (int)unit_random_in(seed, 0, 59);
    int second = (int)unit_random_in(seed, 0, 59);
    int offset = (int)unit_random_in(seed, -1439, 1439);
    int digits = (int)unit_random_in(seed, 0, 9);
    int ahead = offset < 0 ? -offset : offset;
    apr_int64_t unit = SECOND, fraction = 0;
    char point[16] = "", zone[8] = "Z";

    if (digits) {
        int i;
        for (i = 0; i < digits; i++) {
            unit /= 10;
        }
        fraction = unit_random_in(seed, 1, SECOND / unit - 1);
        fraction += fraction % 10 == 0; /* the last digit is none that would be left out */
        apr_snprintf(point, sizeof(point), ".%0*" PRId64, digits, fraction);
    }
    if (offset) {
        apr_snprintf(zone, sizeof(zone), "%c%02d:%02d", offset < 0 ? '-' : '+', ahead / 60,
                     ahead % 60);
    }
    apr_snprintf(sample->text, sizeof(sample->text), "%04d-%02d-%02dT%02d:%02d:%02d%s%s", year,
                 month, day, hour, minute, second, point, zone);
    sample->ns =
        (seconds_of(year, month, day, hour, minute, second) - offset * INT64_C(60)) * SECOND +
        fraction * unit;
    sample->offset = offset;
}

static void test_round_trips(void **state)
{
    apr_pool_t *p;
    uint64_t seed = 3;
    int i;

    apr_pool_create(&p, *state);
    for (i = 0; i < 50000; i++) {
        sample_t sample;
        bk_time_t time, utc;
        struct tm tm;
        time_t seconds;
        char date[11];

        make_sample(&sample, &seed);
        assert_that(bk_time_parse(sample.text, &time), "'%s' is refused", sample.text);
        assert_that(time.ns == sample.ns && time.offset == sample.offset, "'%s'", sample.text);
        assert_string_equal(bk_time_format(&time, p), sample.text);
        memcpy(date, sample.text, 10);
        date[10] = '\0';
        assert_string_equal(bk_time_date(&time, p), date);

        if (strncmp(bk_time_format_utc(time.ns, p), "1677", 4) != 0 &&
            strncmp(bk_time_format_utc(time.ns, p), "2262", 4) != 0) {
            assert_true(bk_time_parse(bk_time_format_utc(time.ns, p), &utc));
            assert_true(utc.ns == time.ns && utc.offset == 0);
        }

        seconds = (time_t)((sample.ns - (sample.ns % SECOND + SECOND) % SECOND) / SECOND) +
                  sample.offset * 60;
        gmtime_r(&seconds, &tm);
        assert_true(bk_time_of_day(time.ns, time.offset) ==
                    (tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec) * SECOND +
                        (sample.ns % SECOND + SECOND) % SECOND);
        if (i % 100 == 0) {
            apr_pool_clear(p);
        }
    }
}

static void test_format(void **state)
{
    static const struct {
        apr_int64_t ns;
        int offset;
        const char *wanted;
    } rows[] = {
        {0, 0, "1970-01-01T00:00:00Z"},
        {-1, 0, "1969-12-31T23:59:59.999999999Z"},
        {1, 0, "1970-01-01T00:00:00.000000001Z"},
        {10, 0, "1970-01-01T00:00:00.00000001Z"},
        {500000000, 0, "1970-01-01T00:00:00.5Z"},
        {-500000000, 0, "1969-12-31T23:59:59.5Z"},
        {120000000, 0, "1970-01-01T00:00:00.12Z"},
        {100000001, 0, "1970-01-01T00:00:00.100000001Z"},
        {0, 60, "1970-01-01T01:00:00+01:00"},
        {0, -60, "1969-12-31T23:00:00-01:00"},
        {0, 1439, "1970-01-01T23:59:00+23:59"},
        {0, -1439, "1969-12-31T00:01:00-23:59"},
        {0, -1, "1969-12-31T23:59:00-00:01"},
        {INT64_C(1765447200) * SECOND, 345, "2025-12-11T15:45:00+05:45"},
        {INT64_C(951868799) * SECOND, 0, "2000-02-29T23:59:59Z"},
        {INT64_C(-9214560000) * SECOND, 0, "1678-01-01T00:00:00Z"},
        {INT64_C(9214646399) * SECOND + 999999999, 0, "2261-12-31T23:59:59.999999999Z"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_time_t time = {rows[i].ns, rows[i].offset};
        assert_string_equal(bk_time_format(&time, *state), rows[i].wanted);
        if (rows[i].offset == 0) {
            assert_string_equal(bk_time_format_utc(rows[i].ns, *state), rows[i].wanted);
        }
    }
}

/* The date is the one of the offset, which need not be UTC's. */
static void test_date(void **state)
{
    static const struct {
        const char *text;
        const char *wanted;
    } rows[] = {
        {"2025-12-11T10:00:00Z", "2025-12-11"},
        {"2025-12-11T00:00:00+14:00", "2025-12-11"},
        {"2025-12-11T23:59:59.999999999-12:00", "2025-12-11"},
        {"2026-01-01T00:00:00+01:00", "2026-01-01"},
        {"2025-12-31T23:59:59-01:00", "2025-12-31"},
        {"1969-12-31T23:59:59.999999999Z", "1969-12-31"},
        {"1678-01-01T00:00:00+23:59", "1678-01-01"},
        {"2261-12-31T23:59:59.999999999-23:59", "2261-12-31"},
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        bk_time_t time;
        assert_true(bk_time_parse(rows[i].text, &time));
        assert_string_equal(bk_time_date(&time, *state), rows[i].wanted);
    }
}

static void test_is_date(void **state)
{
    static const char *const good[] = {"2025-12-11", "2024-02-29", "2000-02-29", "0001-01-01",
                                       "9999-12-31"};
    static const char *const bad[] = {
        "",
        "2025",
        "2025-12",
        "2025-12-",
        "2025-12-1",
        "2025-1-11",
        "2025-12-011",
        "2025-12-11 ",
        " 2025-12-11",
        "2025-12-11T",
        "2025-12-11Z",
        "2025/12/11",
        "11-12-2025",
        "20251211",
        "12025-12-11",
        "2025-02-29",
        "2025-02-30",
        "2100-02-29",
        "2025-00-01",
        "2025-13-01",
        "2025-01-00",
        "2025-01-32",
        "2025-04-31",
        "-025-12-11",
        "+025-12-11",
        "2025--1-11",
        "2025-12-11\n",
        "today",
        "2025-12-\xd9\xa1",
        "2025-12-1a",
    };
    size_t i;

    for (i = 0; i < UNIT_ROWS(good); i++) {
        assert_that(bk_time_is_date(good[i]) == 1, "'%s' is refused", good[i]);
    }
    for (i = 0; i < UNIT_ROWS(bad); i++) {
        assert_that(bk_time_is_date(bad[i]) == 0, "'%s' is accepted", bad[i]);
    }
}

static void test_of_day(void **state)
{
    assert_true(bk_time_of_day(0, 0) == 0);
    assert_true(bk_time_of_day(-1, 0) == BK_TIME_DAY - 1);
    assert_true(bk_time_of_day(BK_TIME_DAY, 0) == 0);
    assert_true(bk_time_of_day(BK_TIME_DAY - 1, 0) == BK_TIME_DAY - 1);
    assert_true(bk_time_of_day(-BK_TIME_DAY, 0) == 0);
    assert_true(bk_time_of_day(0, 60) == 3600 * SECOND);
    assert_true(bk_time_of_day(0, -60) == BK_TIME_DAY - 3600 * SECOND);
    assert_true(bk_time_of_day(0, 1439) == BK_TIME_DAY - 60 * SECOND);
    assert_true(bk_time_of_day(0, -1439) == 60 * SECOND);
}

static void test_clocks(void **state)
{
    apr_int64_t before = apr_time_now(), now = bk_time_now() / 1000, after = apr_time_now();
    apr_int64_t start = bk_time_monotonic_ms(), end;

    assert_true(before <= now && now <= after);
    apr_sleep(20000);
    end = bk_time_monotonic_ms();
    assert_in_range(end - start, 19, 10000);
}

static void test_wall(void **state)
{
    static const struct {
        const char *text, *utc; /* utc: the same instant where the clock shows UTC; NULL: refused */
    } rows[] = {
        {"2030-05-14T10:00", "2030-05-14T10:00:00Z"},
        {"2030-05-14t10:00:30", "2030-05-14T10:00:30Z"},
        {"2030-05-14T23:59:59.5", "2030-05-14T23:59:59.5Z"},
        {"1678-01-01T00:00", "1678-01-01T00:00:00Z"},
        {"2261-12-31T23:59:59.999999999", "2261-12-31T23:59:59.999999999Z"},
        {"", NULL},
        {"2030-05-14", NULL},
        {"2030-05-14T", NULL},
        {"2030-05-14T10", NULL},
        {"2030-05-14T10:0", NULL},
        {"2030-05-14T10:00:", NULL},
        {"2030-05-14T10:00:0", NULL},
        {"2030-05-14T10:00.5", NULL},
        {"2030-05-14T10:00Z", NULL},
        {"2030-05-14T10:00+03:00", NULL},
        {"2030-05-14 10:00", NULL},
        {"2030-05-14T24:00", NULL},
        {"2030-05-14T10:60", NULL},
        {"2030-05-14T10:00:60", NULL},
        {"2030-02-29T10:00", NULL},
        {"1677-12-31T23:59", NULL},
        {"2262-01-01T00:00", NULL},
    };
    apr_int64_t wall;
    bk_time_t utc;
    size_t i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        int is_read = bk_time_parse_wall(rows[i].text, &wall);

        assert_that(is_read == (rows[i].utc != NULL), "'%s': %d", rows[i].text, is_read);
        assert_that(!is_read || (bk_time_parse(rows[i].utc, &utc) && utc.ns == wall),
                    "'%s' is read as %" PRId64, rows[i].text, wall);
    }
}

static void test_parse_date(void **state)
{
    static const char *const wrong[] = {"",           "2030-05",     "2030-05-1",
                                        "2030-02-29", "2030-05-14T", "1677-12-31",
                                        "2262-01-01", " 2030-05-14", "2030-05-14 "};
    apr_int64_t wall, midnight;
    size_t i;

    assert_true(bk_time_parse_date("2030-05-14", &wall));
    assert_true(bk_time_parse_wall("2030-05-14T00:00", &midnight));
    assert_true(wall == midnight);
    for (i = 0; i < UNIT_ROWS(wrong); i++) {
        assert_that(!bk_time_parse_date(wrong[i], &wall), "'%s' is accepted", wrong[i]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_accepted), cmocka_unit_test(test_parse_refused),
        cmocka_unit_test(test_parse_damaged),  cmocka_unit_test(test_fraction_digits),
        cmocka_unit_test(test_every_day),      cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_format),         cmocka_unit_test(test_date),
        cmocka_unit_test(test_is_date),        cmocka_unit_test(test_of_day),
        cmocka_unit_test(test_clocks),         cmocka_unit_test(test_wall),
        cmocka_unit_test(test_parse_date),
    };

    return cmocka_run_group_tests_name("bk_time", tests, unit_pool_open, unit_pool_close);
}
