#include "service.h"

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_body.h"

#define PROBLEM(code) "{\"type\":\"/v1/problems/" code "\""

static int begin(void **state)
{
    int result = service_begin(state);

    service_set("BookableApi /v1");
    return result;
}

#define cmocka_unit_test_strict(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

static request_rec *run(request_rec *r)
{
    stub_ap_run(r);
    return r;
}

static request_rec *with(request_rec *r, const char *name, const char *value)
{
    apr_table_set(r->headers_in, name, value);
    return r;
}

/* ---- who is calling -----------------------------------------------------------------------------
 */

static bk_caller_t caller_of_test;

static int identify_as_told(bk_request_t *request)
{
    request->caller = caller_of_test;
    return BK_CONTINUE;
}

static int show_caller(bk_request_t *request)
{
    return bk_answer_json(request, HTTP_OK, json_pack("{s:I}", "who", request->caller.id));
}

/* @param method, uri  of a route that needs the scope "book"
 * @return its answer to a caller with a role and scopes */
static request_rec *run_as(bk_role_t role, unsigned int scopes, const char *method, const char *uri)
{
    caller_of_test = (bk_caller_t){.id = 7,
                                   .name = "somebody",
                                   .role = role,
                                   .is_admin = role == BK_ROLE_ADMIN,
                                   .scopes = scopes};
    service_identify = identify_as_told;
    service_handler = show_caller;
    return run(service_send(method, uri, "{\"name\":\"a\"}"));
}

static void test_a_token_needs_the_scope_of_the_route(void **state)
{
    service_expect(run_as(BK_ROLE_MEMBER, BK_SCOPE_BOOK, "POST", "/v1/things"), 200, "{\"who\":7}");
    service_expect(run_as(BK_ROLE_MEMBER, BK_SCOPE_READ, "POST", "/v1/things"), 403,
                   PROBLEM("forbidden"));
    service_expect(run_as(BK_ROLE_ADMIN, 0, "POST", "/v1/things"), 403, PROBLEM("forbidden"));
}

static void test_base_routes_need_scopes_too(void **state)
{
    service_expect(run_as(BK_ROLE_MEMBER, BK_SCOPE_READ, "GET", "/thing/7"), 200, "");
    service_expect(run_as(BK_ROLE_MEMBER, BK_SCOPE_BOOK, "GET", "/thing/7"), 403,
                   "{\"ErrCode\":\"FORBIDDEN\"");
    service_expect(
        run_as(BK_ROLE_ADMIN, BK_SCOPE_ALL & ~(unsigned int)BK_SCOPE_SELF, "DELETE", "/thing/7"),
        403, "{\"ErrCode\":\"FORBIDDEN\"");
}

static void test_an_auditor_reads_what_administrators_read_and_changes_nothing(void **state)
{
    service_expect(run_as(BK_ROLE_AUDITOR, BK_SCOPE_ALL, "GET", "/v1/marks/1"), 200, "{\"who\":7}");
    service_expect(run_as(BK_ROLE_ADMIN, BK_SCOPE_ALL, "GET", "/v1/marks/1"), 200, "{\"who\":7}");
    service_expect(run_as(BK_ROLE_MEMBER, BK_SCOPE_ALL, "GET", "/v1/marks/1"), 403,
                   PROBLEM("forbidden"));
    service_expect(run_as(BK_ROLE_AUDITOR, BK_SCOPE_ALL, "POST", "/v1/things"), 403,
                   PROBLEM("forbidden"));
}

static void test_an_auditor_may_change_their_own_account(void **state)
{
    service_expect(run_as(BK_ROLE_AUDITOR, BK_SCOPE_ALL, "PUT", "/thing/7"), 200, "");
}

static void test_a_guest_is_nobody_and_credentials_are_checked(void **state)
{
    service_handler = show_caller;
    service_expect(run(service_request("GET", "/v1/things/1")), 200, "{\"who\":0}");
    assert_string_equal(service_steps, "");
    service_expect(run(with(service_request("GET", "/v1/things/1"), "Authorization", "user 5")),
                   200, "{\"who\":5}");
}

/* ---- parameters ---------------------------------------------------------------------------------
 */

