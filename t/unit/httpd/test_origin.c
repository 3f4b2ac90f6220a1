#include "service.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_origin.h"

static request_rec *request_from(const char *method, const char *origin)
{
    request_rec *r = service_request(method, "/thing/1");

    apr_table_set(r->headers_in, "Authorization", "admin 1");
    if (origin) {
        apr_table_set(r->headers_in, "Origin", origin);
    }
    return r;
}

/* A proxy that mod_remoteip believes, which speaks for a client. */
static void come_by_proxy(request_rec *r, const char *host, const char *proto)
{
    apr_sockaddr_info_get(&r->useragent_addr, "203.0.113.9", APR_INET, 0, 0, r->pool);
    if (host) {
        apr_table_set(r->headers_in, "X-Forwarded-Host", host);
    }
    if (proto) {
        apr_table_set(r->headers_in, "X-Forwarded-Proto", proto);
    }
}

/* ---- writing ------------------------------------------------------------------------------------
 */

static void test_what_browsers_say_of_a_write_decides(void **state)
{
    static const struct {
        const char *origin, *site;
        int status;
    } rows[] = {
        {NULL, NULL, 204}, /* a program */
        {"http://www.example.org", NULL, 204},
        {"http://www.example.org", "same-origin", 204},
        {"http://WWW.example.ORG:80", NULL, 204},
        {"https://www.example.org", NULL, 204}, /* a proxy takes TLS away and does not say so */
        {NULL, "same-origin", 204},
        {NULL, "none", 204},
        {NULL, "None", 204},
        {NULL, "same-site", 403},
        {NULL, "cross-site", 403},
        {"http://www.example.org", "cross-site", 403},
        {"http://elsewhere.example.net", NULL, 403},
        {"http://elsewhere.example.net", "same-origin", 403},
        {"http://www.example.org:8080", NULL, 403},
        {"http://www.example.org.evil.example", NULL, 403},
        {"http://example.org", NULL, 403},
        {"null", NULL, 403},
        {"", NULL, 403},
        {"file://", NULL, 403},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        request_rec *r = request_from("DELETE", rows[i].origin);

        if (rows[i].site) {
            apr_table_set(r->headers_in, "Sec-Fetch-Site", rows[i].site);
        }
        stub_ap_run(r);
        assert_that(stub_ap_answer(r)->status == rows[i].status, "%s, %s: %d", rows[i].origin,
                    rows[i].site, stub_ap_answer(r)->status);
    }
}

static void test_what_changes_nothing_may_come_from_anywhere(void **state)
{
    static const char *const methods[] = {"GET", "HEAD", "OPTIONS"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(methods); i++) {
        request_rec *r = request_from(methods[i], "http://elsewhere.example.net");

        apr_table_set(r->headers_in, "Sec-Fetch-Site", "cross-site");
        stub_ap_run(r);
        assert_that(stub_ap_answer(r)->status < 300, "%s: %d", methods[i],
                    stub_ap_answer(r)->status);
    }
}

static void test_a_write_from_a_listed_origin_is_done(void **state)
{
    request_rec *r = request_from("DELETE", "https://rooms.example.net");

    service_set("BookableOrigins https://rooms.example.net:443");
    apr_table_set(r->headers_in, "Sec-Fetch-Site", "cross-site");
    stub_ap_run(r);
    assert_int_equal(stub_ap_answer(r)->status, 204);
}

static void test_a_write_from_a_listed_host_of_another_scheme_is_refused(void **state)
{
    request_rec *r = request_from("DELETE", "http://rooms.example.net");

    service_set("BookableOrigins https://rooms.example.net");
    stub_ap_run(r);
    assert_int_equal(stub_ap_answer(r)->status, 403);
}

/* A server behind a gateway is asked by another name than browsers use. */
static void test_a_write_from_the_origin_that_browsers_see_is_done(void **state)
{
    static const struct {
        const char *origin;
        int status;
    } rows[] = {{"https://rooms.example.net", 204},
                {"https://rooms.example.net:443", 204},
                {"http://rooms.example.net", 403},
                {"https://elsewhere.example.net", 403},
                {"http://thing.example.org", 403}, /* what Host says is no longer asked */
                {NULL, 204}};
    unsigned int i;

    service_set("UserOrigin https://rooms.example.net");
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        request_rec *r = request_from("DELETE", rows[i].origin);

        apr_table_set(r->headers_in, "Host", "thing.example.org");
        stub_ap_run(r);
        assert_that(stub_ap_answer(r)->status == rows[i].status, "%s: %d",
                    rows[i].origin ? rows[i].origin : "none", stub_ap_answer(r)->status);
    }
}

/* ---- behind a proxy -----------------------------------------------------------------------------
 */

