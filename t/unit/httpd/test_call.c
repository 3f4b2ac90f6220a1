#include "user_service.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_answer.h"
#include "bk_call.h"

static const char *disbelief; /* what is wrong with the answer; NULL: nothing */
static const char *authorization;

static const char *validate(const bk_reply_t *reply, void *baton)
{
    return disbelief;
}

/* What came of the call, in words that a test can look at. */
static int tell(bk_request_t *request)
{
    bk_reply_t reply;

    bk_call(request, 0, "/caller", authorization, validate, NULL, &reply);
    return bk_answer_text(request, HTTP_OK,
                          apr_psprintf(request->r->pool,
                                       "%s%s, status %d, refused %d, retry %d: %s",
                                       reply.asked ? "asked" : "not asked",
                                       reply.absent ? ", absent" : "", reply.status, reply.refused,
                                       reply.retry_after, reply.problem ? reply.problem : "good"));
}

static const char *call(void)
{
    return stub_ap_answer(service_answer(tell))->body;
}

static request_rec *call_with(const char *method, const char *name, const char *value)
{
    request_rec *r = strcmp(method, "GET") == 0 ? service_request(method, "/thing/any")
                                                : service_send(method, "/thing/any", "{}");

    service_handler = tell;
    apr_table_set(r->headers_in, name, value);
    stub_ap_run(r);
    return r;
}

static const char *said(const char *name)
{
    return apr_table_get(user_service.headers, name);
}

static int begin(void **state)
{
    disbelief = authorization = NULL;
    return user_service_begin(state);
}

#define cmocka_unit_test_call(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

/* ---- what is asked ------------------------------------------------------------------------------
 */

static void test_an_answer_that_is_believed_is_good(void **state)
{
    assert_string_equal(call(), "asked, status 200, refused 0, retry 0: good");
    assert_string_equal(user_service.uri, "/user/caller");
    assert_int_equal(user_service.asked, 1);
}

static void test_a_call_passes_on_none_of_the_clients_headers(void **state)
{
    request_rec *r = service_send("POST", "/thing/any", "{}");

    service_handler = tell;
    apr_table_set(r->headers_in, "Authorization", "Bearer client");
    apr_table_set(r->headers_in, "Cookie", "a=b");
    apr_table_set(r->headers_in, "X-Forwarded-For", "192.0.2.9");
    stub_ap_run(r);
    assert_string_equal(said("Host"), "www.example.org");
    assert_string_equal(said("Accept"), "application/json");
    assert_int_equal(apr_table_elts(user_service.headers)->nelts, 2);
    assert_string_equal(apr_table_get(r->headers_in, "Cookie"), "a=b");
}

static void test_a_call_has_the_credentials_that_it_is_given(void **state)
{
    authorization = "Bearer given";
    call_with("GET", "Authorization", "Bearer client");
    assert_string_equal(said("Authorization"), "Bearer given");
}

static void test_a_call_has_the_requests_id(void **state)
{
    call_with("GET", "X-Request-Id", "abc-1");
    assert_string_equal(said("X-Request-Id"), "abc-1");
}

static void test_a_call_has_httpds_id_where_the_clients_is_too_long(void **state)
{
    request_rec *r = service_request("GET", "/thing/any");
    char id[202] = "";

    memset(id, 'x', 201);
    service_handler = tell;
    apr_table_set(r->headers_in, "X-Request-Id", id);
    apr_table_set(r->subprocess_env, "UNIQUE_ID", "of-httpd");
    stub_ap_run(r);
    assert_string_equal(said("X-Request-Id"), "of-httpd");
}

static void test_a_call_says_what_the_client_says_of_consistency(void **state)
{
    call_with("GET", "X-Consistency", "STRONG");
    assert_string_equal(said("X-Consistency"), "strong");
    call_with("GET", "X-Consistency", "Eventual");
    assert_string_equal(said("X-Consistency"), "eventual");
    call_with("POST", "X-Consistency", "strong");
    assert_string_equal(said("X-Consistency"), "strong");
}

static void test_a_call_of_a_read_says_what_its_server_reads_by(void **state)
{
    service_set("ThingConsistency eventual");
    call();
    assert_string_equal(said("X-Consistency"), "eventual");
    call_with("GET", "X-Consistency", "strong");
    assert_string_equal(said("X-Consistency"), "strong");
}

