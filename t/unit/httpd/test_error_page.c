#include "service.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>

#include "bk_answer.h"

/* Another module of the server, which refuses everything with this; 0: nothing. */
static int refusal;

static int refuse(request_rec *r)
{
    return refusal ? refusal : DECLINED;
}

/* Pages that ErrorDocument may name. */
static int show_page(request_rec *r)
{
    if (strcmp(r->uri, "/sorry.html") != 0) {
        return DECLINED;
    }
    ap_set_content_type(r, "text/html");
    r->content_encoding = "br";
    r->status = HTTP_OK;
    apr_table_setn(r->headers_out, "ETag", "\"page\"");
    ap_rputs("<html>", r);
    ap_rputs("sorry", r);
    ap_rputs("</html>", r);
    return OK;
}

static int open_with_another(void **state)
{
    int result = service_open(state);

    ap_hook_access_checker(refuse, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(show_page, NULL, NULL, APR_HOOK_MIDDLE);
    return result;
}

static int begin(void **state)
{
    refusal = 0;
    return service_begin(state);
}

#define cmocka_unit_test_refusal(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

static request_rec *run_refused(const char *method, const char *uri, int status)
{
    request_rec *r = service_request(method, uri);

    refusal = status;
    stub_ap_run(r);
    return r;
}

/* ---- httpd's own pages --------------------------------------------------------------------------
 */

static void test_a_page_of_httpd_becomes_the_services_error(void **state)
{
    request_rec *r = run_refused("GET", "/thing/5", HTTP_FORBIDDEN);

    service_expect(r, 403,
                   "{\"ErrCode\":\"FORBIDDEN\",\"Message\":\"Forbidden\",\"Details\":\"The server "
                   "refused the request\"}");
    service_expect_header(r, "Content-Type", "application/json");
    service_expect_header(r, "X-Content-Type-Options", "nosniff");
    service_expect_header(r, "Content-Length", apr_itoa(r->pool, (int)stub_ap_answer(r)->len));
    assert_true(stub_ap_answer(r)->is_complete);
}

static void test_each_status_has_its_error(void **state)
{
    static const struct {
        int status;
        const char *body;
    } rows[] = {
        {400, "{\"ErrCode\":\"BAD_REQUEST\",\"Message\":\"Bad Request\""},
        {401, "{\"ErrCode\":\"UNAUTHENTICATED\""},
        {404, "{\"ErrCode\":\"NOT_FOUND\""},
        {405, "{\"ErrCode\":\"METHOD_NOT_ALLOWED\""},
        {408, "{\"ErrCode\":\"TIMEOUT\""},
        {413, "{\"ErrCode\":\"TOO_LARGE\""},
        {414, "{\"ErrCode\":\"BAD_REQUEST\",\"Message\":\"Request-URI Too Long\""},
        {415, "{\"ErrCode\":\"UNSUPPORTED_MEDIA_TYPE\""},
        {417, "{\"ErrCode\":\"BAD_REQUEST\",\"Message\":\"Expectation Failed\""},
        {431, "{\"ErrCode\":\"BAD_REQUEST\",\"Message\":\"Request Header Fields Too Large\""},
        {500, "{\"ErrCode\":\"INTERNAL\""},
        {502, "{\"ErrCode\":\"BAD_REQUEST\",\"Message\":\"Bad Gateway\""},
        {503, "{\"ErrCode\":\"UNAVAILABLE\""},
    };
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        service_expect(run_refused("GET", "/thing", rows[i].status), rows[i].status, rows[i].body);
    }
}

/* The page's status was httpd's choice: reference statuses are for what the service answers. */
static void test_the_status_of_a_page_stays_whatever_statuses_the_server_has(void **state)
{
    service_set("BookableStatusCodes standard");
    service_expect(run_refused("GET", "/thing", 401), 401, "{\"ErrCode\":\"UNAUTHENTICATED\"");
    service_expect(run_refused("GET", "/thing", 403), 403, "{\"ErrCode\":\"FORBIDDEN\"");
}

