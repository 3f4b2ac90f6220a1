#include "service.h"

#include <apr_optional_hooks.h>
#include <apr_strings.h>
#include <mod_status.h>

#include "bk_breakers.h"
#include "bk_time.h"

#define NAME "www.example.org:80 thing user"

static bk_breaker_place_t *place(void)
{
    return bk_conf(service_server)->dependencies[0].entry;
}

static int begin(void **state)
{
    int result = service_begin(state);

    bk_breaker_set(&place()->breaker, BK_BREAKER_CLOSED, bk_time_monotonic_ms());
    return result;
}

#define cmocka_unit_test_page(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

static request_rec *request_page(const char *method)
{
    request_rec *r = service_request(method, "/breakers");

    r->handler = "bookable-breakers";
    return r;
}

static request_rec *send_form(const char *form)
{
    request_rec *r = request_page("POST");

    apr_table_set(r->headers_in, "Content-Type", "application/x-www-form-urlencoded");
    stub_ap_body(r, form, strlen(form));
    return r;
}

static const char *state_after(const char *form)
{
    request_rec *r = send_form(form);
    bk_breaker_view_t view;

    stub_ap_run(r);
    service_expect(r, 200, "{\"name\":\"" NAME "\"");
    bk_breaker_look(&place()->breaker, &place()->settings, bk_time_monotonic_ms(), &view);
    return bk_breaker_state_name(view.state);
}

/* ---- the list -----------------------------------------------------------------------------------
 */

static void test_breakers_are_listed_with_their_states(void **state)
{
    request_rec *r = request_page("GET");

    stub_ap_run(r);
    service_expect(r, 200, "[{\"name\":\"" NAME "\",\"state\":\"closed\",\"dryRun\":false,");
    service_expect_header(r, "Content-Type", "application/json");
    service_expect_header(r, "X-Content-Type-Options", "nosniff");
    service_expect_header(r, "Cache-Control", "no-store");
}

static void test_other_methods_are_405(void **state)
{
    request_rec *r = request_page("PUT");

    stub_ap_run(r);
    service_expect(r, 405, "{\"ErrCode\":\"METHOD_NOT_ALLOWED\"");
    service_expect_header(r, "Allow", "GET, HEAD, POST");
}

/* ---- changes ------------------------------------------------------------------------------------
 */

static void test_a_breaker_is_opened_and_closed_by_hand(void **state)
{
    assert_string_equal(state_after("name=www.example.org:80+thing+user&state=open"),
                        "forced-open");
    assert_string_equal(stub_ap_logged("BK0141"),
                        "BK0141: breaker " NAME " was set to open by hand");
    assert_string_equal(state_after("state=closed&name=www.example.org%3A80%20thing%20user"),
                        "disabled");
    assert_string_equal(state_after("state=auto&name=www.example.org:80+thing+user"), "closed");
}

static void test_what_is_no_breaker_or_no_state_is_refused(void **state)
{
    static const char *const forms[] = {"",
                                        "name=www.example.org:80+thing+user",
                                        "state=open",
                                        "name=www.example.org:80+thing+user&state=ajar",
                                        "name=www.example.org:80+thing+user&state=Open",
                                        "name=nobody&state=open",
                                        "name=&state=open",
                                        "name&state"};
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(forms); i++) {
        request_rec *r = send_form(forms[i]);

        stub_ap_run(r);
        service_expect(r, 400, "{\"ErrCode\":\"INPUT_ERR\"");
    }
    assert_null(stub_ap_logged("BK0141"));
}

static void test_a_form_of_another_type_is_refused(void **state)
{
    request_rec *r = send_form("name=www.example.org:80+thing+user&state=open");

    apr_table_set(r->headers_in, "Content-Type", "text/plain");
    stub_ap_run(r);
    service_expect(r, 400, "{\"ErrCode\":\"INPUT_ERR\"");
}

