#include "service.h"

#include <http_protocol.h>

#include "bk_answer.h"
#include "bk_read.h"

/* What a read finds: on the standby, and on the primary. */
static apr_status_t found_behind, found;
static int reads;

static apr_status_t look(bk_request_t *request, void *baton)
{
    reads++;
    *(const char **)baton =
        request->handle == &service_store.standby_acquired ? "standby" : "primary";
    return request->handle == &service_store.standby_acquired ? found_behind : found;
}

static int answer_read(bk_request_t *request)
{
    const char *where = "";
    apr_status_t rv = APR_EGENERAL;
    int result = bk_read(request, look, &where, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    return rv == APR_SUCCESS ? bk_answer_text(request, HTTP_OK, where)
                             : bk_answer_error(request, &bk_error_no_route, where);
}

static int begin(void **state)
{
    found_behind = found = APR_SUCCESS;
    reads = 0;
    return service_begin(state);
}

#define cmocka_unit_test_read(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

static request_rec *read_with(const char *consistency)
{
    request_rec *r = service_request("GET", "/thing/any");

    service_handler = answer_read;
    if (consistency) {
        apr_table_set(r->headers_in, "X-Consistency", consistency);
    }
    stub_ap_run(r);
    return r;
}

/* ---- reads --------------------------------------------------------------------------------------
 */

static void test_a_read_goes_to_the_primary(void **state)
{
    service_expect(read_with(NULL), 200, "primary");
    assert_int_equal(service_store.standby_acquired, 0);
}

/* What a client wants less of decides nothing: the server's configuration does. */
static void test_a_client_cannot_send_reads_to_the_standby(void **state)
{
    service_expect(read_with("eventual"), 200, "primary");
}

static void test_an_eventual_read_goes_to_the_standby(void **state)
{
    service_set("ThingConsistency eventual");
    service_expect(read_with(NULL), 200, "standby");
    assert_int_equal(service_store.acquired, 0);
    assert_int_equal(service_store.released, 1);
}

static void test_a_client_may_ask_for_the_primary(void **state)
{
    service_set("ThingConsistency eventual");
    service_expect(read_with("strong"), 200, "primary");
    assert_int_equal(service_store.standby_acquired, 0);
}

/* It may have been made a moment ago. */
static void test_what_the_standby_does_not_have_the_primary_may(void **state)
{
    service_set("ThingConsistency eventual");
    found_behind = APR_NOTFOUND;
    service_expect(read_with(NULL), 200, "primary");
    assert_int_equal(reads, 2);
    assert_int_equal(service_store.released, 2);
}

static void test_what_neither_has_is_the_primarys_answer(void **state)
{
    service_set("ThingConsistency eventual");
    found_behind = found = APR_NOTFOUND;
    service_expect(read_with(NULL), 404, "");
}

static void test_a_standby_that_is_gone_costs_nobody_an_answer(void **state)
{
    service_set("ThingConsistency eventual");
    service_store.acquires_standby = APR_ENOTIMPL;
    service_expect(read_with(NULL), 200, "primary");
    assert_int_equal(reads, 1);
}

static void test_a_read_without_any_store_is_unavailable(void **state)
{
    service_set("ThingConsistency eventual");
    service_store.acquires = service_store.acquires_standby = APR_EGENERAL;
    service_expect(read_with(NULL), 503, "{\"ErrCode\":\"UNAVAILABLE\"");
    assert_int_equal(reads, 0);
}

/* ---- the primary, or else the standby -----------------------------------------------------------
 */

static int answer_either(bk_request_t *request)
{
    int result = bk_read_acquire(request);

    return result == BK_CONTINUE
               ? bk_answer_text(request, HTTP_OK, request->is_behind ? "standby" : "primary")
               : result;
}

static request_rec *acquire_with(const char *method, const char *consistency)
{
    request_rec *r = strcmp(method, "GET") == 0 ? service_request(method, "/thing/any")
                                                : service_send(method, "/thing/any", "{}");

    service_handler = answer_either;
    if (consistency) {
        apr_table_set(r->headers_in, "X-Consistency", consistency);
    }
    stub_ap_run(r);
    return r;
}

static void let_standby_stand_in(void)
{
    service_set("ThingConsistency eventual");
    service_set("BookableStandby standby.example.org");
}

static void test_the_primary_is_preferred_where_either_will_do(void **state)
{
    let_standby_stand_in();
    service_expect(acquire_with("GET", "eventual"), 200, "primary");
}

static void test_the_standby_stands_in_for_a_primary_that_does_not_answer(void **state)
{
    let_standby_stand_in();
    service_store.answers = APR_EGENERAL;
    service_expect(acquire_with("GET", "eventual"), 200, "standby");
    assert_int_equal(service_store.released, 2);
}

static int acquire_after_refusal(bk_request_t *request)
{
    apr_table_set(request->r->headers_out, "Retry-After", "5"); /* as the breaker's refusal did */
    return answer_either(request);
}

static void test_an_answer_of_the_standby_says_nothing_of_the_primarys_breaker(void **state)
{
    request_rec *r = service_request("GET", "/thing/any");

    let_standby_stand_in();
    service_store.acquires = APR_EAGAIN;
    service_handler = acquire_after_refusal;
    apr_table_set(r->headers_in, "X-Consistency", "eventual");
    stub_ap_run(r);
    service_expect(r, 200, "standby");
    service_expect_header(r, "Retry-After", NULL);
}

static void test_the_standby_stands_in_only_where_all_agree(void **state)
{
    service_store.acquires = APR_EGENERAL;
    service_expect(acquire_with("GET", "eventual"), 503, ""); /* the server does not */
    let_standby_stand_in();
    service_expect(acquire_with("GET", NULL), 503, ""); /* the client does not */
    service_expect(acquire_with("GET", "strong"), 503, "");
    service_expect(acquire_with("POST", "eventual"), 503, ""); /* it is a write */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_read(test_a_read_goes_to_the_primary),
        cmocka_unit_test_read(test_a_client_cannot_send_reads_to_the_standby),
        cmocka_unit_test_read(test_an_eventual_read_goes_to_the_standby),
        cmocka_unit_test_read(test_a_client_may_ask_for_the_primary),
        cmocka_unit_test_read(test_what_the_standby_does_not_have_the_primary_may),
        cmocka_unit_test_read(test_what_neither_has_is_the_primarys_answer),
        cmocka_unit_test_read(test_a_standby_that_is_gone_costs_nobody_an_answer),
        cmocka_unit_test_read(test_a_read_without_any_store_is_unavailable),
        cmocka_unit_test_read(test_the_primary_is_preferred_where_either_will_do),
        cmocka_unit_test_read(test_the_standby_stands_in_for_a_primary_that_does_not_answer),
        cmocka_unit_test_read(test_an_answer_of_the_standby_says_nothing_of_the_primarys_breaker),
        cmocka_unit_test_read(test_the_standby_stands_in_only_where_all_agree),
    };

    return cmocka_run_group_tests_name("bk_read", tests, service_open, service_close);
}
