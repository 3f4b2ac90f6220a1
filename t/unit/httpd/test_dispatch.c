#include "service.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>

#include "bk_answer.h"

#define PROBLEM(code) "{\"type\":\"/v1/problems/" code "\""

static request_rec *run(const char *method, const char *uri)
{
    request_rec *r = service_request(method, uri);

    stub_ap_run(r);
    return r;
}

static request_rec *run_as(const char *who, const char *method, const char *uri)
{
    request_rec *r = service_request(method, uri);

    apr_table_set(r->headers_in, "Authorization", who);
    stub_ap_run(r);
    return r;
}

static void expect_steps(const char *steps)
{
    assert_string_equal(service_steps, steps);
    service_steps[0] = '\0';
}

/* ---- routes -------------------------------------------------------------------------------------
 */

static void test_a_route_is_found(void **state)
{
    service_expect(run("GET", "/thing"), 200, "{\"who\":0}");
    expect_steps("handler ");
}

static void test_a_route_of_verbs_that_the_store_has_not_is_501(void **state)
{
    service_expect(run("GET", "/thing/rare"), 501, "{\"ErrCode\":\"NOT_SUPPORTED\"");
    expect_steps("");
}

static void test_an_unknown_path_is_404(void **state)
{
    service_expect(run("GET", "/thing/no/such"), 404, "{\"ErrCode\":\"NOT_FOUND\"");
    expect_steps("");
}

static void test_a_path_that_only_begins_like_the_services_is_not_its_own(void **state)
{
    request_rec *r = run("GET", "/things");

    service_expect(r, 404, "<html>");
}

static void test_an_unknown_method_is_405_and_says_which_are_known(void **state)
{
    request_rec *r = run("PATCH", "/thing/7");

    service_expect(r, 405, "{\"ErrCode\":\"METHOD_NOT_ALLOWED\"");
    service_expect_header(r, "Allow", "GET, HEAD, PUT, DELETE, OPTIONS");
    expect_steps("");
}

static void test_a_method_that_httpd_does_not_know_is_405(void **state)
{
    service_expect(run("BREW", "/thing/7"), 405, "{\"ErrCode\":\"METHOD_NOT_ALLOWED\"");
}

static void test_options_says_which_methods_a_path_has(void **state)
{
    request_rec *r = run("OPTIONS", "/thing");

    service_expect(r, 204, "");
    service_expect_header(r, "Allow", "GET, HEAD, POST, OPTIONS");
    service_expect(run("OPTIONS", "/thing/no/such"), 404, "");
}

static void test_head_runs_the_handler_of_get(void **state)
{
    request_rec *r = run("HEAD", "/thing");

    assert_int_equal(stub_ap_answer(r)->status, 200);
    expect_steps("handler ");
}

static void test_head_of_an_error_has_its_status(void **state)
{
    request_rec *r = run("HEAD", "/thing/no/such");

    assert_int_equal(stub_ap_answer(r)->status, 404);
    assert_int_equal(stub_ap_answer(r)->len, 0);
}

static void test_the_path_of_a_service_may_be_another(void **state)
{
    service_set("ThingPath /v1/things");
    service_expect(run("GET", "/v1/things"), 200, "{\"who\":0}");
    service_expect(run("GET", "/thing"), 404, "<html>");
}

static void test_a_second_api_has_routes_of_its_own(void **state)
{
    service_set("BookableApi /v1");
    service_expect(run("GET", "/v1/things"), 200, "{\"who\":0}");
    service_expect(run("GET", "/thing"), 200, "{\"who\":0}");
    service_expect(run("GET", "/v1/things/7/store"), 404, PROBLEM("not-found"));
    service_expect(run("GET", "/thing/store/marks"), 404, "{\"ErrCode\":\"NOT_FOUND\"");
}

