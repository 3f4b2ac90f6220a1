/* Calendars: lines, escapes, and time zones with every change of their offset. */
#include "unit.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_ics.h"
#include "bk_time.h"
#include "zone_fixture.h"

typedef struct output_t {
    char text[200000];
    apr_size_t len;
    apr_status_t rv; /* what is answered to a piece */
} output_t;

static output_t output;

static apr_status_t keep(void *context, const char *data, apr_size_t len)
{
    output_t *to = context;

    assert_true(to->len + len < sizeof(to->text));
    memcpy(to->text + to->len, data, len);
    to->len += len;
    to->text[to->len] = '\0';
    return to->rv;
}

static bk_ics_t *begin(void)
{
    static bk_ics_t ics;

    memset(&output, 0, sizeof(output));
    bk_ics_begin(&ics, keep, &output, "-//Test//EN");
    return &ics;
}

static const char *end(bk_ics_t *ics)
{
    assert_int_equal(bk_ics_end(ics), APR_SUCCESS);
    return output.text;
}

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nCALSCALE:GREGORIAN\r\n"
#define TAIL "END:VCALENDAR\r\n"

static void test_lines(void **state)
{
    bk_ics_t *ics = begin();

    bk_ics_line(ics, "X", "a,b;c");
    bk_ics_text(ics, "SUMMARY", "a,b;c\\d\r\ne\tf\x01g");
    bk_ics_utc(ics, "DTSTAMP", APR_INT64_C(1904947200123456789));
    bk_ics_wall(ics, "DTSTART", "Europe/Helsinki", APR_INT64_C(1904947200000000000), 10800);
    assert_string_equal(end(ics), HEAD "X:a,b;c\r\nSUMMARY:a\\,b\\;c\\\\d\\ne\tfg\r\n"
                                       "DTSTAMP:20300514T000000Z\r\n"
                                       "DTSTART;TZID=Europe/Helsinki:20300514T030000\r\n" TAIL);
}

/* A line has 75 octets at the most, and no character is cut in two. */
static void test_folded(void **state)
{
    const char *line, *next;
    bk_ics_t *ics = begin();
    char text[400] = "", joined[400] = "";
    int i;

    for (i = 0; i < 90; i++) {
        strcat(text, i % 3 ? "\xc3\xa4" : "x");
    }
    bk_ics_text(ics, "SUMMARY", text);
    end(ics);
    for (line = strstr(output.text, "SUMMARY"); *line != 'E'; line = next + 2) {
        next = strstr(line, "\r\n");
        assert_true(next - line <= 75);
        assert_true(((unsigned char)line[1] & 0xc0) != 0x80);
        strncat(joined, line + (*line == ' '), (size_t)(next - line) - (*line == ' '));
    }
    assert_string_equal(joined + strlen("SUMMARY:"), text);
}

static void test_failure(void **state)
{
    bk_ics_t *ics = begin();
    int i;

    output.rv = APR_ENOSPC;
    for (i = 0; i < 5000; i++) {
        bk_ics_text(ics, "SUMMARY", "title");
    }
    assert_int_equal(bk_ics_end(ics), APR_ENOSPC);
    assert_int_equal(output.len, BK_PIECES_ROOM);
}

/* ---- zones --------------------------------------------------------------------------------------
 */

static int offset_of(const void *zone, apr_int64_t ns)
{
    return bk_zone_offset(zone, ns);
}

static const char *zone_text(const char *name, const char *from, const char *to)
{
    bk_ics_t *ics = begin();

    bk_ics_zone(ics, name, offset_of, zone_of(name), zone_instant(from), zone_instant(to));
    return end(ics);
}

#define CHANGE(kind, clock, from, to)                                                \
    "BEGIN:" kind "\r\nDTSTART:" clock "\r\nTZOFFSETFROM:" from "\r\nTZOFFSETTO:" to \
    "\r\nEND:" kind "\r\n"

static void test_zone(void **state)
{
    assert_string_equal(
        zone_text("Europe/Helsinki", "2030-01-01T00:00:00Z", "2030-12-31T00:00:00Z"),
        HEAD "BEGIN:VTIMEZONE\r\nTZID:Europe/Helsinki\r\n" CHANGE("STANDARD", "20300101T020000",
                                                                  "+0200", "+0200")
            CHANGE("DAYLIGHT", "20300331T030000", "+0200", "+0300")
                CHANGE("STANDARD", "20301027T040000", "+0300", "+0200") "END:VTIMEZONE\r\n" TAIL);
    /* half an hour */
    assert_non_null(
        strstr(zone_text("Australia/Lord_Howe", "2030-01-01T00:00:00Z", "2030-12-31T00:00:00Z"),
               CHANGE("STANDARD", "20300407T020000", "+1100", "+1030")));
    /* west, and none */
    assert_non_null(
        strstr(zone_text("America/Toronto", "2030-01-01T00:00:00Z", "2030-06-30T00:00:00Z"),
               CHANGE("DAYLIGHT", "20300310T020000", "-0500", "-0400")));
    assert_string_equal(
        zone_text("Asia/Tokyo", "2030-01-01T00:00:00Z", "2031-12-31T00:00:00Z"),
        HEAD "BEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\n" CHANGE("STANDARD", "20300101T090000", "+0900",
                                                             "+0900") "END:VTIMEZONE\r\n" TAIL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_folded),
        cmocka_unit_test(test_failure),
        cmocka_unit_test(test_zone),
    };

    return cmocka_run_group_tests_name("bk_ics", tests, zone_open, unit_pool_close);
}
