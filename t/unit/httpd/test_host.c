#include "service.h"

#include "bk_host.h"

static const char *name_of(const char *host, apr_port_t port)
{
    server_rec *s = stub_ap_add_host(host ? host : "", port);

    if (!host) {
        s->server_hostname = NULL;
    }
    return bk_host_name(s, service_server->process->pool);
}

static void test_a_server_is_called_by_host_and_port(void **state)
{
    assert_string_equal(bk_host_name(service_server, service_server->process->pool),
                        "www.example.org:80");
    assert_string_equal(name_of("a.example", 8080), "a.example:8080");
}

static void test_a_server_without_a_port_has_that_of_its_address(void **state)
{
    server_addr_rec address = {.host_port = 8443};
    server_rec *s = stub_ap_add_host("a.example", 0);

    assert_string_equal(bk_host_name(s, service_server->process->pool), "a.example");
    s->addrs = &address;
    assert_string_equal(bk_host_name(s, service_server->process->pool), "a.example:8443");
}

static void test_a_server_without_a_name_is_a_star(void **state)
{
    assert_string_equal(name_of(NULL, 80), "*:80");
}

/* Each has breakers of its own all the same. */
static void test_servers_of_one_name_are_numbered(void **state)
{
    assert_string_equal(name_of("www.example.org", 80), "www.example.org:80#2");
    assert_string_equal(name_of("WWW.example.org", 80), "WWW.example.org:80#3");
    assert_string_equal(name_of("www.example.org", 8080), "www.example.org:8080");
}

/* Behind a blank a breaker's name goes on. */
static void test_what_is_no_text_is_written_in_hexadecimal(void **state)
{
    assert_string_equal(name_of("a b\x01\x7f", 80), "a\\x20b\\x01\\x7f:80");
    assert_string_equal(name_of("b\xc3\xbc"
                                "cher",
                                80),
                        "b\xc3\xbc"
                        "cher:80");
    assert_string_equal(name_of("b\xfc"
                                "cher",
                                80),
                        "b\\xfccher:80");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_a_server_is_called_by_host_and_port),
        cmocka_unit_test_service(test_a_server_without_a_port_has_that_of_its_address),
        cmocka_unit_test_service(test_a_server_without_a_name_is_a_star),
        cmocka_unit_test_service(test_servers_of_one_name_are_numbered),
        cmocka_unit_test_service(test_what_is_no_text_is_written_in_hexadecimal),
    };

    return cmocka_run_group_tests_name("bk_host", tests, service_open, service_close);
}