static void test_a_second_api_has_errors_of_its_own(void **state)
{
    request_rec *r;

    service_set("BookableApi /v1");
    r = run("GET", "/v1/marks/7");
    service_expect(r, 401, PROBLEM("not-signed-in"));
    assert_string_equal(r->content_type, "application/problem+json");
}

static void test_what_others_have_below_a_shared_path_is_left_to_them(void **state)
{
    service_set("BookableApi /v1");
    run("GET", "/v1/others");
    run("GET", "/v1/thing");
    run("GET", "/v1");
    assert_string_equal(service_steps, "");
}

static void test_what_nobody_has_below_a_shared_path_is_a_problem(void **state)
{
    service_set("BookableApi /v1");
    service_expect(run("GET", "/v1/others"), 404, PROBLEM("not-found"));
    service_expect(run("GET", "/v1"), 404, PROBLEM("not-found"));
    service_expect(run("GET", "/v1others"), 404, "<html>");
}

static void test_a_second_api_that_is_off_answers_nothing(void **state)
{
    service_expect(run("GET", "/v1/things"), 404, "<html>");
}

static void test_a_service_that_is_off_answers_nothing(void **state)
{
    service_set("ThingPath Off");
    service_expect(run("GET", "/thing"), 404, "<html>");
}

/* ---- who is calling -----------------------------------------------------------------------------
 */

static void test_nobody_is_asked_who_need_not_be(void **state)
{
    service_expect(run_as("user 7", "GET", "/thing"), 200, "{\"who\":0}");
    expect_steps("handler ");
}

static void test_the_handler_knows_who_is_calling(void **state)
{
    service_expect(run_as("user 7", "GET", "/thing/5"), 200, "{\"who\":7}");
    expect_steps("identify path handler ");
}

static void test_a_caller_who_is_not_known_gets_no_further(void **state)
{
    service_expect(run("GET", "/thing/5"), 400, "{\"ErrCode\":\"MALFORMED\"");
    expect_steps("identify ");
}

static void test_an_administrators_route_refuses_users(void **state)
{
    service_expect(run_as("user 7", "DELETE", "/thing/5"), 400, "{\"ErrCode\":\"UNAUTHORIZED\"");
    expect_steps("identify ");
    service_expect(run_as("admin 1", "DELETE", "/thing/5"), 204, "");
    expect_steps("identify path handler ");
}

static void test_an_administrators_route_refuses_users_with_403_by_http(void **state)
{
    service_set("BookableStatusCodes standard");
    service_expect(run_as("user 7", "DELETE", "/thing/5"), 403, "{\"ErrCode\":\"UNAUTHORIZED\"");
}

/* ---- the order of the checks --------------------------------------------------------------------
 */

/* A request with everything wrong, which each step puts right. */
static void test_checks_come_in_their_order(void **state)
{
    request_rec *r = service_send("PUT", "/thing/bad", "{");

    apr_table_set(r->headers_in, "Origin", "https://elsewhere.example.net");
    apr_table_set(r->headers_in, "X-Consistency", "perhaps");
    apr_table_set(r->headers_in, "Content-Type", "text/plain");
    stub_ap_run(r);
    service_expect(r, 403, "{\"ErrCode\":\"CROSS_SITE\"");

    r = service_send("PUT", "/thing/bad", "{");
    apr_table_set(r->headers_in, "X-Consistency", "perhaps");
    apr_table_set(r->headers_in, "Content-Type", "text/plain");
    stub_ap_run(r);
    service_expect(r, 400, "{\"ErrCode\":\"BAD_REQUEST\"");

    r = service_send("PUT", "/thing/bad", "{");
    apr_table_set(r->headers_in, "Content-Type", "text/plain");
    stub_ap_run(r);
    service_expect(r, 415, "{\"ErrCode\":\"UNSUPPORTED_MEDIA_TYPE\"");
    expect_steps("");

    r = service_send("PUT", "/thing/bad", "{");
    stub_ap_run(r);
    service_expect(r, 400, "{\"ErrCode\":\"MALFORMED\"");
    expect_steps("identify ");

    r = service_send("PUT", "/thing/bad", "{");
    apr_table_set(r->headers_in, "Authorization", "user 7");
    stub_ap_run(r);
    service_expect(r, 400, "{\"ErrCode\":\"ID\"");
    assert_int_equal(stub_ap_body_left(r), 1);
    expect_steps("identify path ");

    r = service_send("PUT", "/thing/5", "{");
    apr_table_set(r->headers_in, "Authorization", "user 7");
    stub_ap_run(r);
    service_expect(r, 400, "{\"ErrCode\":\"SCHEMA_PUT\"");
    expect_steps("identify path ");
}