static void test_a_page_for_head_has_no_body(void **state)
{
    request_rec *r = run_refused("HEAD", "/thing", HTTP_FORBIDDEN);

    assert_int_equal(stub_ap_answer(r)->status, 403);
    assert_int_equal(stub_ap_answer(r)->len, 0);
    service_expect_header(r, "Content-Type", "application/json");
}

static void test_a_page_of_401_and_503_says_what_the_services_errors_say(void **state)
{
    service_expect_header(run_refused("GET", "/thing", 503), "Retry-After", "1");
    assert_non_null(stub_ap_answer_header(run_refused("GET", "/thing", 401), "WWW-Authenticate"));
}

static void test_a_page_of_a_status_that_is_no_error_stays(void **state)
{
    request_rec *r = run_refused("GET", "/thing", HTTP_MOVED_TEMPORARILY);

    assert_int_equal(stub_ap_answer(r)->status, 302);
    service_expect_header(r, "Content-Type", "text/html; charset=iso-8859-1");
}

static void test_a_page_elsewhere_is_httpds(void **state)
{
    static const char *const uris[] = {"/", "/other", "/things", "/thin", "/a/thing"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(uris); i++) {
        request_rec *r = run_refused("GET", uris[i], HTTP_FORBIDDEN);

        service_expect(r, 403, "<html>");
        service_expect_header(r, "Content-Type", "text/html; charset=iso-8859-1");
    }
}

static void test_a_page_under_a_service_that_is_off_is_httpds(void **state)
{
    service_set("ThingPath Off");
    service_expect(run_refused("GET", "/thing", HTTP_FORBIDDEN), 403, "<html>");
}

/* ---- requests that httpd gave up on -------------------------------------------------------------
 */

static request_rec *refuse_line(const char *line)
{
    request_rec *r = service_request("GET", "/");

    r->the_request = (char *)line;
    r->uri = NULL;
    stub_ap_refuse(r, HTTP_BAD_REQUEST);
    return r;
}

static void test_a_request_line_that_was_not_taken_apart_is_looked_at(void **state)
{
    service_expect(refuse_line("GET /thing/%zz HTTP/1.1"), 400, "{\"ErrCode\":\"BAD_REQUEST\"");
    service_expect(refuse_line("GET /thing?x=%zz HTTP/1.1"), 400, "{\"ErrCode\":\"BAD_REQUEST\"");
    service_expect(refuse_line("GET /thing"), 400, "{\"ErrCode\":\"BAD_REQUEST\"");
    service_expect(refuse_line("GET /other?/thing HTTP/1.1"), 400, "<html>");
}

static void test_a_request_line_that_is_none_is_httpds(void **state)
{
    service_expect(refuse_line(""), 400, "<html>");
    service_expect(refuse_line("GET"), 400, "<html>");
    service_expect(refuse_line("GET "), 400, "<html>");
    service_expect(refuse_line(NULL), 400, "<html>");
}

/* ---- ErrorDocument ------------------------------------------------------------------------------
 */

static void test_an_error_document_is_replaced_with_the_refusals_status(void **state)
{
    request_rec *r = service_request("GET", "/thing/5");
    request_rec *page = stub_ap_error_document(r, HTTP_FORBIDDEN, "/sorry.html");

    service_expect(page, 403, "{\"ErrCode\":\"FORBIDDEN\"");
    assert_null(strstr(stub_ap_answer(page)->body, "sorry"));
    assert_true(stub_ap_answer(page)->is_complete);
}

static void test_what_an_error_document_says_of_itself_goes(void **state)
{
    request_rec *r = service_request("GET", "/thing/5");
    request_rec *page = stub_ap_error_document(r, HTTP_FORBIDDEN, "/sorry.html");

    service_expect_header(page, "ETag", NULL);
    service_expect_header(page, "Content-Type", "application/json");
    assert_null(page->content_encoding);
}

