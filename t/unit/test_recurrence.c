#include "unit.h"

#include <apr_strings.h>

#include "bk_json.h"
#include "bk_json_input.h"
#include "bk_recurrence_input.h"
#include "zone_fixture.h"

static const bk_input_row_t rows[] = {BK_RECURRENCE_INPUT_ROW("rule", BK_INPUT_REQUIRED), {NULL}};

/* Read a rule. @return what is wrong: the code of the fault and its detail; "": nothing */
static const char *read_rule(bk_recurrence_t *rule, const char *json, apr_pool_t *p)
{
    const char *text = apr_pstrcat(p, "{\"rule\":", json, "}", NULL), *why;
    const bk_json_t *object;
    const bk_input_t *input;
    bk_faults_t faults;

    bk_fault_none(&faults, p);
    assert_that(bk_json_parse(&object, text, strlen(text), &why, p) == BK_JSON_PARSED, "%s: %s",
                text, why);
    input = bk_json_input_read(rows, object, BK_JSON_INPUT_WHOLE, &faults, p);
    if (!bk_fault_count(&faults)) {
        bk_fault_pointer_t where = {NULL, "rule", 0};

        bk_recurrence_input_read(rule, bk_input_value(input, "rule"), &where, &faults, p);
    }
    return bk_fault_count(&faults) ? apr_pstrcat(p, bk_fault_at(&faults, 0)->code, " ",
                                                 bk_fault_at(&faults, 0)->detail, NULL)
                                   : "";
}

static const char *list_dates(const char *rule_text, const char *zone, const char *start,
                              const char *except, apr_pool_t *p)
{
    const char *text = "", *code, *wrong = NULL;
    apr_int64_t wall, left_out[1];
    apr_array_header_t *found;
    bk_recurrence_t rule;

    text = read_rule(&rule, rule_text, p);
    assert_that(!*text, "%s: %s", rule_text, text);
    assert_true(bk_time_parse_wall(start, &wall));
    if (except) {
        assert_true(bk_time_parse_date(except, &left_out[0]));
    }
    wrong = bk_recurrence_expand(&found, &rule, zone_of(zone), wall, left_out, except != NULL,
                                 &code, p);
    if (wrong) {
        return apr_pstrcat(p, code, ": ", wrong, NULL);
    }
    for (int i = 0; i < found->nelts; i++) {
        const bk_occurrence_t *one = &APR_ARRAY_IDX(found, i, bk_occurrence_t);

        text = apr_pstrcat(p, text, i ? " " : "", bk_zone_format(zone_of(zone), one->start_ns, p),
                           NULL);
    }
    return text;
}

