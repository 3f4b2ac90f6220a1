#include "service.h"

static void test_a_store_that_answers_is_well(void **state)
{
    service_expect(service_get("/thing/health"), 200, "OK");
    service_expect(service_get("/thing/health?for=write"), 200, "OK");
    service_expect(service_get("/thing/health?for=read"), 200, "OK");
    assert_int_equal(service_store.pinged, 3);
    assert_int_equal(service_store.released, 3);
}

static void test_a_store_that_does_not_answer_is_503(void **state)
{
    service_store.answers = APR_EGENERAL;
    service_expect(service_get("/thing/health"), 503, "{\"ErrCode\":\"UNAVAILABLE\"");
    service_expect(service_get("/thing/health?for=read"), 503, "{\"ErrCode\":\"UNAVAILABLE\"");
}

static void test_a_store_that_cannot_be_had_is_503(void **state)
{
    service_store.acquires = APR_TIMEUP;
    service_expect(service_get("/thing/health"), 503, "{\"ErrCode\":\"UNAVAILABLE\"");
}

/* A balancer that asks for reads keeps an instance whose primary is away. */
static void test_a_standby_is_enough_for_reads(void **state)
{
    service_set("ThingConsistency eventual");
    service_store.acquires = APR_EGENERAL;
    service_expect(service_get("/thing/health?for=read"), 200, "OK");
    service_expect(service_get("/thing/health?for=write"), 503, "");
}

static void test_what_a_balancer_adds_of_its_own_is_not_looked_at(void **state)
{
    service_expect(service_get("/thing/health?now=5&for=read&x"), 200, "OK");
    service_expect(service_get("/thing/health?"), 200, "OK");
    service_expect(service_get("/thing/health?before=read"), 200, "OK");
}

static void test_another_purpose_is_a_bad_request(void **state)
{
    service_expect(service_get("/thing/health?for=money"), 400, "{\"ErrCode\":\"BAD_REQUEST\"");
    service_expect(service_get("/thing/health?for="), 400, "{\"ErrCode\":\"BAD_REQUEST\"");
    assert_int_equal(service_store.acquired, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_a_store_that_answers_is_well),
        cmocka_unit_test_service(test_a_store_that_does_not_answer_is_503),
        cmocka_unit_test_service(test_a_store_that_cannot_be_had_is_503),
        cmocka_unit_test_service(test_a_standby_is_enough_for_reads),
        cmocka_unit_test_service(test_what_a_balancer_adds_of_its_own_is_not_looked_at),
        cmocka_unit_test_service(test_another_purpose_is_a_bad_request),
    };

    return cmocka_run_group_tests_name("bk_health", tests, service_open, service_close);
}