static void test_a_believed_proxy_says_what_was_asked(void **state)
{
    request_rec *r = request_from("DELETE", "https://public.example.org");

    come_by_proxy(r, "public.example.org, inner.example.org", "https");
    stub_ap_run(r);
    assert_int_equal(stub_ap_answer(r)->status, 204);
}

static void test_a_page_without_tls_is_none_of_a_server_with_it(void **state)
{
    request_rec *r = request_from("DELETE", "http://public.example.org");

    come_by_proxy(r, "public.example.org", "https");
    stub_ap_run(r);
    assert_int_equal(stub_ap_answer(r)->status, 403);
}

static void test_a_client_that_speaks_for_itself_is_no_proxy(void **state)
{
    request_rec *r = request_from("DELETE", "http://evil.example.net");

    apr_table_set(r->headers_in, "X-Forwarded-Host", "evil.example.net");
    stub_ap_run(r);
    assert_int_equal(stub_ap_answer(r)->status, 403);
}

/* ---- CORS ---------------------------------------------------------------------------------------
 */

static void test_an_answer_is_open_to_a_listed_origin(void **state)
{
    request_rec *r = request_from("GET", "https://rooms.example.net");

    service_set("BookableOrigins https://rooms.example.net http://localhost:3000");
    stub_ap_run(r);
    service_expect_header(r, "Access-Control-Allow-Origin", "https://rooms.example.net");
    assert_non_null(stub_ap_answer_header(r, "Access-Control-Expose-Headers"));
    service_expect_header(r, "Vary", "Origin");
    service_expect_header(r, "Access-Control-Allow-Methods", NULL);
}

static void test_an_answer_is_not_open_to_another_origin(void **state)
{
    request_rec *r = request_from("GET", "https://elsewhere.example.net");

    service_set("BookableOrigins https://rooms.example.net");
    stub_ap_run(r);
    service_expect_header(r, "Access-Control-Allow-Origin", NULL);
    service_expect_header(r, "Vary", "Origin"); /* a cache is to know that it depends */
}

static void test_an_answer_says_nothing_where_no_origin_is_listed(void **state)
{
    request_rec *r = request_from("GET", "https://rooms.example.net");

    stub_ap_run(r);
    service_expect_header(r, "Access-Control-Allow-Origin", NULL);
    service_expect_header(r, "Vary", NULL);
}

static request_rec *preflight(const char *origin, const char *method)
{
    request_rec *r = service_request("OPTIONS", "/thing/1");

    apr_table_set(r->headers_in, "Origin", origin);
    if (method) {
        apr_table_set(r->headers_in, "Access-Control-Request-Method", method);
    }
    stub_ap_run(r);
    service_expect(r, 204, "");
    return r;
}

static void test_a_preflight_of_a_listed_origin_is_answered(void **state)
{
    request_rec *r;

    service_set("BookableOrigins https://rooms.example.net");
    r = preflight("https://rooms.example.net", "PUT");
    service_expect_header(r, "Access-Control-Allow-Methods", "GET, HEAD, PUT, DELETE, OPTIONS");
    service_expect_header(r, "Access-Control-Allow-Headers",
                          "Authorization, Content-Type, If-Match, If-None-Match, X-Consistency, "
                          "X-Request-Id, Idempotency-Key, Prefer");
    service_expect_header(r, "Access-Control-Max-Age", "600");
}

static void test_a_preflight_of_another_origin_learns_nothing(void **state)
{
    service_set("BookableOrigins https://rooms.example.net");
    service_expect_header(preflight("https://elsewhere.example.net", "PUT"),
                          "Access-Control-Allow-Methods", NULL);
    service_expect_header(preflight("https://rooms.example.net", NULL),
                          "Access-Control-Allow-Methods", NULL);
}

/* ---- how this server is called ------------------------------------------------------------------
 */

static const char *location_of(request_rec *r)
{
    return bk_origin_url(r, "/thing/1");
}

static void test_a_url_has_the_host_that_was_asked(void **state)
{
    request_rec *r = service_request("GET", "/thing");

    assert_string_equal(location_of(r), "http://www.example.org/thing/1");
    r->hostname = "booking.example.org";
    assert_string_equal(location_of(r), "http://booking.example.org/thing/1");
}

static void test_a_url_has_the_port_that_is_not_the_schemes(void **state)
{
    request_rec *r = service_request("GET", "/thing");

    r->parsed_uri.port_str = apr_pstrdup(r->pool, "8080");
    r->parsed_uri.port = 8080;
    assert_string_equal(location_of(r), "http://www.example.org:8080/thing/1");
    r->parsed_uri.port_str = apr_pstrdup(r->pool, "80");
    r->parsed_uri.port = 80;
    assert_string_equal(location_of(r), "http://www.example.org/thing/1");
}

static void test_a_url_has_brackets_around_an_address(void **state)
{
    request_rec *r = service_request("GET", "/thing");

    r->hostname = "2001:db8::1";
    assert_string_equal(location_of(r), "http://[2001:db8::1]/thing/1");
}