static void test_dates(void **state)
{
    static const struct {
        const char *rule, *zone, *start, *except, *dates;
    } table[] = {
        {"{\"freq\":\"weekly\",\"days\":[\"mon\",\"wed\"],\"until\":\"2030-09-11\"}",
         "Europe/Helsinki", "2030-09-02T09:00", "2030-09-04",
         "2030-09-02T09:00:00+03:00 2030-09-09T09:00:00+03:00 2030-09-11T09:00:00+03:00"},
        /* nine stays nine when clocks are put back */
        {"{\"freq\":\"weekly\",\"count\":2}", "Europe/Helsinki", "2030-10-21T09:00", NULL,
         "2030-10-21T09:00:00+03:00 2030-10-28T09:00:00+02:00"},
        /* a doubled hour is its first pass */
        {"{\"freq\":\"daily\",\"count\":2}", "Europe/Helsinki", "2030-10-26T03:30", NULL,
         "2030-10-26T03:30:00+03:00 2030-10-27T03:30:00+03:00"},
        {"{\"freq\":\"daily\",\"count\":2}", "Europe/Helsinki", "2030-03-30T03:30", NULL,
         "time-does-not-exist: There is no 2030-03-31T03:30 in Europe/Helsinki: the clocks go "
         "forward, and skip it"},
        /* what is left out may be in the gap */
        {"{\"freq\":\"daily\",\"count\":2}", "Europe/Helsinki", "2030-03-30T03:30", "2030-03-31",
         "2030-03-30T03:30:00+02:00"},
        {"{\"freq\":\"monthly\",\"count\":3}", "UTC", "2030-01-31T10:00", NULL,
         "2030-01-31T10:00:00Z 2030-03-31T10:00:00Z 2030-05-31T10:00:00Z"},
        {"{\"freq\":\"monthly\",\"nth\":-1,\"days\":[\"fri\"],\"count\":2}", "UTC",
         "2030-01-25T10:00", NULL, "2030-01-25T10:00:00Z 2030-02-22T10:00:00Z"},
        {"\"RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2\"", "UTC", "2030-01-25T10:00", NULL,
         "2030-01-25T10:00:00Z 2030-02-08T10:00:00Z"},
        {"\"FREQ=DAILY;UNTIL=20300126T080000Z\"", "Europe/Helsinki", "2030-01-25T10:00", NULL,
         "2030-01-25T10:00:00+02:00 2030-01-26T10:00:00+02:00"},
        {"\"FREQ=DAILY;UNTIL=20300126T075959Z\"", "Europe/Helsinki", "2030-01-25T10:00", NULL,
         "2030-01-25T10:00:00+02:00"},
        {"{\"freq\":\"weekly\",\"days\":[\"tue\"],\"count\":2}", "UTC", "2030-09-02T09:00", NULL,
         "bad-rule: The start, 2030-09-02T09:00, is not a date of the rule"},
        {"{\"freq\":\"daily\",\"until\":\"2031-12-31\"}", "UTC", "2030-01-01T09:00", NULL,
         "bad-rule: A series has at most 366 dates"},
        {"{\"freq\":\"weekly\",\"until\":\"2033-01-01\"}", "UTC", "2030-01-01T09:00", NULL,
         "bad-rule: A series is at most 2 years long"},
        {"{\"freq\":\"daily\",\"until\":\"2029-12-31\"}", "UTC", "2030-01-01T09:00", NULL,
         "bad-rule: The series has no dates"},
        {"{\"freq\":\"daily\",\"count\":1}", "UTC", "2030-01-01T09:00", "2030-01-01",
         "bad-rule: The series has no dates"},
        {"{\"freq\":\"daily\",\"count\":1}", "UTC", "2261-01-01T09:00", NULL,
         "bad-rule: A series begins before the year 2250"},
        {"{\"freq\":\"monthly\",\"interval\":52,\"count\":1}", "UTC", "2249-12-31T23:59", NULL,
         "2249-12-31T23:59:00Z"},
    };

    for (unsigned int i = 0; i < UNIT_ROWS(table); i++) {
        const char *dates =
            list_dates(table[i].rule, table[i].zone, table[i].start, table[i].except, *state);

        assert_that(strcmp(dates, table[i].dates) == 0, "%s from %s: %s", table[i].rule,
                    table[i].start, dates);
    }
}

static void test_what_is_no_rule(void **state)
{
    static const char *const wrong[] = {
        "{\"freq\":\"weekly\"}",
        "{\"freq\":\"weekly\",\"count\":2,\"until\":\"2030-01-01\"}",
        "{\"freq\":\"daily\",\"days\":[\"mon\"],\"count\":2}",
        "{\"freq\":\"weekly\",\"nth\":1,\"days\":[\"mon\"],\"count\":2}",
        "{\"freq\":\"weekly\",\"monthDay\":1,\"count\":2}",
        "{\"freq\":\"monthly\",\"days\":[\"mon\"],\"count\":2}",
        "{\"freq\":\"monthly\",\"nth\":1,\"count\":2}",
        "{\"freq\":\"monthly\",\"nth\":1,\"days\":[\"mon\",\"tue\"],\"count\":2}",
        "{\"freq\":\"monthly\",\"nth\":1,\"days\":[\"mon\"],\"monthDay\":3,\"count\":2}",
        "\"x\"",
        "\"RRULE:\"",
        "\"COUNT=2\"",
        "\"FREQ=YEARLY;COUNT=2\"",
        "\"FREQ=SECONDLY;COUNT=2\"",
        "\"FREQ=DAILY;FREQ=DAILY;COUNT=2\"",
        "\"FREQ=DAILY;COUNT=0\"",
        "\"FREQ=DAILY;COUNT=367\"",
        "\"FREQ=DAILY;COUNT=2;INTERVAL=53\"",
        "\"FREQ=DAILY;COUNT=2;INTERVAL=0\"",
        "\"FREQ=DAILY;COUNT=2;UNTIL=20300101\"",
        "\"FREQ=DAILY;UNTIL=20300230\"",
        "\"FREQ=DAILY;UNTIL=2030010\"",
        "\"FREQ=DAILY;UNTIL=20300101X100000\"",
        "\"FREQ=DAILY;COUNT=2;BYSETPOS=1\"",
        "\"FREQ=DAILY;COUNT=2;BYHOUR=9\"",
        "\"FREQ=WEEKLY;COUNT=2;BYDAY=XX\"",
        "\"FREQ=WEEKLY;COUNT=2;BYDAY=\"",
        "\"FREQ=WEEKLY;COUNT=2;BYDAY=1MO\"",
        "\"FREQ=WEEKLY;COUNT=2;WKST=SU\"",
        "\"FREQ=MONTHLY;COUNT=2;BYDAY=1MO,3MO\"",
        "\"FREQ=MONTHLY;COUNT=2;BYDAY=6MO\"",
        "\"FREQ=MONTHLY;COUNT=2;BYMONTHDAY=32\"",
        "\"FREQ=MONTHLY;COUNT=2;BYMONTHDAY=1,2\"",
        "\"FREQ=DAILY;COUNT=2;\"",
    };

    for (unsigned int i = 0; i < UNIT_ROWS(wrong); i++) {
        bk_recurrence_t rule;
        const char *got = read_rule(&rule, wrong[i], *state);

        assert_that(strncmp(got, "bad-rule ", 9) == 0, "%s: '%s'", wrong[i], got);
    }
}