static void test_an_unknown_parameter_is_refused(void **state)
{
    service_expect(service_get("/v1/things?colour=red"), 200, "");
    service_expect(service_get("/v1/things?color=red"), 400, PROBLEM("bad-parameter"));
    service_expect(service_get("/v1/things?colour=red&colour=red"), 400, PROBLEM("bad-parameter"));
    service_expect(service_get("/v1/things?colour=blue"), 400, PROBLEM("bad-parameter"));
}

static void test_all_faults_of_a_query_string_are_told_at_once(void **state)
{
    const char *body = stub_ap_answer(service_get("/v1/things?color=red&limit=0"))->body;

    assert_non_null(strstr(body, "\"pointer\":\"/color\""));
    assert_non_null(strstr(body, "\"pointer\":\"/limit\""));
}

static void test_a_route_without_parameters_takes_none(void **state)
{
    service_expect(service_get("/v1/things/1?a=1"), 400, PROBLEM("bad-parameter"));
}

static void test_base_routes_ignore_unknown_parameters(void **state)
{
    service_expect(service_get("/thing?a=1"), 200, "");
}

/* ---- conditions ---------------------------------------------------------------------------------
 */

static void test_a_change_without_a_version_is_refused(void **state)
{
    service_expect(run(service_send("PATCH", "/v1/things/1", "{}")), 428,
                   PROBLEM("version-required"));
    service_expect(run(with(service_send("PATCH", "/v1/things/1", "{}"), "If-Match", "*")), 200,
                   "");
    service_expect(run(with(service_send("PATCH", "/v1/things/1", "{}"), "If-None-Match", "*")),
                   428, PROBLEM("version-required"));
}

static void test_a_put_may_say_that_there_is_nothing_yet(void **state)
{
    request_rec *r = service_send("PUT", "/v1/things/1", "{\"name\":\"a\"}");

    service_expect(run(with(r, "If-None-Match", "*")), 200, "");
    service_expect(run(service_send("PUT", "/v1/things/1", "{\"name\":\"a\"}")), 428,
                   PROBLEM("version-required"));
}

/* ---- bodies -------------------------------------------------------------------------------------
 */

static request_rec *post(const char *json)
{
    return run(with(service_send("POST", "/v1/things", json), "Authorization", "user 7"));
}

static void test_members_are_read_by_the_table(void **state)
{
    service_expect(post("{\"name\":\"a\",\"size\":3}"), 200, "");
    service_expect(post("{\"name\":\"a\",\"siez\":3}"), 400, PROBLEM("unknown-member"));
    service_expect(post("{\"size\":3}"), 400, PROBLEM("missing-member"));
    service_expect(post("{\"name\":\"a\",\"size\":\"3\"}"), 400, PROBLEM("bad-member"));
    service_expect(post("{\"name\":\"a\",\"size\":10}"), 422, PROBLEM("bad-value"));
}

static request_rec *post_with_key(const char *key)
{
    request_rec *r = service_send("POST", "/v1/things", "{\"name\":\"a\"}");

    return run(with(with(r, "Authorization", "user 7"), "Idempotency-Key", key));
}

static void test_a_key_has_to_be_one(void **state)
{
    service_expect(post_with_key("a-1"), 200, "");
    service_expect(post_with_key("\"a 1\""), 200, "");
    service_expect(post_with_key("a 1"), 400, PROBLEM("bad-header"));
    service_expect(post_with_key(""), 400, PROBLEM("bad-header"));
}

static void test_the_server_may_want_a_key(void **state)
{
    service_set("BookableIdempotency required");
    service_expect(post("{\"name\":\"a\"}"), 400, PROBLEM("idempotency-key-missing"));
    service_expect(post_with_key("a-1"), 200, "");
    service_expect(run(with(service_send("PATCH", "/v1/things/1", "{}"), "If-Match", "*")), 200,
                   "");
}

static void test_what_is_no_object_is_a_bad_body(void **state)
{
    service_expect(post("[]"), 400, PROBLEM("bad-body"));
    service_expect(post("{"), 400, PROBLEM("bad-body"));
    service_expect(post(""), 400, PROBLEM("bad-body"));
    service_expect(post("{\"name\":\"a\",\"name\":\"b\"}"), 400, PROBLEM("bad-body"));
}

static request_rec *patch(const char *type, const char *json)
{
    request_rec *r = service_send("PATCH", "/v1/things/1", json);

    return run(with(with(r, "If-Match", "\"1\""), "Content-Type", type));
}