static void test_a_url_is_the_canonical_one_where_httpd_is_told_so(void **state)
{
    request_rec *r = service_request("GET", "/thing");

    r->hostname = "booking.example.org";
    stub_ap_use_canonical_name = 1;
    assert_string_equal(location_of(r), "http://www.example.org/thing/1");
    stub_ap_use_canonical_name = 0;
}

static void test_a_url_behind_a_proxy_is_the_clients(void **state)
{
    request_rec *r = service_request("GET", "/thing");

    come_by_proxy(r, NULL, "https");
    apr_table_set(r->headers_in, "Host", "public.example.org:8443");
    assert_string_equal(location_of(r), "https://public.example.org:8443/thing/1");
}

/* It has put another Host in place of the client's: ProxyPassReverse will know what to do. */
static void test_a_url_behind_a_proxy_that_changes_the_host_is_httpds(void **state)
{
    request_rec *r = service_request("GET", "/thing");

    come_by_proxy(r, "public.example.org", "https");
    assert_string_equal(location_of(r), "http://www.example.org/thing/1");
}

static void test_a_proxy_that_is_not_believed_has_no_say_in_urls(void **state)
{
    request_rec *r = service_request("GET", "/thing");

    apr_table_set(r->headers_in, "X-Forwarded-Proto", "https");
    assert_string_equal(location_of(r), "http://www.example.org/thing/1");
    come_by_proxy(r, NULL, "gopher");
    assert_string_equal(location_of(r), "http://www.example.org/thing/1");
}

static void test_a_server_is_called_by_the_names_it_was_given(void **state)
{
    static const struct {
        const char *name;
        int is_own;
    } rows[] = {{"www.example.org", 1},   {"WWW.EXAMPLE.ORG", 1},
                {"alias.example.org", 1}, {"a.wild.example", 1},
                {"localhost", 1},         {"127.0.0.1", 1},
                {"127.8.9.1", 1},         {"[::1]", 1},
                {"192.0.2.1", 1},         {"evil.example.net", 0},
                {"127.evil.example", 0},  {"wild.example", 0},
                {"192.0.2.2", 0},         {NULL, 0}};
    unsigned int i;

    APR_ARRAY_PUSH(service_server->names, const char *) = "alias.example.org";
    APR_ARRAY_PUSH(service_server->wild_names, const char *) = "*.wild.example";
    APR_ARRAY_PUSH(service_server->wild_names, const char *) = "*"; /* is no name that was given */
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        request_rec *r = service_request("GET", "/thing");

        r->hostname = rows[i].name;
        assert_that(bk_origin_is_own_name(r) == rows[i].is_own, "%s", rows[i].name);
    }
    apr_array_clear(service_server->names);
    apr_array_clear(service_server->wild_names);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_what_browsers_say_of_a_write_decides),
        cmocka_unit_test_service(test_what_changes_nothing_may_come_from_anywhere),
        cmocka_unit_test_service(test_a_write_from_a_listed_origin_is_done),
        cmocka_unit_test_service(test_a_write_from_a_listed_host_of_another_scheme_is_refused),
        cmocka_unit_test_service(test_a_write_from_the_origin_that_browsers_see_is_done),
        cmocka_unit_test_service(test_a_believed_proxy_says_what_was_asked),
        cmocka_unit_test_service(test_a_page_without_tls_is_none_of_a_server_with_it),
        cmocka_unit_test_service(test_a_client_that_speaks_for_itself_is_no_proxy),
        cmocka_unit_test_service(test_an_answer_is_open_to_a_listed_origin),
        cmocka_unit_test_service(test_an_answer_is_not_open_to_another_origin),
        cmocka_unit_test_service(test_an_answer_says_nothing_where_no_origin_is_listed),
        cmocka_unit_test_service(test_a_preflight_of_a_listed_origin_is_answered),
        cmocka_unit_test_service(test_a_preflight_of_another_origin_learns_nothing),
        cmocka_unit_test_service(test_a_url_has_the_host_that_was_asked),
        cmocka_unit_test_service(test_a_url_has_the_port_that_is_not_the_schemes),
        cmocka_unit_test_service(test_a_url_has_brackets_around_an_address),
        cmocka_unit_test_service(test_a_url_is_the_canonical_one_where_httpd_is_told_so),
        cmocka_unit_test_service(test_a_url_behind_a_proxy_is_the_clients),
        cmocka_unit_test_service(test_a_url_behind_a_proxy_that_changes_the_host_is_httpds),
        cmocka_unit_test_service(test_a_proxy_that_is_not_believed_has_no_say_in_urls),
        cmocka_unit_test_service(test_a_server_is_called_by_the_names_it_was_given),
    };

    return cmocka_run_group_tests_name("bk_origin", tests, service_open, service_close);
}
