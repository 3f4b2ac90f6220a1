#include "service.h"

#include <apr_optional.h>
#include <http_protocol.h>
#include <http_request.h>

#include "bk_answer.h"
#include "bk_challenge.h"

#define BASIC "Basic realm=\"Bookable\", charset=\"UTF-8\""
#define BEARER "Bearer realm=\"Bookable\""

static int schemes; /* that the user service of this httpd takes */

static int bk_user_takes(const server_rec *s)
{
    return schemes;
}

static void take(int which)
{
    schemes = which;
    APR_REGISTER_OPTIONAL_FN(bk_user_takes);
}

/* Where no module has registered it. */
static int begin(void **state)
{
    apr_dynamic_fn_register("bk_user_takes", NULL);
    return service_begin(state);
}

#define cmocka_unit_test_challenge(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

static int answer_unauthenticated(bk_request_t *request)
{
    return bk_answer_error(request, &bk_error_unauthenticated, NULL);
}

static request_rec *challenge(const char *header, const char *value)
{
    request_rec *r = service_request("GET", "/thing/any");

    service_handler = answer_unauthenticated;
    if (header) {
        apr_table_set(r->headers_in, header, value);
    }
    stub_ap_run(r);
    assert_int_equal(stub_ap_answer(r)->status, 401);
    return r;
}

static void test_both_schemes_are_offered_where_there_is_nobody_to_ask(void **state)
{
    service_expect_header(challenge(NULL, NULL), "WWW-Authenticate", BASIC ", " BEARER);
}

static void test_the_schemes_that_the_user_service_takes_are_offered(void **state)
{
    take(BK_CHALLENGE_ALL);
    service_expect_header(challenge(NULL, NULL), "WWW-Authenticate", BASIC ", " BEARER);
    take(BK_CHALLENGE_BASIC);
    service_expect_header(challenge(NULL, NULL), "WWW-Authenticate", BASIC);
    take(BK_CHALLENGE_BEARER);
    service_expect_header(challenge(NULL, NULL), "WWW-Authenticate", BEARER);
}

/* A browser would ask for a password in a window of its own. */
static void test_a_script_is_not_offered_basic(void **state)
{
    take(BK_CHALLENGE_BASIC);
    service_expect_header(challenge("Sec-Fetch-Mode", "cors"), "WWW-Authenticate", BEARER);
    service_expect_header(challenge("Sec-Fetch-Mode", "same-origin"), "WWW-Authenticate", BEARER);
    service_expect_header(challenge("X-Requested-With", "XMLHttpRequest"), "WWW-Authenticate",
                          BEARER);
}

static void test_a_navigation_is_offered_basic(void **state)
{
    service_expect_header(challenge("Sec-Fetch-Mode", "Navigate"), "WWW-Authenticate",
                          BASIC ", " BEARER);
}

static int answer_with_another(bk_request_t *request)
{
    apr_table_set(request->r->headers_out, "WWW-Authenticate", "Negotiate");
    return bk_answer_error(request, &bk_error_unauthenticated, NULL);
}

static int answer_with_an_errors(bk_request_t *request)
{
    apr_table_set(request->r->err_headers_out, "WWW-Authenticate", "Negotiate");
    return bk_answer_error(request, &bk_error_unauthenticated, NULL);
}

static void test_a_challenge_of_another_module_stays(void **state)
{
    request_rec *r = service_answer(answer_with_another);

    service_expect_header(r, "WWW-Authenticate", "Negotiate");
    r = service_answer(answer_with_an_errors);
    assert_string_equal(apr_table_getm(r->pool, stub_ap_answer(r)->headers, "WWW-Authenticate"),
                        "Negotiate");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_challenge(test_both_schemes_are_offered_where_there_is_nobody_to_ask),
        cmocka_unit_test_challenge(test_the_schemes_that_the_user_service_takes_are_offered),
        cmocka_unit_test_challenge(test_a_script_is_not_offered_basic),
        cmocka_unit_test_challenge(test_a_navigation_is_offered_basic),
        cmocka_unit_test_challenge(test_a_challenge_of_another_module_stays),
    };

    return cmocka_run_group_tests_name("bk_challenge", tests, service_open, service_close);
}
