#include "service.h"

#include <http_protocol.h>
#include <util_filter.h>

#include "bk_answer.h"

/* ---- values ------------------------------------------------------------------------------------
 */

static void test_a_value_is_answered_as_json(void **state)
{
    request_rec *r = service_get("/thing");

    service_expect(r, 200, "{\"who\":0}");
    service_expect_header(r, "Content-Type", "application/json");
    service_expect_header(r, "Content-Length", "9");
    assert_true(stub_ap_answer(r)->is_complete);
    assert_true(stub_ap_answer(r)->is_kept);
}

static void test_head_has_the_headers_of_get_and_no_body(void **state)
{
    request_rec *r = service_request("HEAD", "/thing");

    stub_ap_run(r);
    service_expect_header(r, "Content-Type", "application/json");
    service_expect_header(r, "Content-Length", "9");
    assert_int_equal(stub_ap_answer(r)->status, 200);
    assert_int_equal(stub_ap_answer(r)->len, 0);
}

static int answer_no_value(bk_request_t *request)
{
    return bk_answer_json(request, HTTP_OK, NULL);
}

static void test_no_value_is_answered_as_an_internal_error(void **state)
{
    request_rec *r = service_answer(answer_no_value);

    service_expect(r, 500, "{\"ErrCode\":\"INTERNAL\"");
    assert_int_equal(stub_ap_logged_level("BK0101"), APLOG_ERR);
}

static int answer_json_text(bk_request_t *request)
{
    return bk_answer_json_text(request, HTTP_ACCEPTED, "[1,2]and more", 5);
}

static void test_text_that_is_json_is_answered_as_far_as_it_goes(void **state)
{
    request_rec *r = service_answer(answer_json_text);

    service_expect_header(r, "Content-Type", "application/json");
    service_expect_header(r, "Content-Length", "5");
    assert_int_equal(stub_ap_answer(r)->status, 202);
    assert_string_equal(stub_ap_answer(r)->body, "[1,2]");
}

static int answer_no_text(bk_request_t *request)
{
    return bk_answer_json_text(request, HTTP_OK, NULL, 0);
}

static void test_no_text_is_answered_as_an_internal_error(void **state)
{
    service_expect(service_answer(answer_no_text), 500, "{\"ErrCode\":\"INTERNAL\"");
}

static int answer_plain(bk_request_t *request)
{
    return bk_answer_text(request, HTTP_OK, "fine");
}

static void test_plain_text_says_so(void **state)
{
    request_rec *r = service_answer(answer_plain);

    service_expect(r, 200, "fine");
    service_expect_header(r, "Content-Type", "text/plain");
    service_expect_header(r, "Content-Length", "4");
}

static int answer_nothing(bk_request_t *request)
{
    return bk_answer_empty(request, HTTP_NO_CONTENT);
}

static void test_an_empty_answer_has_neither_type_nor_length(void **state)
{
    request_rec *r = service_answer(answer_nothing);

    service_expect(r, 204, "");
    service_expect_header(r, "Content-Type", NULL);
    service_expect_header(r, "Content-Length", NULL);
    service_expect_header(r, "X-Content-Type-Options", "nosniff");
}

static void test_what_was_made_is_said_with_its_url(void **state)
{
    request_rec *r = service_send("POST", "/thing", "{\"name\":\"a\"}");

    stub_ap_run(r);
    service_expect(r, 201, "{\"name\":\"a\"}");
    service_expect_header(r, "Location", "http://www.example.org/thing/1");
}

/* ---- what stands between ----------------------------------------------------------------------
 */

static void test_every_answer_is_what_its_type_says(void **state)
{
    service_expect_header(service_get("/thing"), "X-Content-Type-Options", "nosniff");
    service_expect_header(service_get("/thing/no/such"), "X-Content-Type-Options", "nosniff");
}

static void test_an_answer_to_one_caller_is_not_stored(void **state)
{
    request_rec *r = service_request("GET", "/thing");

    apr_table_set(r->headers_in, "Authorization", "user 7");
    stub_ap_run(r);
    service_expect_header(r, "Cache-Control", "no-store");
    service_expect_header(service_get("/thing"), "Cache-Control", NULL);
}

/* ---- errors ------------------------------------------------------------------------------------
 */

static const bk_error_t error_two = {400, 409, "TWO", "There are two", "One is enough"};