static void test_a_form_that_is_too_long_is_refused(void **state)
{
    char *form = apr_palloc(service_server->process->pool, 2000);

    memset(form, 'x', 1999);
    memcpy(form, "name=", 5);
    form[1999] = '\0';
    {
        request_rec *r = send_form(form);

        stub_ap_run(r);
        service_expect(r, 400, "{\"ErrCode\":\"INPUT_ERR\"");
    }
}

/* ---- who may ------------------------------------------------------------------------------------
 */

static void test_a_page_of_another_site_may_change_nothing(void **state)
{
    request_rec *r = send_form("name=www.example.org:80+thing+user&state=open");

    service_set("BookableOrigins https://rooms.example.net"); /* which is of the services */
    apr_table_set(r->headers_in, "Origin", "https://rooms.example.net");
    stub_ap_run(r);
    service_expect(r, 403, "{\"ErrCode\":\"CROSS_SITE\"");
}

/* Somebody's DNS points a name of theirs here: their page would be of this host. */
static void test_a_name_that_the_server_was_not_given_is_refused(void **state)
{
    request_rec *r = request_page("GET");

    r->hostname = "evil.example.net";
    stub_ap_run(r);
    service_expect(r, 403, "{\"ErrCode\":\"FORBIDDEN\"");
}

/* ---- mod_status ---------------------------------------------------------------------------------
 */

static const char *status_page(int flags)
{
    request_rec *r = service_request("GET", "/server-status");
    apr_array_header_t *hooks = apr_optional_hook_get("status_hook");
    apr_pool_t *p = r->pool;
    const char *page;
    int i;

    for (i = 0; i < hooks->nelts; i++) {
        assert_int_equal(APR_ARRAY_IDX(hooks, i, ap_LINK_status_hook_t).pFunc(r, flags), OK);
    }
    page = stub_ap_answer(r)->body;
    return apr_pstrdup(p, page);
}

static void test_mod_status_shows_the_services_breakers(void **state)
{
    const char *page = status_page(0);

    assert_non_null(strstr(page, "circuit breakers of the thing service"));
    assert_non_null(strstr(page, "<td>" NAME "</td><td>closed</td>"));
    assert_non_null(strstr(page, "</table>"));
}

static void test_mod_status_has_lines_for_programs(void **state)
{
    const char *page = status_page(AP_STATUS_SHORT);

    assert_non_null(strstr(page, "BookableBreaker-www.example.org-80-thing-user-State: closed\n"));
    assert_null(strstr(page, "<"));
}

static void test_mod_status_shows_no_breakers_of_others(void **state)
{
    assert_non_null(bk_breakers_get("www.example.org:80 things user", service_server));
    assert_non_null(bk_breakers_get("www.example.org:80 other user", service_server));
    assert_null(strstr(status_page(0), "things user"));
    assert_null(strstr(status_page(AP_STATUS_SHORT), "other-user"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_page(test_breakers_are_listed_with_their_states),
        cmocka_unit_test_page(test_other_methods_are_405),
        cmocka_unit_test_page(test_a_breaker_is_opened_and_closed_by_hand),
        cmocka_unit_test_page(test_what_is_no_breaker_or_no_state_is_refused),
        cmocka_unit_test_page(test_a_form_of_another_type_is_refused),
        cmocka_unit_test_page(test_a_form_that_is_too_long_is_refused),
        cmocka_unit_test_page(test_a_page_of_another_site_may_change_nothing),
        cmocka_unit_test_page(test_a_name_that_the_server_was_not_given_is_refused),
        cmocka_unit_test_page(test_mod_status_shows_the_services_breakers),
        cmocka_unit_test_page(test_mod_status_has_lines_for_programs),
        cmocka_unit_test_page(test_mod_status_shows_no_breakers_of_others),
    };

    return cmocka_run_group_tests_name("bk_breakers_page", tests, service_open, service_close);
}
