#include "service.h"

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_problem_members.h"
#include "bk_representation.h"

#define PROBLEM(code) "{\"type\":\"/v1/problems/" code "\""

static int begin(void **state)
{
    int result = service_begin(state);

    service_set("BookableApi /v1");
    return result;
}

#define cmocka_unit_test_strict(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

static request_rec *answer(int (*handler)(bk_request_t *request))
{
    service_handler = handler;
    return service_get("/v1/things");
}

/* ---- problems -----------------------------------------------------------------------------------
 */

static int refuse(bk_request_t *request)
{
    return bk_answer_problem(request, &bk_problem_slot_taken, "At 10 it is taken");
}

static void test_a_problem_has_its_own_status_type_and_detail(void **state)
{
    request_rec *r = answer(refuse);

    service_expect(r, 409, PROBLEM("slot-taken"));
    service_expect_header(r, "Content-Type", "application/problem+json");
    service_expect_header(r, "Cache-Control", "no-store");
    service_expect_header(r, "Vary", "Authorization, Cookie, Accept");
    assert_non_null(strstr(stub_ap_answer(r)->body, "\"detail\":\"At 10 it is taken\""));
}

static void test_a_problem_names_the_request(void **state)
{
    request_rec *r = service_request("GET", "/v1/things");

    service_handler = refuse;
    apr_table_set(r->headers_in, "X-Request-Id", "abc-1");
    stub_ap_run(r);
    assert_non_null(strstr(stub_ap_answer(r)->body, "\"instance\":\"abc-1\""));
    assert_non_null(strstr(stub_ap_answer(answer(refuse))->body, "\"instance\":\""));
}

static void test_an_id_that_is_no_text_is_not_repeated(void **state)
{
    request_rec *r = service_request("GET", "/v1/things");

    service_handler = refuse;
    apr_table_set(r->headers_in, "X-Request-Id", "a\xff");
    stub_ap_run(r);
    service_expect(r, 409, PROBLEM("slot-taken"));
}

static int refuse_member(bk_request_t *request)
{
    return bk_answer_wrong_member(request, "day", "is past");
}

static int refuse_parameter(bk_request_t *request)
{
    return bk_answer_wrong_parameter(request, "from", "is past");
}

static void test_one_wrong_value_is_told_with_its_place(void **state)
{
    request_rec *r = answer(refuse_member);

    service_expect(r, 422, PROBLEM("bad-value"));
    assert_non_null(strstr(stub_ap_answer(r)->body, "\"pointer\":\"/day\""));
    assert_non_null(strstr(stub_ap_answer(r)->body, "is past"));
    r = answer(refuse_parameter);
    service_expect(r, 400, PROBLEM("bad-parameter"));
    assert_non_null(strstr(stub_ap_answer(r)->body, "\"pointer\":\"/from\""));
}

static int throttle(bk_request_t *request)
{
    return bk_answer_error_retry(request, &bk_error_throttled, NULL, 17);
}

static void test_a_problem_says_when_to_come_again(void **state)
{
    request_rec *r = answer(throttle);

    service_expect(r, 429, PROBLEM("throttled"));
    service_expect_header(r, "Retry-After", "17");
    assert_non_null(strstr(stub_ap_answer(r)->body, "\"retryAfter\":17"));
}

static void write_violations(bk_json_text_t *text, const void *baton)
{
    bk_problem_members_violations(text, baton, 1);
}

static int refuse_with(bk_request_t *request)
{
    static const bk_problem_violation_t violation = {
        .rule = "length.max", .has_limit = 1, .limit = 240, .got = 300, .detail = "It is long"};

    return bk_answer_problem_with(request, &bk_problem_rules_broken, NULL, write_violations,
                                  &violation);
}

static void test_a_problem_may_have_members_of_its_own(void **state)
{
    request_rec *r = answer(refuse_with);

    service_expect(r, 422, PROBLEM("rules-broken"));
    assert_non_null(strstr(stub_ap_answer(r)->body, "\"violations\":[{\"rule\":\"length.max\""));
}

