#include "service.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_answer.h"

#define LIMIT 256 /* the least that there is */

/* The length in bytes of an object: {"a":"xxx"}. */
static const char *object_of(int len, apr_pool_t *p)
{
    char *text = apr_palloc(p, (apr_size_t)len + 1);

    memset(text, 'x', (size_t)len);
    memcpy(text, "{\"name\":\"", 9);
    memcpy(text + len - 2, "\"}", 3);
    return text;
}

/* A body in chunks does not say how long it is. */
static request_rec *send_chunks(const char *uri, const char *json)
{
    request_rec *r = service_send("POST", uri, json);

    apr_table_unset(r->headers_in, "Content-Length");
    apr_table_set(r->headers_in, "Transfer-Encoding", "chunked");
    return r;
}

static request_rec *run_with(const char *header, const char *value)
{
    request_rec *r = service_send("POST", "/thing", "{\"name\":\"a\"}");

    apr_table_set(r->headers_in, header, value);
    stub_ap_run(r);
    return r;
}

/* ---- what the headers say -----------------------------------------------------------------------
 */

static void test_json_is_taken_under_its_type_in_any_letters(void **state)
{
    service_expect(run_with("Content-Type", "application/json"), 201, "{\"name\":\"a\"}");
    service_expect(run_with("Content-Type", "application/json; charset=utf-8"), 201, "");
    service_expect(run_with("Content-Type", "application/json\t;v=1"), 201, "");
    service_expect(run_with("Content-Type", "Application/JSON"), 201, "");
}

static void test_json_is_taken_without_a_type(void **state)
{
    request_rec *r = service_send("POST", "/thing", "{\"name\":\"a\"}");

    apr_table_unset(r->headers_in, "Content-Type");
    stub_ap_run(r);
    service_expect(r, 201, "{\"name\":\"a\"}");
}

static void test_other_types_are_refused(void **state)
{
    static const char *const types[] = {"text/plain", "application/jsonp", "application/jso",
                                        "text/json", "multipart/form-data"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(types); i++) {
        service_expect(run_with("Content-Type", types[i]), 415,
                       "{\"ErrCode\":\"UNSUPPORTED_MEDIA_TYPE\"");
    }
}

static void test_encodings_of_the_content_are_refused(void **state)
{
    service_expect(run_with("Content-Encoding", "gzip"), 415,
                   "{\"ErrCode\":\"UNSUPPORTED_MEDIA_TYPE\"");
    service_expect(run_with("Content-Encoding", "Identity"), 201, "");
}

static void test_codings_of_the_transfer_but_chunks_are_refused(void **state)
{
    request_rec *r = run_with("Transfer-Encoding", "gzip, chunked");

    service_expect(r, 400, "{\"ErrCode\":\"BAD_REQUEST\"");
    assert_non_null(strstr(stub_ap_answer(r)->body, "Transfer-Encoding must be chunked"));
}

static void test_a_length_over_the_limit_is_refused_unread(void **state)
{
    request_rec *r;

    service_set("BookableBodyLimit 256");
    r = service_send("POST", "/thing", object_of(LIMIT + 1, service_server->process->pool));
    stub_ap_run(r);
    service_expect(r, 413, "{\"ErrCode\":\"TOO_LARGE\"");
    assert_int_equal(stub_ap_body_left(r), LIMIT + 1);
    assert_false(stub_ap_answer(r)->is_kept);
}

static void test_a_length_at_the_limit_is_taken(void **state)
{
    request_rec *r;

    service_set("BookableBodyLimit 256");
    r = service_send("POST", "/thing", object_of(LIMIT, service_server->process->pool));
    stub_ap_run(r);
    service_expect(r, 201, "{\"name\":\"xxx");
}