/* Whatever was said: a write is decided by what is so. */
static void test_a_call_of_a_write_never_says_eventual(void **state)
{
    service_set("ThingConsistency eventual");
    call_with("POST", "X-Consistency", "eventual");
    assert_null(said("X-Consistency"));
}

static void test_a_segment_stays_one_whatever_it_holds(void **state)
{
    apr_pool_t *p = service_server->process->pool;

    assert_string_equal(bk_call_segment("a1-._~", p), "a1-._~");
    assert_string_equal(bk_call_segment("a/b?c#d%e f", p), "a%2fb%3fc%23d%25e%20f");
}

/* ---- what is answered ---------------------------------------------------------------------------
 */

static void test_what_is_no_json_is_a_problem(void **state)
{
    user_service.body = "<html>";
    assert_string_equal(call(), "asked, status 200, refused 0, retry 0: its answer (status 200) is "
                                "no JSON object");
}

static void test_what_is_not_believed_is_a_problem(void **state)
{
    disbelief = "its answer names nobody";
    assert_string_equal(call(), "asked, status 200, refused 0, retry 0: its answer names nobody");
    user_service.status = 500;
    assert_string_equal(call(),
                        "asked, status 500, refused 0, retry 0: it answered with status 500");
}

static void test_a_refusal_that_is_believed_is_an_answer(void **state)
{
    user_service.status = 400;
    assert_string_equal(call(), "asked, status 400, refused 0, retry 0: good");
}

static void test_a_refusal_that_is_not_believed_is_one(void **state)
{
    disbelief = "no";
    user_service.status = 429;
    assert_string_equal(call(),
                        "asked, status 429, refused 429, retry 0: it answered with status 429");
    user_service.body = "<html>";
    user_service.status = 302;
    assert_string_equal(call(),
                        "asked, status 302, refused 302, retry 0: it answered with status 302");
}

static void test_what_this_httpd_refuses_was_not_asked(void **state)
{
    user_service.refusal = HTTP_FORBIDDEN;
    assert_string_equal(call(),
                        "not asked, status 403, refused 403, retry 0: it answered with status 403");
    assert_int_equal(user_service.asked, 0);
}

static void test_where_nobody_is_nobody_has_refused(void **state)
{
    user_service.is_there = 0;
    assert_string_equal(call(), "not asked, absent, status 404, refused 0, retry 0: its answer "
                                "(status 404) is no JSON object");
}

static void test_an_answer_that_breaks_off_is_a_problem(void **state)
{
    user_service.broken = HTTP_BAD_GATEWAY;
    assert_string_equal(call(),
                        "asked, status 200, refused 0, retry 0: its answer broke off (502)");
}

static void test_an_answer_has_a_bound(void **state)
{
    char *body = apr_palloc(service_server->process->pool, 65538);

    memset(body, ' ', 65537);
    memcpy(body, "{}", 2);
    body[65536] = '\0';
    user_service.body = body;
    assert_string_equal(call(), "asked, status 200, refused 0, retry 0: good");
    body[65536] = ' ';
    body[65537] = '\0';
    assert_non_null(strstr(call(), "is no JSON object"));
}

static void test_when_to_ask_again_is_seconds_within_an_hour(void **state)
{
    static const struct {
        const char *text, *told;
    } rows[] = {{"7", "retry 7"},
                {"0", "retry 0"},
                {"-1", "retry 0"},
                {"soon", "retry 0"},
                {"Fri, 31 Dec 2027 23:59:59 GMT", "retry 0"},
                {"3600", "retry 3600"},
                {"999999", "retry 3600"}};
    unsigned int i;

    user_service.status = 503;
    disbelief = "no";
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        user_service.retry_after = rows[i].text;
        assert_non_null(strstr(call(), rows[i].told));
    }
}

/* ---- another attempt ----------------------------------------------------------------------------
 */

static void test_another_host_that_does_not_answer_is_asked_four_times(void **state)
{
    user_service.is_proxied = 1;
    user_service.result = HTTP_SERVICE_UNAVAILABLE;
    call();
    assert_int_equal(user_service.asked, 4);
    assert_int_equal(stub_ap_logged_level("BK0122: asking /user/caller once more"), APLOG_INFO);
}

static void test_a_service_of_this_httpd_is_asked_once(void **state)
{
    user_service.result = HTTP_SERVICE_UNAVAILABLE;
    call();
    assert_int_equal(user_service.asked, 1);
}

