#include "service.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>

/* What mod_rewrite makes of a URL, without [PT]: a file below the document root. NULL: no rule. */
static const char *rewritten;

static int rewrite(request_rec *r)
{
    if (!rewritten) {
        return DECLINED;
    }
    apr_table_setn(r->notes, "mod_rewrite_rewritten", "1");
    r->filename = apr_pstrcat(r->pool, "/var/www", rewritten, NULL);
    return OK;
}

/* What the hooks that decide say of /thing/secret, one after the other. */
static struct {
    int address, need, user,
        right; /* access_checker, access_checker_ex, check_user_id, auth_checker */
} says;

/* Its section. */
static ap_conf_vector_t *secret;

static int walk(request_rec *r)
{
    if (strcmp(r->uri, "/thing/secret") == 0) {
        r->per_dir_config = secret;
        stub_ap_authz = says.need;
    }
    return OK;
}

static int check_address(request_rec *r)
{
    return r->per_dir_config == secret ? says.address : DECLINED;
}

static int check_user(request_rec *r)
{
    return says.user;
}

static int check_right(request_rec *r)
{
    return says.right;
}

/* A module that takes a path under the service's for itself. */
static int take_over(request_rec *r)
{
    if (strcmp(r->uri, "/thing/other") != 0) {
        return DECLINED;
    }
    r->handler = "another";
    return OK;
}

static int open_with_others(void **state)
{
    int result = service_open(state);

    ap_hook_translate_name(rewrite, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_translate_name(take_over, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_access_checker(check_address, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_user_id(check_user, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_auth_checker(check_right, NULL, NULL, APR_HOOK_MIDDLE);
    return result;
}

static int begin(void **state)
{
    int result = service_begin(state);

    rewritten = NULL;
    says.address = HTTP_FORBIDDEN;
    says.need = says.user = says.right = OK;
    secret = apr_pcalloc(service_server->process->pool, 4 * sizeof(void *));
    stub_ap_location_walk = walk;
    return result;
}

#define cmocka_unit_test_mapping(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

/* Modules that act on files, and expressions, look for a name. */
static void test_a_request_has_the_file_name_that_httpd_would_give_it(void **state)
{
    request_rec *r = service_get("/thing/store");

    assert_string_equal(r->filename, "/var/www/thing/store");
}

static void test_what_another_module_has_mapped_is_its_own(void **state)
{
    service_expect(service_get("/thing/other"), 404, "{\"ErrCode\":\"NOT_FOUND\"");
    assert_string_equal(service_steps, ""); /* httpd's 404, made ours */
}

static void test_a_rule_may_lead_to_the_service(void **state)
{
    rewritten = "/thing";
    service_expect(service_get("/short"), 200, "{\"who\":0}");
}

static void test_a_rule_may_lead_elsewhere(void **state)
{
    rewritten = "/pages/index.html";
    service_expect(service_get("/thing"), 404, "");
    assert_string_equal(service_steps, "");
}

static void test_a_rule_to_the_service_obeys_the_section_that_it_leads_to(void **state)
{
    rewritten = "/thing/secret";
    service_expect(service_get("/short"), 403, "{\"ErrCode\":\"FORBIDDEN\"");
    assert_string_equal(service_steps, "");
}

/* As httpd decides by Satisfy (All where nothing is said). */
static void test_who_may_have_what_a_rule_leads_to_is_decided_as_by_httpd(void **state)
{
    static const struct {
        int satisfy, address, need, user, right;
        int status;
    } rows[] = {
        {SATISFY_NOSPEC, OK, OK, HTTP_UNAUTHORIZED, OK, 400}, /* nobody is asked */
        {SATISFY_ALL, OK, DECLINED, OK, OK, 400},
        {SATISFY_ALL, OK, DECLINED, HTTP_UNAUTHORIZED, OK, 401},
        {SATISFY_ALL, OK, DECLINED, OK, HTTP_FORBIDDEN, 403},
        {SATISFY_ALL, OK, DECLINED, DECLINED, OK, 500}, /* there is no module to say who it is */
        {SATISFY_ALL, OK, HTTP_FORBIDDEN, OK, OK, 403},
        {SATISFY_ALL, HTTP_FORBIDDEN, OK, OK, OK, 403},
        {SATISFY_ANY, OK, DECLINED, HTTP_UNAUTHORIZED, OK, 400},
        {SATISFY_ANY, HTTP_FORBIDDEN, DECLINED, OK, OK, 400},
        {SATISFY_ANY, HTTP_FORBIDDEN, DECLINED, HTTP_UNAUTHORIZED, OK, 401},
    };
    unsigned int i;

    rewritten = "/thing/secret";
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        request_rec *r = service_request("GET", "/short");

        stub_ap_satisfy = rows[i].satisfy;
        stub_ap_authz = OK;
        says.address = rows[i].address;
        says.need = rows[i].need;
        says.user = rows[i].user;
        says.right = rows[i].right;
        stub_ap_run(r);
        /* 400: the service was reached, and asks who is calling */
        assert_that(stub_ap_answer(r)->status == rows[i].status, "row %u: %d", i,
                    stub_ap_answer(r)->status);
    }
}

static void test_the_section_of_the_url_itself_is_obeyed(void **state)
{
    service_expect(service_get("/thing/secret"), 403, "{\"ErrCode\":\"FORBIDDEN\"");
}

static void test_a_rule_to_a_proxy_is_not_the_services(void **state)
{
    request_rec *r = service_request("GET", "/short");

    rewritten = "/thing";
    r->proxyreq = PROXYREQ_REVERSE;
    stub_ap_run(r);
    assert_string_equal(service_steps, "");
}

static void test_a_rule_to_a_service_that_is_off_finds_nothing(void **state)
{
    service_set("ThingPath Off");
    rewritten = "/thing";
    service_expect(service_get("/short"), 404, "<html>");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_mapping(test_a_request_has_the_file_name_that_httpd_would_give_it),
        cmocka_unit_test_mapping(test_what_another_module_has_mapped_is_its_own),
        cmocka_unit_test_mapping(test_a_rule_may_lead_to_the_service),
        cmocka_unit_test_mapping(test_a_rule_may_lead_elsewhere),
        cmocka_unit_test_mapping(test_a_rule_to_the_service_obeys_the_section_that_it_leads_to),
        cmocka_unit_test_mapping(test_who_may_have_what_a_rule_leads_to_is_decided_as_by_httpd),
        cmocka_unit_test_mapping(test_the_section_of_the_url_itself_is_obeyed),
        cmocka_unit_test_mapping(test_a_rule_to_a_proxy_is_not_the_services),
        cmocka_unit_test_mapping(test_a_rule_to_a_service_that_is_off_finds_nothing),
    };

    return cmocka_run_group_tests_name("bk_mapping", tests, open_with_others, service_close);
}
