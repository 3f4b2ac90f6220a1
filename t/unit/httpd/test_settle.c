#include "service.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_settle.h"

/* What looking for the write comes to, time after time; the last holds. */
static apr_status_t looks[4];
static int looked, looks_known;

static apr_status_t look(bk_request_t *request, void *baton)
{
    return looks[looked < looks_known ? looked++ : looks_known - 1];
}

static void will_look(int count, ...)
{
    va_list outcomes;
    int i;

    va_start(outcomes, count);
    for (i = 0; i < count; i++) {
        looks[i] = va_arg(outcomes, apr_status_t);
    }
    va_end(outcomes);
    looks_known = count;
    looked = 0;
}

static bk_request_t request;

/* A write on a connection that was had, and came to this. */
static apr_status_t settle(apr_status_t rv)
{
    request_rec *r = service_request("POST", "/thing");

    bk_request_begin(&request, r, bk_conf(service_server));
    assert_int_equal(bk_store_try_acquire(&request), APR_SUCCESS);
    return bk_settle(&request, rv, look, NULL);
}

static void test_a_write_that_is_known_stays_as_it_is(void **state)
{
    will_look(1, APR_EGENERAL);
    assert_int_equal(settle(APR_SUCCESS), APR_SUCCESS);
    assert_int_equal(settle(APR_EEXIST), APR_EEXIST);
    assert_int_equal(looked, 0);
    assert_non_null(request.lease);
    bk_store_release(&request);
}

static void test_a_write_that_is_found_was_done(void **state)
{
    will_look(1, APR_SUCCESS);
    assert_int_equal(settle(BK_DB_UNKNOWN), APR_SUCCESS);
    assert_non_null(stub_ap_logged("BK0190: the store did not say whether a write was done: the "
                                   "disk is on fire"));
    assert_int_equal(stub_ap_logged_level("BK0191"), APLOG_NOTICE);
    assert_null(stub_ap_logged("BK0192"));
}

static void test_it_is_looked_for_on_another_connection(void **state)
{
    will_look(1, APR_SUCCESS);
    settle(BK_DB_UNKNOWN);
    assert_int_equal(service_store.acquired, 2);
    assert_int_equal(service_store.released, 2);
    assert_null(request.lease);
}

static void test_a_write_that_is_not_found_is_not_known(void **state)
{
    will_look(1, APR_NOTFOUND);
    assert_int_equal(settle(BK_DB_UNKNOWN), BK_DB_UNKNOWN);
    assert_int_equal(stub_ap_logged_level("BK0192"), APLOG_ERR);
}

static void test_a_store_that_is_away_is_asked_again(void **state)
{
    will_look(3, APR_ECONNRESET, APR_TIMEUP, APR_SUCCESS);
    assert_int_equal(settle(BK_DB_UNKNOWN), APR_SUCCESS);
    assert_int_equal(looked, 3);
}

static void test_a_store_that_fails_otherwise_is_not_asked_again(void **state)
{
    will_look(2, APR_EGENERAL, APR_SUCCESS);
    assert_int_equal(settle(BK_DB_UNKNOWN), BK_DB_UNKNOWN);
    assert_int_equal(looked, 1);
}

static void test_a_store_is_asked_once_where_no_time_is_left(void **state)
{
    service_set("BookableStatementTimeout 1ms");
    will_look(2, APR_ECONNRESET, APR_SUCCESS);
    assert_int_equal(settle(BK_DB_UNKNOWN), BK_DB_UNKNOWN);
    assert_int_equal(looked, 1);
}

/* What is there may be there on one server alone. */
static void test_a_write_that_may_be_lost_yet_is_not_known(void **state)
{
    will_look(1, APR_SUCCESS);
    service_store.confirms = APR_EGENERAL;
    assert_int_equal(settle(BK_DB_UNKNOWN), BK_DB_UNKNOWN);
}

/* The breaker's Retry-After would go with the answer that it was done. */
static void test_a_breaker_that_was_asked_meanwhile_is_not_heard(void **state)
{
    request_rec *r = service_request("POST", "/thing");

    bk_request_begin(&request, r, bk_conf(service_server));
    assert_int_equal(bk_store_try_acquire(&request), APR_SUCCESS);
    apr_table_set(r->headers_out, "Retry-After", "5");
    will_look(1, APR_SUCCESS);
    assert_int_equal(bk_settle(&request, BK_DB_UNKNOWN, look, NULL), APR_SUCCESS);
    assert_null(apr_table_get(r->headers_out, "Retry-After"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_a_write_that_is_known_stays_as_it_is),
        cmocka_unit_test_service(test_a_write_that_is_found_was_done),
        cmocka_unit_test_service(test_it_is_looked_for_on_another_connection),
        cmocka_unit_test_service(test_a_write_that_is_not_found_is_not_known),
        cmocka_unit_test_service(test_a_store_that_is_away_is_asked_again),
        cmocka_unit_test_service(test_a_store_that_fails_otherwise_is_not_asked_again),
        cmocka_unit_test_service(test_a_store_is_asked_once_where_no_time_is_left),
        cmocka_unit_test_service(test_a_write_that_may_be_lost_yet_is_not_known),
        cmocka_unit_test_service(test_a_breaker_that_was_asked_meanwhile_is_not_heard),
    };

    return cmocka_run_group_tests_name("bk_settle", tests, service_open, service_close);
}