/* It is what a server says on a connection that was idle for too long. */
static void test_a_408_of_another_host_is_no_answer(void **state)
{
    user_service.is_proxied = 1;
    disbelief = "no";
    user_service.status = HTTP_REQUEST_TIME_OUT;
    call();
    assert_int_equal(user_service.asked, 4);
}

static void test_another_refusal_of_another_host_is_the_answer(void **state)
{
    user_service.is_proxied = 1;
    disbelief = "no";
    user_service.status = HTTP_TOO_MANY_REQUESTS;
    call();
    assert_int_equal(user_service.asked, 1);
}

static void test_no_attempt_begins_behind_the_timeout(void **state)
{
    user_service.is_proxied = 1;
    user_service.result = HTTP_SERVICE_UNAVAILABLE;
    bk_conf_writable(service_server)->dependencies[0].timeout = 0;
    assert_non_null(strstr(call(), "it did not answer in time"));
    assert_int_equal(user_service.asked, 1);
}

/* ---- the breaker --------------------------------------------------------------------------------
 */

/* Two failures open it. */
static void set_breaker(void)
{
    bk_breaker_settings_t *settings = &bk_conf_writable(service_server)->dependencies[0].settings;

    settings->minimum_calls = 2;
    settings->failure_rate = 100;
    settings->open_time = 60000;
}

static void test_a_dependency_that_fails_is_asked_no_more(void **state)
{
    set_breaker();
    user_service.result = HTTP_SERVICE_UNAVAILABLE;
    call();
    call();
    assert_int_equal(user_service.asked, 2);
    assert_string_equal(call(), "not asked, status 0, refused 0, retry 60: Circuit breaker open");
    assert_int_equal(user_service.asked, 2);
}

static void expect_closed(void)
{
    set_breaker();
    call();
    call();
    call();
    assert_int_equal(user_service.asked, 3);
}

static void test_a_dependency_that_refuses_is_well(void **state)
{
    disbelief = "no";
    user_service.status = HTTP_NOT_FOUND;
    expect_closed();
}

/* Its own breaker is open: when that closes, one here is not to stay open. */
static void test_a_dependency_that_says_when_to_ask_again_is_not_counted(void **state)
{
    disbelief = "no";
    user_service.status = HTTP_SERVICE_UNAVAILABLE;
    user_service.retry_after = "1";
    expect_closed();
}

static int tell_gone(bk_request_t *request)
{
    request->r->connection->aborted = 1;
    return tell(request);
}

static void test_a_client_that_is_gone_says_nothing_of_the_dependency(void **state)
{
    set_breaker();
    user_service.result = HTTP_SERVICE_UNAVAILABLE;
    service_answer(tell_gone);
    service_answer(tell_gone);
    service_answer(tell_gone);
    assert_int_equal(user_service.asked, 3);
}

/* ---- the answer to a call that failed -----------------------------------------------------------
 */

static bk_reply_t failed;

static int answer_failed(bk_request_t *request)
{
    return bk_call_failed(request, &bk_error_user_service, &bk_error_malformed, &failed);
}

static request_rec *answer_to(bk_reply_t reply)
{
    failed = reply;
    failed.dependency = "user";
    failed.problem = "it is asleep";
    return service_answer(answer_failed);
}

static void test_a_call_that_failed_says_why(void **state)
{
    request_rec *r = answer_to((bk_reply_t){.retry_after = 0});

    service_expect(r, 400, "{\"ErrCode\":\"DEPENDENCY_UNAVAILABLE\"");
    assert_non_null(strstr(stub_ap_answer(r)->body, "\"Details\":\"it is asleep\""));
    service_expect_header(r, "Retry-After", NULL);
    assert_string_equal(stub_ap_logged("BK0131"), "BK0131: User service unavailable: it is asleep");
    assert_int_equal(stub_ap_logged_level("BK0131"), APLOG_WARNING);
}

static void test_a_call_that_failed_says_when_to_ask_again(void **state)
{
    service_expect_header(answer_to((bk_reply_t){.retry_after = 9}), "Retry-After", "9");
}