static const char *write_rule(const bk_recurrence_t *rule, apr_pool_t *p)
{
    bk_json_text_t text;
    apr_size_t len;
    const char *whole;

    bk_json_text_begin(&text, p);
    bk_recurrence_input_write(&text, "rule", rule);
    whole = bk_json_text_end(&text, &len);
    return apr_pstrmemdup(p, whole + 8, len - 9);
}

static void test_what_is_written_is_read(void **state)
{
    static const struct {
        const char *read, *written;
    } table[] = {
        {"\"FREQ=WEEKLY;BYDAY=WE,MO;INTERVAL=2;UNTIL=20301220;WKST=MO\"",
         "{\"freq\":\"weekly\",\"interval\":2,\"days\":[\"mon\",\"wed\"],\"until\":\"2030-12-"
         "20\"}"},
        {"\"rrule:freq=monthly;byday=-1fr;count=12\"",
         "{\"freq\":\"monthly\",\"interval\":1,\"days\":[\"fri\"],\"nth\":-1,\"count\":12}"},
        {"\"FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=12\"",
         "{\"freq\":\"monthly\",\"interval\":1,\"monthDay\":-1,\"count\":12}"},
        {"{\"freq\":\"daily\",\"count\":3}", "{\"freq\":\"daily\",\"interval\":1,\"count\":3}"},
        {"\"FREQ=WEEKLY;BYDAY=MO,TU;UNTIL=20301220T100000Z\"",
         "\"RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU;UNTIL=20301220T100000Z\""},
        {"\"FREQ=MONTHLY;BYDAY=+2MO;UNTIL=20301220T100000\"",
         "\"RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=2MO;UNTIL=20301220T100000\""},
    };

    for (unsigned int i = 0; i < UNIT_ROWS(table); i++) {
        bk_recurrence_t rule, again;
        const char *wrong = read_rule(&rule, table[i].read, *state), *written;

        assert_that(!*wrong, "%s: %s", table[i].read, wrong);
        written = write_rule(&rule, *state);
        assert_string_equal(written, table[i].written);
        assert_string_equal(read_rule(&again, written, *state), "");
        assert_string_equal(write_rule(&again, *state), written);
    }
}

static void test_weeks(void **state)
{
    static const struct {
        const char *rule;
        int weeks;
    } table[] = {
        {"\"FREQ=WEEKLY;COUNT=1\"", 0},
        {"\"FREQ=WEEKLY;COUNT=2\"", 1},
        {"\"FREQ=DAILY;COUNT=2\"", 1},
        {"\"FREQ=DAILY;COUNT=9\"", 2},
    };

    for (unsigned int i = 0; i < UNIT_ROWS(table); i++) {
        bk_recurrence_t rule;
        apr_array_header_t *found;
        const char *code;

        assert_string_equal(read_rule(&rule, table[i].rule, *state), "");
        assert_null(bk_recurrence_expand(&found, &rule, zone_of("UTC"), 0, NULL, 0, &code, *state));
        assert_int_equal(bk_recurrence_weeks(found), table[i].weeks);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_what_is_no_rule),
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_weeks),
    };

    return cmocka_run_group_tests(tests, zone_open, unit_pool_close);
}