/* ---- errors of the base API ---------------------------------------------------------------------
 */

static const bk_error_t *error_of_test;

static int answer_fault(bk_request_t *request)
{
    return bk_answer_error(request, error_of_test, NULL);
}

static void test_errors_of_the_base_become_problems(void **state)
{
    static const struct {
        const bk_error_t *error;
        int status;
        const char *code;
    } rows[] = {
        {&bk_error_malformed, 401, PROBLEM("not-signed-in")},
        {&bk_error_session_expired, 401, PROBLEM("not-signed-in")},
        {&bk_error_unauthenticated, 401, PROBLEM("not-signed-in")},
        {&bk_error_unauthorized, 403, PROBLEM("forbidden")},
        {&bk_error_forbidden, 403, PROBLEM("forbidden")},
        {&bk_error_throttled, 429, PROBLEM("throttled")},
        {&bk_error_busy, 503, PROBLEM("busy")},
        {&bk_error_user_service, 503, PROBLEM("dependency-unavailable")},
        {&bk_error_no_route, 404, PROBLEM("not-found")},
        {&bk_error_method, 405, PROBLEM("method-not-allowed")},
        {&bk_error_too_large, 413, PROBLEM("too-large")},
        {&bk_error_media_type, 415, PROBLEM("unsupported-media-type")},
        {&bk_error_cross_site, 403, PROBLEM("cross-site")},
        {&bk_error_timeout, 408, PROBLEM("timeout")},
        {&bk_error_body, 400, PROBLEM("bad-request")},
        {&bk_error_consistency, 400, PROBLEM("bad-header")},
        {&bk_error_precondition, 412, PROBLEM("version-mismatch")},
        {&bk_error_not_supported, 501, PROBLEM("not-supported")},
        {&bk_error_unavailable, 503, PROBLEM("unavailable")},
        {&bk_error_unknown, 503, PROBLEM("outcome-unknown")},
        {&bk_error_capacity, 503, PROBLEM("capacity")},
        {&bk_error_internal, 500, PROBLEM("internal")},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        error_of_test = rows[i].error;
        service_expect(answer(answer_fault), rows[i].status, rows[i].code);
    }
}

static void test_a_status_without_a_problem_keeps_its_number(void **state)
{
    static const bk_error_t gateway = {502, 502, "X", "X", NULL},
                            locked = {423, 423, "X", "X", NULL},
                            version = {505, 505, "X", "X", NULL};
    request_rec *r;

    error_of_test = &gateway;
    r = answer(answer_fault);
    service_expect(r, 502, PROBLEM("dependency-unavailable"));
    assert_non_null(strstr(stub_ap_answer(r)->body, "\"status\":502"));
    error_of_test = &locked;
    service_expect(answer(answer_fault), 423, PROBLEM("bad-request"));
    error_of_test = &version;
    service_expect(answer(answer_fault), 505, PROBLEM("internal"));
}

static void test_a_401_has_a_challenge(void **state)
{
    error_of_test = &bk_error_malformed;
    assert_non_null(stub_ap_answer_header(answer(answer_fault), "WWW-Authenticate"));
}

/* ---- versions -----------------------------------------------------------------------------------
 */

static int create(bk_request_t *request)
{
    return bk_answer_created_v1(request, "/v1/things/5", 1, "{}", 2);
}

static void test_what_was_created_has_a_place_and_a_version(void **state)
{
    request_rec *r = answer(create);

    service_expect(r, 201, "{}");
    service_expect_header(r, "ETag", "\"1\"");
    assert_non_null(strstr(stub_ap_answer_header(r, "Location"), "/v1/things/5"));
    service_expect_header(r, "Cache-Control", "no-store");
}

static int show_version(bk_request_t *request)
{
    request->cache_control = BK_ANSWER_V1_PUBLIC;
    return bk_representation_answer_version(request, 7, "{\"a\":1}", 7);
}

