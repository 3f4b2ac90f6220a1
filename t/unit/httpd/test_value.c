#include "service.h"

#include <apr_strings.h>
#include <apr_time.h>

#include "bk_value.h"

/* Values are read for a directive; any will do. */
static cmd_parms *command(void)
{
    static const command_rec directive = {.name = "BookableThing"};
    static cmd_parms cmd;

    cmd = (cmd_parms){.cmd = &directive,
                      .pool = service_server->process->pool,
                      .temp_pool = service_server->process->pool,
                      .server = service_server};
    return &cmd;
}

#define DAY (24 * 60 * 60 * APR_TIME_C(1000000))

/* ---- durations ----------------------------------------------------------------------------------
 */

static const char *read_duration(const char *text, apr_interval_time_t *value)
{
    return bk_value_duration(command(), text, "s", 0, 200000 * DAY, value);
}

static void test_durations_are_read_in_every_unit(void **state)
{
    static const struct {
        const char *text;
        apr_interval_time_t value;
    } rows[] = {
        {"0", 0},
        {"5", APR_TIME_C(5000000)},
        {"5s", APR_TIME_C(5000000)},
        {"5S", APR_TIME_C(5000000)},
        {"500ms", APR_TIME_C(500000)},
        {"500MS", APR_TIME_C(500000)},
        {"2mi", APR_TIME_C(120000000)},
        {"2min", APR_TIME_C(120000000)},
        {"1h", APR_TIME_C(3600000000)},
        {"1d", DAY},
        {"7D", 7 * DAY},
        {"100000d", 100000 * DAY},
        {"007s", APR_TIME_C(7000000)},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        apr_interval_time_t value = -7;
        const char *error = read_duration(rows[i].text, &value);

        assert_that(!error, "%s: %s", rows[i].text, error);
        assert_that(value == rows[i].value, "%s is %" APR_TIME_T_FMT, rows[i].text, value);
    }
}

static void test_a_duration_without_a_unit_counts_in_the_given_one(void **state)
{
    apr_interval_time_t value;

    assert_null(bk_value_duration(command(), "5", "ms", 0, DAY, &value));
    assert_int_equal(value, 5000);
}

static void test_what_is_no_duration_is_refused(void **state)
{
    static const char *const texts[] = {"",
                                        " ",
                                        "s",
                                        "-1",
                                        "-1s",
                                        "+5s",
                                        " 5s",
                                        "5 s",
                                        "5x",
                                        "5sec",
                                        "5m",
                                        "1.5s",
                                        "5ms ",
                                        "0x10",
                                        "100001d",
                                        "five",
                                        "99999999999999999999s",
                                        "99999999999999999999d"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        apr_interval_time_t value = -7;

        assert_that(read_duration(texts[i], &value), "'%s' was taken", texts[i]);
        assert_that(value == -7, "'%s' was refused and set", texts[i]);
    }
}

/* In hours, seconds and milliseconds a count can be more than a duration can hold. */
static void test_a_duration_that_overflows_is_refused(void **state)
{
    apr_interval_time_t value;

    assert_non_null(read_duration("9223372036854775807h", &value));
    assert_non_null(read_duration("9223372036854775807s", &value));
    assert_non_null(read_duration("9223372036854775807ms", &value));
}

static void test_the_bounds_of_a_duration_are_within_it(void **state)
{
    apr_interval_time_t value;

    assert_null(bk_value_duration(command(), "1s", "s", apr_time_from_sec(1), apr_time_from_sec(60),
                                  &value));
    assert_null(bk_value_duration(command(), "60s", "s", apr_time_from_sec(1),
                                  apr_time_from_sec(60), &value));
    assert_string_equal(
        bk_value_duration(command(), "61s", "s", apr_time_from_sec(1), apr_time_from_sec(60),
                          &value),
        "BookableThing is not right: must be a duration from 1s to 60s, such as 5s, 10min or 1h "
        "(got '61s')");
    assert_string_equal(
        bk_value_duration(command(), "0", "s", apr_time_from_msec(1), apr_time_from_sec(60),
                          &value),
        "BookableThing is not right: must be a duration from 1ms to 60s, such as 500ms or 5s "
        "(got '0')");
}

/* ---- integers -----------------------------------------------------------------------------------
 */

static void test_integers_are_read_between_their_bounds(void **state)
{
    int value = 0;

    assert_null(bk_value_integer(command(), "3", 3, 9, &value));
    assert_int_equal(value, 3);
    assert_null(bk_value_integer(command(), "9", 3, 9, &value));
    assert_int_equal(value, 9);
}

static void test_what_is_no_integer_is_refused(void **state)
{
    static const char *const texts[] = {"",   "2",   "10",  "x",   "5x",
                                        " 5", "5.0", "0x5", "--5", "4294967301"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        int value = -7;
        const char *error = bk_value_integer(command(), texts[i], 3, 9, &value);

        assert_that(error, "'%s' was taken", texts[i]);
        assert_that(value == -7, "'%s' was refused and set", texts[i]);
        assert_string_equal(error,
                            apr_pstrcat(service_server->process->pool,
                                        "BookableThing is not right: must be a number from 3 to 9 "
                                        "(got '",
                                        texts[i], "')", NULL));
    }
}