static void test_the_limit_is_16_kb_where_nothing_is_said(void **state)
{
    apr_pool_t *p = service_server->process->pool;
    request_rec *r = service_send("POST", "/thing", object_of(16384, p));

    stub_ap_run(r);
    service_expect(r, 201, "");
    r = service_send("POST", "/thing", object_of(16385, p));
    stub_ap_run(r);
    service_expect(r, 413, "");
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static void test_chunks_at_the_limit_are_taken(void **state)
{
    request_rec *r;

    service_set("BookableBodyLimit 256");
    r = send_chunks("/thing", object_of(LIMIT, service_server->process->pool));
    stub_ap_run(r);
    service_expect(r, 201, "{\"name\":\"xxx");
    assert_true(stub_ap_answer(r)->is_kept);
}

static void test_chunks_over_the_limit_are_read_no_further(void **state)
{
    request_rec *r;
    const char *object = object_of(LIMIT + 1, service_server->process->pool);

    service_set("BookableBodyLimit 256");
    r = send_chunks("/thing", object);
    stub_ap_body(r, object, LIMIT + 1);
    stub_ap_run(r);
    service_expect(r, 413, "{\"ErrCode\":\"TOO_LARGE\"");
    assert_int_equal(stub_ap_body_left(r), LIMIT + 1);
    assert_false(stub_ap_answer(r)->is_kept);
}

static void test_pieces_are_put_together(void **state)
{
    request_rec *r = send_chunks("/thing", "{\"na");

    stub_ap_body(r, NULL, 0); /* a flush */
    stub_ap_body(r, "me\":\"", 5);
    stub_ap_body(r, "ab\"}", 4);
    stub_ap_run(r);
    service_expect(r, 201, "{\"name\":\"ab\"}");
}

static request_rec *run_failing(apr_status_t rv)
{
    request_rec *r = send_chunks("/thing", "{\"name\":\"a\"}");

    stub_ap_body_fails(r, rv);
    stub_ap_run(r);
    return r;
}

static void test_a_body_that_is_late_is_timed_out(void **state)
{
    request_rec *r = run_failing(APR_TIMEUP);

    service_expect(r, 408, "{\"ErrCode\":\"TIMEOUT\"");
    assert_int_equal(stub_ap_logged_level("BK0102"), APLOG_INFO);
    assert_false(stub_ap_answer(r)->is_kept);
    service_expect(run_failing(APR_ETIMEDOUT), 408, "{\"ErrCode\":\"TIMEOUT\"");
}

/* As LimitRequestBody does. */
static void test_a_filter_may_find_a_body_too_large(void **state)
{
    service_expect(run_failing(APR_ENOSPC), 413, "{\"ErrCode\":\"TOO_LARGE\"");
}

/* The object that was read so far is whole, and may be the half of what was meant. */
static void test_the_end_of_the_connection_is_not_the_end_of_the_body(void **state)
{
    request_rec *r = run_failing(APR_EOF);

    service_expect(r, 400, "{\"ErrCode\":\"BAD_REQUEST\"");
    assert_string_equal(service_steps, "");
    assert_false(stub_ap_answer(r)->is_kept);
}

static void test_other_errors_of_reading_are_bad_requests(void **state)
{
    service_expect(run_failing(APR_ECONNRESET), 400, "{\"ErrCode\":\"BAD_REQUEST\"");
}

static void test_what_a_filter_has_answered_is_not_answered_again(void **state)
{
    request_rec *r = service_send("POST", "/thing", "");

    stub_ap_body_fails(r, AP_FILTER_ERROR);
    r->connection->aborted = 1; /* whatever it was: httpd has nothing more to send */
    stub_ap_run(r);
    assert_int_equal(stub_ap_answer(r)->status, 0);
    assert_string_equal(service_steps, "");
}

/* ---- parsing ------------------------------------------------------------------------------------
 */

static request_rec *run_body(const char *json)
{
    request_rec *r = service_send("POST", "/thing", json);

    stub_ap_run(r);
    return r;
}

static void test_what_is_no_object_is_answered_by_the_schema(void **state)
{
    static const char *const bodies[] = {"", "{", "[1]", "1", "null", "{\"a\":1}x", "{'a':1}"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(bodies); i++) {
        request_rec *r = run_body(bodies[i]);

        service_expect(r, 400, "{\"ErrCode\":\"SCHEMA\"");
        assert_non_null(strstr(stub_ap_answer(r)->body, "\"Details\":\"Invalid JSON: "));
        assert_string_equal(service_steps, "");
    }
}

static void test_a_schema_with_details_says_those_of_what_is_no_json(void **state)
{
    request_rec *r = service_send("PUT", "/thing/7", "{");

    apr_table_set(r->headers_in, "Authorization", "user 7");
    stub_ap_run(r);
    service_expect(r, 400, "{\"ErrCode\":\"SCHEMA_PUT\"");
    assert_non_null(strstr(stub_ap_answer(r)->body, "\"Details\":\"Send a thing\""));
}

static void test_json_that_breaks_a_limit_says_which(void **state)
{
    request_rec *r = service_send("PUT", "/thing/7", "{\"a\":1,\"a\":2}");

    apr_table_set(r->headers_in, "Authorization", "user 7");
    stub_ap_run(r);
    service_expect(r, 400, "{\"ErrCode\":\"SCHEMA_PUT\"");
    assert_non_null(strstr(stub_ap_answer(r)->body, "\"Details\":\"Invalid JSON: "));
}

static void test_a_declared_length_that_does_not_come_is_no_object(void **state)
{
    request_rec *r = service_send("POST", "/thing", "{\"name\":");

    apr_table_set(r->headers_in, "Content-Length", "100");
    stub_ap_run(r);
    service_expect(r, 400, "{\"ErrCode\":\"SCHEMA\"");
}

/* ---- bodies that are not read -------------------------------------------------------------------
 */

/* 404, for httpd itself drops connections after some other statuses. */
static request_rec *refuse(request_rec *r)
{
    stub_ap_run(r);
    service_expect(r, 404, "{\"ErrCode\":\"NOT_FOUND\"");
    return r;
}

static void test_a_refusal_keeps_the_connection_where_the_body_is_small(void **state)
{
    request_rec *r = refuse(service_send("POST", "/thing/no/such", "{\"name\":\"a\"}"));

    assert_true(stub_ap_answer(r)->is_kept);
}

static void test_a_refusal_ends_the_connection_where_the_body_is_large(void **state)
{
    const char *object = object_of(LIMIT + 1, service_server->process->pool);

    service_set("BookableBodyLimit 256");
    assert_false(stub_ap_answer(refuse(service_send("POST", "/thing/no/such", object)))->is_kept);
}

static void test_a_refusal_ends_the_connection_where_the_length_is_not_known(void **state)
{
    assert_false(stub_ap_answer(refuse(send_chunks("/thing/no/such", "{}")))->is_kept);
}

static int answer_no_route(bk_request_t *request)
{
    return bk_answer_error(request, &bk_error_no_route, NULL);
}

static void test_a_refusal_of_what_was_read_keeps_the_connection(void **state)
{
    request_rec *r = send_chunks("/thing/any", "{}");

    service_handler = answer_no_route;
    stub_ap_run(r);
    service_expect(r, 404, "");
    assert_true(stub_ap_answer(r)->is_kept);
}

static void test_a_body_that_no_route_takes_is_left_alone(void **state)
{
    request_rec *r = service_send("GET", "/thing", "{\"name\":\"a\"}");

    stub_ap_run(r);
    service_expect(r, 200, "");
    assert_int_equal(stub_ap_body_left(r), 12);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_json_is_taken_under_its_type_in_any_letters),
        cmocka_unit_test_service(test_json_is_taken_without_a_type),
        cmocka_unit_test_service(test_other_types_are_refused),
        cmocka_unit_test_service(test_encodings_of_the_content_are_refused),
        cmocka_unit_test_service(test_codings_of_the_transfer_but_chunks_are_refused),
        cmocka_unit_test_service(test_a_length_over_the_limit_is_refused_unread),
        cmocka_unit_test_service(test_a_length_at_the_limit_is_taken),
        cmocka_unit_test_service(test_the_limit_is_16_kb_where_nothing_is_said),
        cmocka_unit_test_service(test_chunks_at_the_limit_are_taken),
        cmocka_unit_test_service(test_chunks_over_the_limit_are_read_no_further),
        cmocka_unit_test_service(test_pieces_are_put_together),
        cmocka_unit_test_service(test_a_body_that_is_late_is_timed_out),
        cmocka_unit_test_service(test_a_filter_may_find_a_body_too_large),
        cmocka_unit_test_service(test_the_end_of_the_connection_is_not_the_end_of_the_body),
        cmocka_unit_test_service(test_other_errors_of_reading_are_bad_requests),
        cmocka_unit_test_service(test_what_a_filter_has_answered_is_not_answered_again),
        cmocka_unit_test_service(test_what_is_no_object_is_answered_by_the_schema),
        cmocka_unit_test_service(test_a_schema_with_details_says_those_of_what_is_no_json),
        cmocka_unit_test_service(test_json_that_breaks_a_limit_says_which),
        cmocka_unit_test_service(test_a_declared_length_that_does_not_come_is_no_object),
        cmocka_unit_test_service(test_a_refusal_keeps_the_connection_where_the_body_is_small),
        cmocka_unit_test_service(test_a_refusal_ends_the_connection_where_the_body_is_large),
        cmocka_unit_test_service(test_a_refusal_ends_the_connection_where_the_length_is_not_known),
        cmocka_unit_test_service(test_a_refusal_of_what_was_read_keeps_the_connection),
        cmocka_unit_test_service(test_a_body_that_no_route_takes_is_left_alone),
    };

    return cmocka_run_group_tests_name("bk_body", tests, service_open, service_close);
}
