#include "service.h"

#include "bk_audit.h"

static bk_request_t request_of(request_rec *r)
{
    bk_request_t request;

    bk_request_begin(&request, r, bk_conf(r->server));
    return request;
}

static void test_a_line_has_event_user_doer_client_and_pairs(void **state)
{
    bk_request_t request = request_of(service_request("GET", "/thing"));

    bk_audit(&request, "BK9901: event=role", 6036687152, 94577202595, "role", "admin", "via",
             "tool", NULL);
    assert_string_equal(stub_ap_logged("BK9901"),
                        "BK9901: event=role user=6036687152 by=94577202595 client=198.51.100.7 "
                        "role=admin via=tool");
    assert_int_equal(stub_ap_logged_level("BK9901"), APLOG_NOTICE);
}

static void test_who_is_not_known_is_a_hyphen(void **state)
{
    bk_request_t request = request_of(service_request("GET", "/thing"));

    bk_audit(&request, "BK9901: event=login", 0, 0, NULL);
    assert_string_equal(stub_ap_logged("BK9901"),
                        "BK9901: event=login user=- by=- client=198.51.100.7");
}

static void test_a_pair_without_a_value_is_left_out(void **state)
{
    bk_request_t request = request_of(service_request("GET", "/thing"));

    bk_audit(&request, "BK9901: event=login", 1, 1, "name", NULL, "result", "ok", NULL);
    assert_string_equal(stub_ap_logged("BK9901"),
                        "BK9901: event=login user=1 by=1 client=198.51.100.7 result=ok");
}

/* What a client chose must not look like another field, or another line. */
static void test_what_could_be_taken_for_more_is_encoded(void **state)
{
    bk_request_t request = request_of(service_request("GET", "/thing"));

    bk_audit(&request, "BK9901: event=login", 1, 1, "name", "a by=2\nBK9902: %\"=\xc3\xa9", "plain",
             "-._~:@/aZ09", NULL);
    assert_string_equal(stub_ap_logged("BK9901"),
                        "BK9901: event=login user=1 by=1 client=198.51.100.7 "
                        "name=a%20by%3D2%0ABK9902:%20%25%22%3D%C3%A9 plain=-._~:@/aZ09");
}

static void test_an_address_of_version_6_stays_legible(void **state)
{
    request_rec *r = service_request("GET", "/thing");
    bk_request_t request = request_of(r);

    r->useragent_ip = (char *)"2001:db8::1";
    bk_audit(&request, "BK9901: event=login", 1, 1, NULL);
    assert_string_equal(stub_ap_logged("BK9901"),
                        "BK9901: event=login user=1 by=1 client=2001:db8::1");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_a_line_has_event_user_doer_client_and_pairs),
        cmocka_unit_test_service(test_who_is_not_known_is_a_hyphen),
        cmocka_unit_test_service(test_a_pair_without_a_value_is_left_out),
        cmocka_unit_test_service(test_what_could_be_taken_for_more_is_encoded),
        cmocka_unit_test_service(test_an_address_of_version_6_stays_legible),
    };

    return cmocka_run_group_tests_name("bk_audit", tests, service_open, service_close);
}