/* ---- sizes --------------------------------------------------------------------------------------
 */

#define MEGA APR_INT64_C(1048576)

static const char *read_size(const char *text, apr_int64_t *value)
{
    return bk_value_size(command(), text, MEGA, 64 * 1024 * MEGA, value);
}

static void test_sizes_are_read_in_every_unit(void **state)
{
    static const struct {
        const char *text;
        apr_int64_t value;
    } rows[] = {{"1048576", MEGA},  {"1024K", MEGA},     {"1024k", MEGA},      {"1M", MEGA},
                {"64m", 64 * MEGA}, {"1G", 1024 * MEGA}, {"64g", 65536 * MEGA}};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        apr_int64_t value = 0;

        assert_that(!read_size(rows[i].text, &value), "%s was refused", rows[i].text);
        assert_that(value == rows[i].value, "%s is %" APR_INT64_T_FMT, rows[i].text, value);
    }
}

static void test_what_is_no_size_is_refused(void **state)
{
    static const char *const texts[] = {"",
                                        "M",
                                        "-1M",
                                        "1.5G",
                                        "64MB",
                                        "64 M",
                                        "64T",
                                        "65G",
                                        "1023K",
                                        "1048575",
                                        "M64",
                                        "9223372036854775807G",
                                        "99999999999999999999"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        apr_int64_t value = -7;

        assert_that(read_size(texts[i], &value), "'%s' was taken", texts[i]);
        assert_that(value == -7, "'%s' was refused and set", texts[i]);
    }
}

static void test_the_error_of_a_size_says_what_would_be_right(void **state)
{
    apr_int64_t value;

    assert_string_equal(read_size("64MB", &value),
                        "BookableThing is not right: must be a size from 1M to 64G, in bytes or "
                        "with K, M or G, such as 64M (got '64MB')");
}

/* ---- paths --------------------------------------------------------------------------------------
 */

static void test_url_paths_are_read(void **state)
{
    const char *value = NULL;

    assert_null(bk_value_url_path(command(), "/thing", &value));
    assert_string_equal(value, "/thing");
    assert_null(bk_value_url_path(command(), "/v1/thing", &value));
    assert_string_equal(value, "/v1/thing");
}

static void test_a_path_that_is_off_is_empty(void **state)
{
    const char *value = NULL;

    assert_null(bk_value_url_path(command(), "oFF", &value));
    assert_string_equal(value, "");
}

static void test_a_service_that_is_asked_cannot_be_off(void **state)
{
    const char *value = NULL;

    assert_string_equal(bk_value_service_path(command(), "Off", &value),
                        "BookableThing is not right: must be a URL path that begins but does not "
                        "end with '/', such as /user (got 'Off')");
    assert_null(value);
    assert_null(bk_value_service_path(command(), "/user", &value));
    assert_string_equal(value, "/user");
}

static void test_what_is_no_url_path_is_refused(void **state)
{
    static const char *const texts[] = {"",     "/",    "thing",  "/thing/", "/a//b",     "//a",
                                        "/a?b", "/a#b", "/a%20b", "/a b",    "http://h/a"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(texts); i++) {
        const char *value = NULL;
        const char *error = bk_value_url_path(command(), texts[i], &value);

        assert_that(error && !value, "'%s' was taken", texts[i]);
        assert_string_equal(error,
                            apr_pstrcat(service_server->process->pool,
                                        "BookableThing is not right: must be a URL path that "
                                        "begins but does not end with '/', such as /user, or Off "
                                        "(got '",
                                        texts[i], "')", NULL));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_durations_are_read_in_every_unit),
        cmocka_unit_test_service(test_a_duration_without_a_unit_counts_in_the_given_one),
        cmocka_unit_test_service(test_what_is_no_duration_is_refused),
        cmocka_unit_test_service(test_a_duration_that_overflows_is_refused),
        cmocka_unit_test_service(test_the_bounds_of_a_duration_are_within_it),
        cmocka_unit_test_service(test_integers_are_read_between_their_bounds),
        cmocka_unit_test_service(test_what_is_no_integer_is_refused),
        cmocka_unit_test_service(test_sizes_are_read_in_every_unit),
        cmocka_unit_test_service(test_what_is_no_size_is_refused),
        cmocka_unit_test_service(test_the_error_of_a_size_says_what_would_be_right),
        cmocka_unit_test_service(test_url_paths_are_read),
        cmocka_unit_test_service(test_a_path_that_is_off_is_empty),
        cmocka_unit_test_service(test_a_service_that_is_asked_cannot_be_off),
        cmocka_unit_test_service(test_what_is_no_url_path_is_refused),
    };

    return cmocka_run_group_tests_name("bk_value", tests, service_open, service_close);
}
