#include "user_service.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_caller.h"

static int ask_user_service(bk_request_t *request)
{
    return bk_caller(request, 0);
}

static int begin(void **state)
{
    int result = user_service_begin(state);

    service_identify = ask_user_service;
    user_service.body = "{\"userID\":\"7\",\"username\":\"ann\",\"role\":\"user\"}";
    return result;
}

#define cmocka_unit_test_caller(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

static request_rec *run_as(const char *authorization, const char *method)
{
    request_rec *r = service_request(method, "/thing/5");

    if (authorization) {
        apr_table_set(r->headers_in, "Authorization", authorization);
    }
    stub_ap_run(r);
    return r;
}

static void test_the_user_service_says_who_is_calling(void **state)
{
    service_expect(run_as("Bearer abc", "GET"), 200, "{\"who\":7}");
    assert_string_equal(apr_table_get(user_service.headers, "Authorization"), "Bearer abc");
    assert_string_equal(user_service.uri, "/user/caller");
}

static void test_httpd_is_told_who_is_calling(void **state)
{
    request_rec *r = run_as("Bearer abc", "GET");

    assert_string_equal(r->user, "ann");
    assert_string_equal(apr_table_get(r->subprocess_env, "BOOKABLE_USER_ID"), "7");
}

static void test_an_administrator_is_one_by_the_role(void **state)
{
    service_expect(run_as("Bearer abc", "DELETE"), 400, "{\"ErrCode\":\"UNAUTHORIZED\"");
    user_service.body = "{\"userID\":7,\"username\":\"ann\",\"role\":\"admin\"}";
    service_expect(run_as("Bearer abc", "DELETE"), 204, "");
    user_service.body = "{\"userID\":7,\"username\":\"ann\",\"role\":\"Admin\"}";
    service_expect(run_as("Bearer abc", "DELETE"), 400, "{\"ErrCode\":\"UNAUTHORIZED\"");
}

static void test_nobody_is_asked_where_there_are_no_credentials(void **state)
{
    static const char *const values[] = {NULL, "", "Bearer", "Digest a=b", "Basic !!!"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(values); i++) {
        service_expect(run_as(values[i], "GET"), 400, "{\"ErrCode\":\"MALFORMED\"");
    }
    assert_int_equal(user_service.asked, 0);
}

static void test_credentials_longer_than_any_are_not_asked_about(void **state)
{
    char *longest = apr_palloc(service_server->process->pool, 4098);

    memset(longest, 'a', 4097);
    memcpy(longest, "Bearer ", 7);
    longest[4097] = '\0';
    service_expect(run_as(longest, "GET"), 400, "{\"ErrCode\":\"SESSION EXPIRED\"");
    assert_int_equal(user_service.asked, 0);
    longest[4096] = '\0';
    service_expect(run_as(longest, "GET"), 200, "");
}

/* Its words and its Retry-After. */
static void test_what_the_user_service_says_of_a_caller_is_passed_on(void **state)
{
    request_rec *r;

    user_service.status = 429;
    user_service.retry_after = "30";
    user_service.body = "{\"ErrCode\":\"THROTTLED\",\"Details\":\"Wait half a minute\"}";
    r = run_as("Bearer abc", "GET");
    service_expect(r, 429, "{\"ErrCode\":\"THROTTLED\"");
    assert_non_null(strstr(stub_ap_answer(r)->body, "Wait half a minute"));
    service_expect_header(r, "Retry-After", "30");
    assert_null(r->user);
}

static void test_an_expired_session_is_passed_on_by_the_servers_own_statuses(void **state)
{
    user_service.status = 400;
    user_service.body = "{\"ErrCode\":\"SESSION EXPIRED\"}";
    service_set("BookableStatusCodes standard");
    service_expect(run_as("Bearer abc", "GET"), 401, "{\"ErrCode\":\"SESSION EXPIRED\"");
}

static void test_an_answer_that_names_nobody_is_none(void **state)
{
    static const char *const bodies[] = {
        "{}",
        "{\"userID\":7,\"username\":\"ann\"}",
        "{\"userID\":\"x\",\"username\":\"ann\",\"role\":\"user\"}",
        "{\"username\":\"ann\",\"role\":\"user\"}",
        "{\"userID\":7,\"role\":\"user\"}",
        "{\"ErrCode\":\"INTERNAL\"}"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(bodies); i++) {
        user_service.body = bodies[i];
        service_expect(run_as("Bearer abc", "GET"), 400, "{\"ErrCode\":\"DEPENDENCY_UNAVAILABLE\"");
    }
}

static void test_a_caller_with_another_status_is_none(void **state)
{
    user_service.status = 206;
    service_expect(run_as("Bearer abc", "GET"), 400, "{\"ErrCode\":\"DEPENDENCY_UNAVAILABLE\"");
}

static void test_a_user_service_that_is_not_there_is_unavailable(void **state)
{
    user_service.is_there = 0;
    service_expect(run_as("Bearer abc", "GET"), 400, "{\"ErrCode\":\"DEPENDENCY_UNAVAILABLE\"");
    service_set("BookableStatusCodes standard");
    service_expect(run_as("Bearer abc", "GET"), 503, "{\"ErrCode\":\"DEPENDENCY_UNAVAILABLE\"");
}

static void test_what_the_user_service_cannot_read_is_malformed(void **state)
{
    user_service.status = 431;
    service_expect(run_as("Bearer abc", "GET"), 400, "{\"ErrCode\":\"MALFORMED\"");
}

/* It learns that its primary is away from the first request, and answers the second. */
static void test_a_read_that_may_be_behind_asks_again(void **state)
{
    service_set("ThingConsistency eventual");
    user_service.status = 503;
    user_service.body = "{\"ErrCode\":\"UNAVAILABLE\"}";
    run_as("Bearer abc", "GET");
    assert_int_equal(user_service.asked, 2);
    user_service.asked = 0;
    run_as("Bearer abc", "DELETE");
    assert_int_equal(user_service.asked, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_caller(test_the_user_service_says_who_is_calling),
        cmocka_unit_test_caller(test_httpd_is_told_who_is_calling),
        cmocka_unit_test_caller(test_an_administrator_is_one_by_the_role),
        cmocka_unit_test_caller(test_nobody_is_asked_where_there_are_no_credentials),
        cmocka_unit_test_caller(test_credentials_longer_than_any_are_not_asked_about),
        cmocka_unit_test_caller(test_what_the_user_service_says_of_a_caller_is_passed_on),
        cmocka_unit_test_caller(test_an_expired_session_is_passed_on_by_the_servers_own_statuses),
        cmocka_unit_test_caller(test_an_answer_that_names_nobody_is_none),
        cmocka_unit_test_caller(test_a_caller_with_another_status_is_none),
        cmocka_unit_test_caller(test_a_user_service_that_is_not_there_is_unavailable),
        cmocka_unit_test_caller(test_what_the_user_service_cannot_read_is_malformed),
        cmocka_unit_test_caller(test_a_read_that_may_be_behind_asks_again),
    };

    return cmocka_run_group_tests_name("bk_caller", tests, user_service_open, service_close);
}