static void test_a_version_is_a_strong_tag(void **state)
{
    request_rec *r = answer(show_version);

    service_expect(r, 200, "{\"a\":1}");
    service_expect_header(r, "ETag", "\"7\"");
    service_expect_header(r, "Cache-Control", "public, max-age=60");
    r = service_request("GET", "/v1/things");
    apr_table_set(r->headers_in, "If-None-Match", "\"7\"");
    stub_ap_run(r);
    service_expect(r, 304, "");
    service_expect_header(r, "ETag", "\"7\"");
}

static apr_int64_t version_of_test;

static int change(bk_request_t *request)
{
    int result = bk_representation_check_version(request, version_of_test);

    return result == BK_CONTINUE ? bk_representation_changed(request, 8, "{}", 2) : result;
}

/* A change on the condition of a header. */
static request_rec *change_if(const char *name, const char *value)
{
    request_rec *r = service_send("PUT", "/v1/things/1", "{\"name\":\"a\"}");

    service_handler = change;
    apr_table_set(r->headers_in, name, value);
    stub_ap_run(r);
    return r;
}

static void test_a_change_needs_the_present_version(void **state)
{
    request_rec *r;

    version_of_test = 7;
    r = change_if("If-Match", "\"7\"");
    service_expect(r, 200, "{}");
    service_expect_header(r, "ETag", "\"8\"");
    service_expect(change_if("If-Match", "*"), 200, "{}");
    service_expect(change_if("If-Match", "\"3\", \"7\""), 200, "{}");
    r = change_if("If-Match", "\"6\"");
    service_expect(r, 412, PROBLEM("version-mismatch"));
    service_expect_header(r, "ETag", "\"7\"");
    service_expect(change_if("If-Match", "W/\"7\""), 412, PROBLEM("version-mismatch"));
    service_expect(change_if("If-None-Match", "*"), 412, PROBLEM("version-mismatch"));
}

static void test_what_is_not_there_has_no_version(void **state)
{
    version_of_test = BK_REPRESENTATION_NONE;
    service_expect(change_if("If-None-Match", "*"), 200, "{}");
    service_expect(change_if("If-Match", "\"1\""), 412, PROBLEM("version-mismatch"));
    service_expect_header(change_if("If-Match", "*"), "ETag", NULL);
}

/* ---- what problems mean -------------------------------------------------------------------------
 */

static void test_a_type_says_what_the_problem_means(void **state)
{
    request_rec *r = service_get("/v1/problems/slot-taken");

    service_expect(r, 200, PROBLEM("slot-taken"));
    service_expect_header(r, "Content-Type", "application/json");
    service_expect_header(r, "Cache-Control", "public, max-age=86400");
    service_expect(service_get("/v1/problems/slot"), 404, PROBLEM("not-found"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_strict(test_a_problem_has_its_own_status_type_and_detail),
        cmocka_unit_test_strict(test_a_problem_names_the_request),
        cmocka_unit_test_strict(test_one_wrong_value_is_told_with_its_place),
        cmocka_unit_test_strict(test_an_id_that_is_no_text_is_not_repeated),
        cmocka_unit_test_strict(test_a_problem_says_when_to_come_again),
        cmocka_unit_test_strict(test_a_problem_may_have_members_of_its_own),
        cmocka_unit_test_strict(test_errors_of_the_base_become_problems),
        cmocka_unit_test_strict(test_a_status_without_a_problem_keeps_its_number),
        cmocka_unit_test_strict(test_a_401_has_a_challenge),
        cmocka_unit_test_strict(test_what_was_created_has_a_place_and_a_version),
        cmocka_unit_test_strict(test_a_version_is_a_strong_tag),
        cmocka_unit_test_strict(test_a_change_needs_the_present_version),
        cmocka_unit_test_strict(test_what_is_not_there_has_no_version),
        cmocka_unit_test_strict(test_a_type_says_what_the_problem_means),
    };

    return cmocka_run_group_tests(tests, service_open, service_close);
}