/* Nobody is to learn from a 404 or a 405 what a page of another site may not ask. */
static void test_another_sites_page_is_refused_before_the_route_is_looked_for(void **state)
{
    request_rec *r = service_request("POST", "/thing/no/such");

    apr_table_set(r->headers_in, "Origin", "https://elsewhere.example.net");
    stub_ap_run(r);
    service_expect(r, 403, "{\"ErrCode\":\"CROSS_SITE\"");
}

static void test_a_route_without_a_body_does_not_look_at_one(void **state)
{
    request_rec *r = service_send("GET", "/thing", "{");

    apr_table_set(r->headers_in, "Content-Type", "text/plain");
    stub_ap_run(r);
    service_expect(r, 200, "");
}

/* ---- what is left behind ------------------------------------------------------------------------
 */

static int take_store_and_fail(bk_request_t *request)
{
    assert_int_equal(bk_store_acquire(request), BK_CONTINUE);
    return HTTP_INTERNAL_SERVER_ERROR;
}

static void test_the_store_is_given_back_by_a_handler_that_fails(void **state)
{
    service_expect(service_answer(take_store_and_fail), 500, "{\"ErrCode\":\"INTERNAL\"");
    assert_int_equal(service_store.acquired, 1);
    assert_int_equal(service_store.released, 1);
}

