#include "service.h"

#include <stdlib.h>

#include <apr_strings.h>

#include "bk_breakers.h"
#include "bk_time.h"

static request_rec *run_page(const char *method)
{
    request_rec *r = service_request(method, "/metrics");

    r->handler = "bookable-metrics";
    stub_ap_run(r);
    return r;
}

static const char *page(void)
{
    return stub_ap_answer(run_page("GET"))->body;
}

/* The value behind a name and its labels, or 0. */
static double value_of(const char *name)
{
    const char *at = strstr(page(), name);

    return at ? strtod(at + strlen(name), NULL) : 0;
}

static void test_the_page_is_prometheus_text(void **state)
{
    request_rec *r = run_page("GET");

    service_expect(r, 200, "# HELP bookable_build_info ");
    service_expect_header(r, "Content-Type", "text/plain; version=0.0.4");
    service_expect_header(r, "X-Content-Type-Options", "nosniff");
    assert_true(stub_ap_answer(r)->is_complete);
}

static void test_other_methods_are_405_with_allow(void **state)
{
    request_rec *r = run_page("POST");

    assert_int_equal(stub_ap_answer(r)->status, 405);
    assert_non_null(strstr(stub_ap_answer_header(r, "Allow"), "GET"));
}

/* HELP and TYPE stand once before the samples of each name. */
static void test_each_metric_has_its_help_and_type_once(void **state)
{
    static const char *const names[] = {"bookable_build_info",
                                        "bookable_requests_total",
                                        "bookable_request_duration_seconds",
                                        "bookable_errors_total",
                                        "bookable_replays_total",
                                        "bookable_swept_total",
                                        "bookable_breaker_state",
                                        "bookable_breaker_calls_total",
                                        "bookable_breaker_slow_calls_total",
                                        "bookable_breaker_transitions_total",
                                        "bookable_cache_events_total",
                                        "bookable_processes"};
    const char *text = page();
    apr_pool_t *p = service_server->process->pool;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(names); i++) {
        const char *help = apr_pstrcat(p, "# HELP ", names[i], " ", NULL);
        const char *type = apr_pstrcat(p, "\n# TYPE ", names[i], " ", NULL);
        const char *found = strstr(text, help);

        assert_that(found, "%s", help);
        assert_that(!strstr(found + strlen("# HELP "), help), "%s twice", help);
        assert_that(strstr(found, type), "%s", type);
    }
}

#define BUCKET(le)                                                                             \
    "bookable_request_duration_seconds_bucket{service=\"thing\",method=\"GET\",route=\"\",le=" \
    "\"" le "\"} "

/* Each bucket has all that took less. */
static void test_durations_are_added_up_over_their_buckets(void **state)
{
    double fast = value_of(BUCKET("0.0100")), slow = value_of(BUCKET("5.0000"));
    double all = value_of(BUCKET("+Inf"));
    request_rec *r = service_request("GET", "/thing");

    r->request_time -= apr_time_from_sec(2); /* it took as long to come in */
    stub_ap_run(r);
    r = service_request("GET", "/thing");
    r->request_time -= apr_time_from_sec(3600);
    stub_ap_run(r);
    assert_true(value_of(BUCKET("0.0100")) - fast == 0);
    assert_true(value_of(BUCKET("5.0000")) - slow == 1);
    assert_true(value_of(BUCKET("+Inf")) - all == 2);
}

/* A clock that was set back makes no duration below nothing. */
static void test_a_request_from_the_future_took_no_time(void **state)
{
    const char *sum = "bookable_request_duration_seconds_sum{service=\"thing\",method=\"GET\","
                      "route=\"\"} ";
    double before = value_of(sum);
    request_rec *r = service_request("GET", "/thing");

    r->request_time += apr_time_from_sec(3600);
    stub_ap_run(r);
    assert_true(value_of(sum) == before);
}

static void test_the_state_of_a_breaker_is_a_number(void **state)
{
    bk_breaker_place_t *place = bk_conf(service_server)->dependencies[0].entry;
    const char *name = "bookable_breaker_state{breaker=\"www.example.org:80 thing user\"} ";

    bk_breaker_set(&place->breaker, BK_BREAKER_FORCED_OPEN, bk_time_monotonic_ms());
    assert_true(value_of(name) == 3);
    bk_breaker_set(&place->breaker, BK_BREAKER_CLOSED, bk_time_monotonic_ms());
    assert_true(value_of(name) == 0);
}

static void test_processes_are_counted(void **state)
{
    assert_true(value_of("bookable_memory_bytes{kind=\"own\"} ") > 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_the_page_is_prometheus_text),
        cmocka_unit_test_service(test_other_methods_are_405_with_allow),
        cmocka_unit_test_service(test_each_metric_has_its_help_and_type_once),
        cmocka_unit_test_service(test_durations_are_added_up_over_their_buckets),
        cmocka_unit_test_service(test_a_request_from_the_future_took_no_time),
        cmocka_unit_test_service(test_the_state_of_a_breaker_is_a_number),
        cmocka_unit_test_service(test_processes_are_counted),
    };

    return cmocka_run_group_tests_name("bk_metrics", tests, service_open, service_close);
}