static void test_a_patch_needs_no_members_and_has_a_type_of_its_own(void **state)
{
    service_expect(patch("application/merge-patch+json", "{}"), 200, "");
    service_expect(patch("application/json", "{\"size\":null}"), 200, "");
    service_expect(patch("application/json", "{\"name\":null}"), 400, PROBLEM("bad-member"));
    service_expect(patch("application/json-patch+json", "{}"), 415,
                   PROBLEM("unsupported-media-type"));
    service_expect(run(with(service_send("POST", "/v1/things", "{\"name\":\"a\"}"), "Content-Type",
                            "application/merge-patch+json")),
                   415, PROBLEM("unsupported-media-type"));
}

static request_rec *delete_with(const char *json)
{
    request_rec *r = json ? service_send("DELETE", "/v1/things/1", json)
                          : service_request("DELETE", "/v1/things/1");

    return run(with(r, "Authorization", "admin 1"));
}

static void test_an_optional_body_may_be_missing(void **state)
{
    service_expect(delete_with(NULL), 200, "");
    service_expect(delete_with("{\"size\":2}"), 200, "");
    service_expect(delete_with("{\"name\":\"a\"}"), 400, PROBLEM("unknown-member"));
}

static int count_bytes(bk_request_t *request)
{
    const char *data;
    apr_size_t len;
    int result = bk_body_bytes(request, &data, &len);

    return result == BK_CONTINUE
               ? bk_answer_json(request, HTTP_OK, json_pack("{s:i}", "len", (int)len))
               : result;
}

static request_rec *post_raw(apr_size_t len)
{
    request_rec *r = service_request("POST", "/v1/things/batch");
    char *data = apr_palloc(r->pool, len + 1);

    memset(data, 'x', len);
    data[len] = '\0';
    service_handler = count_bytes;
    return run(with(service_send("POST", "/v1/things/batch", data), "Content-Type", "text/csv"));
}

static void test_a_raw_body_is_of_any_type_and_within_the_routes_own_limit(void **state)
{
    service_set("BookableBodyLimit 256");
    service_expect(post_raw(40000), 200, "{\"len\":40000}");
    service_expect(post_raw(65536), 200, "{\"len\":65536}");
    service_expect(post_raw(65537), 413, PROBLEM("too-large"));
}

static void test_other_routes_keep_the_usual_limit(void **state)
{
    char json[400];

    memset(json, ' ', sizeof(json) - 1);
    json[sizeof(json) - 1] = '\0';
    service_set("BookableBodyLimit 256");
    service_expect(post(json), 413, PROBLEM("too-large"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_strict(test_a_token_needs_the_scope_of_the_route),
        cmocka_unit_test_strict(test_base_routes_need_scopes_too),
        cmocka_unit_test_strict(test_an_auditor_reads_what_administrators_read_and_changes_nothing),
        cmocka_unit_test_strict(test_an_auditor_may_change_their_own_account),
        cmocka_unit_test_strict(test_a_guest_is_nobody_and_credentials_are_checked),
        cmocka_unit_test_strict(test_an_unknown_parameter_is_refused),
        cmocka_unit_test_strict(test_all_faults_of_a_query_string_are_told_at_once),
        cmocka_unit_test_strict(test_a_route_without_parameters_takes_none),
        cmocka_unit_test_strict(test_base_routes_ignore_unknown_parameters),
        cmocka_unit_test_strict(test_a_change_without_a_version_is_refused),
        cmocka_unit_test_strict(test_a_put_may_say_that_there_is_nothing_yet),
        cmocka_unit_test_strict(test_members_are_read_by_the_table),
        cmocka_unit_test_strict(test_a_key_has_to_be_one),
        cmocka_unit_test_strict(test_the_server_may_want_a_key),
        cmocka_unit_test_strict(test_what_is_no_object_is_a_bad_body),
        cmocka_unit_test_strict(test_a_patch_needs_no_members_and_has_a_type_of_its_own),
        cmocka_unit_test_strict(test_an_optional_body_may_be_missing),
        cmocka_unit_test_strict(test_a_raw_body_is_of_any_type_and_within_the_routes_own_limit),
        cmocka_unit_test_strict(test_other_routes_keep_the_usual_limit),
    };

    return cmocka_run_group_tests(tests, service_open, service_close);
}