static void test_an_error_document_of_405_says_what_is_allowed(void **state)
{
    request_rec *r = service_request("GET", "/thing/5");
    request_rec *page = stub_ap_error_document(r, HTTP_METHOD_NOT_ALLOWED, "/sorry.html");

    service_expect(page, 405, "{\"ErrCode\":\"METHOD_NOT_ALLOWED\"");
    assert_non_null(stub_ap_answer_header(page, "Allow"));
}

static void test_an_error_document_that_is_missing_is_replaced_too(void **state)
{
    request_rec *r = service_request("GET", "/thing/5");

    r = stub_ap_error_document(r, HTTP_FORBIDDEN, "/missing.html");
    service_expect(r, 403, "{\"ErrCode\":\"FORBIDDEN\"");
}

static void test_an_error_document_of_others_stays(void **state)
{
    request_rec *r = service_request("GET", "/other");
    request_rec *page = stub_ap_error_document(r, HTTP_FORBIDDEN, "/sorry.html");

    service_expect(page, 200, "<html>sorry</html>");
}

/* Somebody asks for the page itself: it is a page like others. */
static void test_the_page_itself_stays(void **state)
{
    service_expect(service_get("/sorry.html"), 200, "<html>sorry</html>");
}

/* ---- other origins ------------------------------------------------------------------------------
 */

static void test_a_page_is_open_to_listed_origins(void **state)
{
    request_rec *r = service_request("GET", "/thing");

    service_set("BookableOrigins https://rooms.example.net");
    apr_table_set(r->headers_in, "Origin", "https://rooms.example.net");
    refusal = HTTP_FORBIDDEN;
    stub_ap_run(r);
    service_expect_header(r, "Access-Control-Allow-Origin", "https://rooms.example.net");
    service_expect_header(r, "Vary", "Origin");
}

/* ---- nothing ------------------------------------------------------------------------------------
 */

static void test_the_handler_of_nothing_answers_404(void **state)
{
    request_rec *r = service_request("GET", "/other");

    r->handler = "bookable-nothing";
    stub_ap_run(r);
    service_expect(r, 404, "{\"ErrCode\":\"NOT_FOUND\",\"Message\":\"Route Not Found\"");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_refusal(test_a_page_of_httpd_becomes_the_services_error),
        cmocka_unit_test_refusal(test_each_status_has_its_error),
        cmocka_unit_test_refusal(test_the_status_of_a_page_stays_whatever_statuses_the_server_has),
        cmocka_unit_test_refusal(test_a_page_for_head_has_no_body),
        cmocka_unit_test_refusal(test_a_page_of_401_and_503_says_what_the_services_errors_say),
        cmocka_unit_test_refusal(test_a_page_of_a_status_that_is_no_error_stays),
        cmocka_unit_test_refusal(test_a_page_elsewhere_is_httpds),
        cmocka_unit_test_refusal(test_a_page_under_a_service_that_is_off_is_httpds),
        cmocka_unit_test_refusal(test_a_request_line_that_was_not_taken_apart_is_looked_at),
        cmocka_unit_test_refusal(test_a_request_line_that_is_none_is_httpds),
        cmocka_unit_test_refusal(test_an_error_document_is_replaced_with_the_refusals_status),
        cmocka_unit_test_refusal(test_what_an_error_document_says_of_itself_goes),
        cmocka_unit_test_refusal(test_an_error_document_of_405_says_what_is_allowed),
        cmocka_unit_test_refusal(test_an_error_document_that_is_missing_is_replaced_too),
        cmocka_unit_test_refusal(test_an_error_document_of_others_stays),
        cmocka_unit_test_refusal(test_the_page_itself_stays),
        cmocka_unit_test_refusal(test_a_page_is_open_to_listed_origins),
        cmocka_unit_test_refusal(test_the_handler_of_nothing_answers_404),
    };

    return cmocka_run_group_tests_name("bk_error_page", tests, open_with_another, service_close);
}