static int answer_error(bk_request_t *request)
{
    return bk_answer_error(request, &error_two, NULL);
}

static void test_an_error_has_the_status_of_the_reference(void **state)
{
    service_expect(service_answer(answer_error), 400,
                   "{\"ErrCode\":\"TWO\",\"Message\":\"There are two\",\"Details\":\"One is "
                   "enough\"}");
}

static void test_an_error_has_the_status_of_http_where_that_is_said(void **state)
{
    service_set("BookableStatusCodes standard");
    service_expect(service_answer(answer_error), 409, "{\"ErrCode\":\"TWO\"");
}

static int answer_details(bk_request_t *request)
{
    return bk_answer_error(request, &error_two, "Of \"these\"");
}

static void test_details_of_a_request_replace_those_of_the_error(void **state)
{
    service_expect(service_answer(answer_details), 400,
                   "{\"ErrCode\":\"TWO\",\"Message\":\"There are two\",\"Details\":\"Of "
                   "\\\"these\\\"\"}");
}

static int answer_another_body(bk_request_t *request)
{
    return bk_answer_error_json(request, &error_two, json_pack("[i]", 2));
}

static void test_an_error_may_have_another_body(void **state)
{
    service_expect(service_answer(answer_another_body), 400, "[2]");
}

static int answer_unauthenticated(bk_request_t *request)
{
    return bk_answer_error(request, &bk_error_unauthenticated, NULL);
}

static void test_a_401_asks_for_credentials(void **state)
{
    request_rec *r = service_answer(answer_unauthenticated);

    assert_int_equal(stub_ap_answer(r)->status, 401);
    assert_non_null(stub_ap_answer_header(r, "WWW-Authenticate"));
    service_expect_header(service_answer(answer_error), "WWW-Authenticate", NULL);
}

static int answer_unavailable(bk_request_t *request)
{
    return bk_answer_error(request, &bk_error_unavailable, NULL);
}

static int answer_throttled(bk_request_t *request)
{
    return bk_answer_error(request, &bk_error_throttled, NULL);
}

static void test_what_is_unavailable_says_when_to_ask_again(void **state)
{
    request_rec *r = service_answer(answer_unavailable);

    service_expect(r, 503, "{\"ErrCode\":\"UNAVAILABLE\"");
    service_expect_header(r, "Retry-After", "1");
    service_expect_header(service_answer(answer_throttled), "Retry-After", "1");
    service_expect_header(service_answer(answer_error), "Retry-After", NULL);
}

static void test_retry_after_is_what_the_directive_says(void **state)
{
    service_set("BookableRetryAfter 30");
    service_expect_header(service_answer(answer_unavailable), "Retry-After", "30");
}

static int answer_known_wait(bk_request_t *request)
{
    apr_table_set(request->r->headers_out, "Retry-After", "7");
    return bk_answer_error(request, &bk_error_unavailable, NULL);
}

static void test_retry_after_that_was_set_stays(void **state)
{
    service_expect_header(service_answer(answer_known_wait), "Retry-After", "7");
}

static int answer_retry(bk_request_t *request)
{
    return bk_answer_error_retry(request, &error_two, NULL, 9);
}

static void test_any_error_may_say_when_to_ask_again(void **state)
{
    request_rec *r = service_answer(answer_retry);

    service_expect(r, 400, "{\"ErrCode\":\"TWO\"");
    service_expect_header(r, "Retry-After", "9");
}

static int answer_unknown(bk_request_t *request)
{
    return bk_answer_unknown(request, "/thing/5");
}

static void test_what_may_have_been_made_is_said_with_its_url(void **state)
{
    request_rec *r = service_answer(answer_unknown);

    service_expect(r, 503, "{\"ErrCode\":\"OUTCOME_UNKNOWN\"");
    assert_non_null(strstr(stub_ap_answer(r)->body, "GET /thing/5 tells"));
    service_expect_header(r, "Location", "http://www.example.org/thing/5");
}

/* ---- the store's errors -------------------------------------------------------------------------
 */