static void test_a_refusal_is_laid_to_whoever_made_it(void **state)
{
    static const struct {
        int status;
        const char *body, *details;
    } rows[] = {
        {400, "{\"ErrCode\":\"MALFORMED\"", "could not read the request (status 400)"},
        {413, "{\"ErrCode\":\"MALFORMED\"", "could not read the request (status 413)"},
        {414, "{\"ErrCode\":\"MALFORMED\"", "could not read the request (status 414)"},
        {431, "{\"ErrCode\":\"MALFORMED\"", "could not read the request (status 431)"},
        {401, "{\"ErrCode\":\"FORBIDDEN\"", "refused the request (status 401)"},
        {403, "{\"ErrCode\":\"FORBIDDEN\"", "refused the request (status 403)"},
        {407, "{\"ErrCode\":\"FORBIDDEN\"", "refused the request (status 407)"},
        {451, "{\"ErrCode\":\"FORBIDDEN\"", "refused the request (status 451)"},
        {404, "{\"ErrCode\":\"DEPENDENCY_UNAVAILABLE\"", "did not answer the request"},
        {429, "{\"ErrCode\":\"DEPENDENCY_UNAVAILABLE\"", "did not answer the request"},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        request_rec *r = answer_to((bk_reply_t){.refused = rows[i].status});

        service_expect(r, stub_ap_answer(r)->status, rows[i].body);
        assert_that(strstr(stub_ap_answer(r)->body, rows[i].details), "%d: %s", rows[i].status,
                    stub_ap_answer(r)->body);
    }
}

static void test_a_refusal_that_says_when_to_ask_again_takes_no_more(void **state)
{
    request_rec *r = answer_to((bk_reply_t){.refused = 429, .retry_after = 3});

    assert_non_null(
        strstr(stub_ap_answer(r)->body, "accepts no more requests for now (status 429)"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_call(test_an_answer_that_is_believed_is_good),
        cmocka_unit_test_call(test_a_call_passes_on_none_of_the_clients_headers),
        cmocka_unit_test_call(test_a_call_has_the_credentials_that_it_is_given),
        cmocka_unit_test_call(test_a_call_has_the_requests_id),
        cmocka_unit_test_call(test_a_call_has_httpds_id_where_the_clients_is_too_long),
        cmocka_unit_test_call(test_a_call_says_what_the_client_says_of_consistency),
        cmocka_unit_test_call(test_a_call_of_a_read_says_what_its_server_reads_by),
        cmocka_unit_test_call(test_a_call_of_a_write_never_says_eventual),
        cmocka_unit_test_call(test_a_segment_stays_one_whatever_it_holds),
        cmocka_unit_test_call(test_what_is_no_json_is_a_problem),
        cmocka_unit_test_call(test_what_is_not_believed_is_a_problem),
        cmocka_unit_test_call(test_a_refusal_that_is_believed_is_an_answer),
        cmocka_unit_test_call(test_a_refusal_that_is_not_believed_is_one),
        cmocka_unit_test_call(test_what_this_httpd_refuses_was_not_asked),
        cmocka_unit_test_call(test_where_nobody_is_nobody_has_refused),
        cmocka_unit_test_call(test_an_answer_that_breaks_off_is_a_problem),
        cmocka_unit_test_call(test_an_answer_has_a_bound),
        cmocka_unit_test_call(test_when_to_ask_again_is_seconds_within_an_hour),
        cmocka_unit_test_call(test_another_host_that_does_not_answer_is_asked_four_times),
        cmocka_unit_test_call(test_a_service_of_this_httpd_is_asked_once),
        cmocka_unit_test_call(test_a_408_of_another_host_is_no_answer),
        cmocka_unit_test_call(test_another_refusal_of_another_host_is_the_answer),
        cmocka_unit_test_call(test_no_attempt_begins_behind_the_timeout),
        cmocka_unit_test_call(test_a_dependency_that_fails_is_asked_no_more),
        cmocka_unit_test_call(test_a_dependency_that_refuses_is_well),
        cmocka_unit_test_call(test_a_dependency_that_says_when_to_ask_again_is_not_counted),
        cmocka_unit_test_call(test_a_client_that_is_gone_says_nothing_of_the_dependency),
        cmocka_unit_test_call(test_a_call_that_failed_says_why),
        cmocka_unit_test_call(test_a_call_that_failed_says_when_to_ask_again),
        cmocka_unit_test_call(test_a_refusal_is_laid_to_whoever_made_it),
        cmocka_unit_test_call(test_a_refusal_that_says_when_to_ask_again_takes_no_more),
    };

    return cmocka_run_group_tests_name("bk_call", tests, user_service_open, service_close);
}