static int take_store_twice(bk_request_t *request)
{
    assert_int_equal(bk_store_acquire(request), BK_CONTINUE);
    assert_int_equal(bk_store_acquire(request), BK_CONTINUE);
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

static void test_the_store_is_taken_once_and_given_back_once(void **state)
{
    service_expect(service_answer(take_store_twice), 204, "");
    assert_int_equal(service_store.acquired, 1);
    assert_int_equal(service_store.released, 1);
}

static void test_a_store_that_cannot_be_had_is_503_with_the_reason(void **state)
{
    request_rec *r;

    service_store.acquires = APR_TIMEUP;
    r = service_get("/thing/store");
    service_expect(r, 503, "{\"ErrCode\":\"UNAVAILABLE\"");
    assert_non_null(strstr(stub_ap_answer(r)->body, "Every database connection is in use"));
    service_store.acquires = APR_EAGAIN;
    r = service_get("/thing/store");
    assert_non_null(strstr(stub_ap_answer(r)->body, "Circuit breaker open"));
    service_store.acquires = APR_EGENERAL;
    r = service_get("/thing/store");
    assert_non_null(strstr(stub_ap_answer(r)->body, "The store is out of reach"));
    assert_int_equal(service_store.released, 0);
}

/* ---- counting -----------------------------------------------------------------------------------
 */

static const char *metrics(void)
{
    request_rec *r = service_request("GET", "/metrics");

    r->handler = "bookable-metrics";
    stub_ap_run(r);
    return stub_ap_answer(r)->body;
}

static long count_of(const char *name)
{
    const char *at = strstr(metrics(), name);

    return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

#define OF_ROUTE(route, class)                                                \
    "bookable_requests_total{service=\"thing\",method=\"GET\",route=\"" route \
    "\",status=\"" class "\"} "

static void test_requests_are_counted_by_route_and_status(void **state)
{
    long good = count_of(OF_ROUTE("/{id}", "2xx")), bad = count_of(OF_ROUTE("/{id}", "4xx"));

    run_as("user 7", "GET", "/thing/5");
    run_as("user 7", "GET", "/thing/6");
    run("GET", "/thing/6");
    assert_int_equal(count_of(OF_ROUTE("/{id}", "2xx")) - (good < 0 ? 0 : good), 2);
    assert_int_equal(count_of(OF_ROUTE("/{id}", "4xx")) - (bad < 0 ? 0 : bad), 1);
}

static void test_a_request_without_a_route_is_counted_as_such(void **state)
{
    const char *name = "bookable_requests_total{service=\"thing\",method=\"other\",route=\"none\","
                       "status=\"4xx\"} ";
    long before = count_of(name);

    run("GET", "/thing/no/such");
    run("BREW", "/thing");
    assert_int_equal(count_of(name) - (before < 0 ? 0 : before), 2);
}

static void test_errors_are_counted_by_code(void **state)
{
    const char *name = "bookable_errors_total{service=\"thing\",code=\"NOT_FOUND\"} ";
    long before = count_of(name);

    run("GET", "/thing/no/such");
    assert_int_equal(count_of(name) - (before < 0 ? 0 : before), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_a_route_is_found),
        cmocka_unit_test_service(test_a_route_of_verbs_that_the_store_has_not_is_501),
        cmocka_unit_test_service(test_an_unknown_path_is_404),
        cmocka_unit_test_service(test_a_path_that_only_begins_like_the_services_is_not_its_own),
        cmocka_unit_test_service(test_an_unknown_method_is_405_and_says_which_are_known),
        cmocka_unit_test_service(test_a_method_that_httpd_does_not_know_is_405),
        cmocka_unit_test_service(test_options_says_which_methods_a_path_has),
        cmocka_unit_test_service(test_head_runs_the_handler_of_get),
        cmocka_unit_test_service(test_head_of_an_error_has_its_status),
        cmocka_unit_test_service(test_the_path_of_a_service_may_be_another),
        cmocka_unit_test_service(test_a_second_api_has_routes_of_its_own),
        cmocka_unit_test_service(test_a_second_api_has_errors_of_its_own),
        cmocka_unit_test_service(test_what_others_have_below_a_shared_path_is_left_to_them),
        cmocka_unit_test_service(test_what_nobody_has_below_a_shared_path_is_a_problem),
        cmocka_unit_test_service(test_a_second_api_that_is_off_answers_nothing),
        cmocka_unit_test_service(test_a_service_that_is_off_answers_nothing),
        cmocka_unit_test_service(test_nobody_is_asked_who_need_not_be),
        cmocka_unit_test_service(test_the_handler_knows_who_is_calling),
        cmocka_unit_test_service(test_a_caller_who_is_not_known_gets_no_further),
        cmocka_unit_test_service(test_an_administrators_route_refuses_users),
        cmocka_unit_test_service(test_an_administrators_route_refuses_users_with_403_by_http),
        cmocka_unit_test_service(test_checks_come_in_their_order),
        cmocka_unit_test_service(test_another_sites_page_is_refused_before_the_route_is_looked_for),
        cmocka_unit_test_service(test_a_route_without_a_body_does_not_look_at_one),
        cmocka_unit_test_service(test_the_store_is_given_back_by_a_handler_that_fails),
        cmocka_unit_test_service(test_the_store_is_taken_once_and_given_back_once),
        cmocka_unit_test_service(test_a_store_that_cannot_be_had_is_503_with_the_reason),
        cmocka_unit_test_service(test_requests_are_counted_by_route_and_status),
        cmocka_unit_test_service(test_a_request_without_a_route_is_counted_as_such),
        cmocka_unit_test_service(test_errors_are_counted_by_code),
    };

    return cmocka_run_group_tests_name("bk_dispatch", tests, service_open, service_close);
}