static void test_a_store_that_fails_is_unavailable_and_logged(void **state)
{
    request_rec *r;

    service_store.answers = APR_EGENERAL;
    r = service_get("/thing/store");
    service_expect(r, 503, "{\"ErrCode\":\"UNAVAILABLE\"");
    assert_string_equal(stub_ap_logged("BK0103"), "BK0103: the store failed: the disk is on fire");
    assert_int_equal(stub_ap_logged_level("BK0103"), APLOG_ERR);
    assert_null(strstr(stub_ap_answer(r)->body, "fire"));
}

static void test_a_store_that_is_full_says_so(void **state)
{
    service_store.answers = APR_ENOSPC;
    service_expect(service_get("/thing/store"), 503, "{\"ErrCode\":\"CAPACITY\"");
}

static void test_a_store_that_did_not_say_is_not_logged_twice(void **state)
{
    service_store.answers = BK_DB_UNKNOWN;
    service_expect(service_get("/thing/store"), 503, "{\"ErrCode\":\"OUTCOME_UNKNOWN\"");
    assert_null(stub_ap_logged("BK0103"));
}

/* ---- what others wait for -----------------------------------------------------------------------
 */

static int released_when_sent;
static ap_filter_rec_t *observer;

static apr_status_t observe(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    released_when_sent = service_store.released;
    return ap_pass_brigade(f->next, brigade);
}

static int answer_with_store(bk_request_t *request)
{
    if (!observer) {
        observer = ap_register_output_filter("OBSERVER", observe, NULL, AP_FTYPE_RESOURCE);
    }
    ap_add_output_filter_handle(observer, NULL, request->r, request->r->connection);
    assert_int_equal(bk_store_acquire(request), BK_CONTINUE);
    return bk_answer_text(request, HTTP_OK, "x");
}

static void test_the_store_is_given_back_before_the_answer_is_sent(void **state)
{
    released_when_sent = -1;
    service_answer(answer_with_store);
    assert_int_equal(released_when_sent, 1);
    assert_int_equal(service_store.released, 1);
}

static void test_a_client_that_is_gone_is_answered_once(void **state)
{
    request_rec *r = service_request("GET", "/thing/store");

    stub_ap_leave(r);
    stub_ap_run(r);
    assert_int_equal(stub_ap_answer(r)->status, 0);
    assert_true(r->connection->aborted);
    assert_int_equal(service_store.released, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_a_value_is_answered_as_json),
        cmocka_unit_test_service(test_head_has_the_headers_of_get_and_no_body),
        cmocka_unit_test_service(test_no_value_is_answered_as_an_internal_error),
        cmocka_unit_test_service(test_text_that_is_json_is_answered_as_far_as_it_goes),
        cmocka_unit_test_service(test_no_text_is_answered_as_an_internal_error),
        cmocka_unit_test_service(test_plain_text_says_so),
        cmocka_unit_test_service(test_an_empty_answer_has_neither_type_nor_length),
        cmocka_unit_test_service(test_what_was_made_is_said_with_its_url),
        cmocka_unit_test_service(test_every_answer_is_what_its_type_says),
        cmocka_unit_test_service(test_an_answer_to_one_caller_is_not_stored),
        cmocka_unit_test_service(test_an_error_has_the_status_of_the_reference),
        cmocka_unit_test_service(test_an_error_has_the_status_of_http_where_that_is_said),
        cmocka_unit_test_service(test_details_of_a_request_replace_those_of_the_error),
        cmocka_unit_test_service(test_an_error_may_have_another_body),
        cmocka_unit_test_service(test_a_401_asks_for_credentials),
        cmocka_unit_test_service(test_what_is_unavailable_says_when_to_ask_again),
        cmocka_unit_test_service(test_retry_after_is_what_the_directive_says),
        cmocka_unit_test_service(test_retry_after_that_was_set_stays),
        cmocka_unit_test_service(test_any_error_may_say_when_to_ask_again),
        cmocka_unit_test_service(test_what_may_have_been_made_is_said_with_its_url),
        cmocka_unit_test_service(test_a_store_that_fails_is_unavailable_and_logged),
        cmocka_unit_test_service(test_a_store_that_is_full_says_so),
        cmocka_unit_test_service(test_a_store_that_did_not_say_is_not_logged_twice),
        cmocka_unit_test_service(test_the_store_is_given_back_before_the_answer_is_sent),
        cmocka_unit_test_service(test_a_client_that_is_gone_is_answered_once),
    };

    return cmocka_run_group_tests_name("bk_answer", tests, service_open, service_close);
}
