#include "service.h"

#include <apr_strings.h>
#include <http_core.h>

static void test_each_server_that_is_on_gets_its_store_ready(void **state)
{
    server_rec *off = stub_ap_add_host("off.example.org", 80);

    stub_ap_add_host("same.example.org", 80);
    assert_null(stub_ap_directive(off, "ThingPath Off"));
    stub_ap_merge();
    service_store = (service_store_t){0};
    assert_int_equal(stub_ap_configure(), OK);
    assert_int_equal(service_store.post_configs, 2);
    assert_int_equal(service_store.children, 2);
}

/* httpd lets it share the main server's; what is worked out for it, its breakers say, is its own.
 */
static void test_a_virtual_host_that_says_nothing_gets_settings_of_its_own(void **state)
{
    server_rec *same = stub_ap_add_host("same.example.org", 80);

    assert_ptr_equal(bk_conf(same), bk_conf(service_server));
    assert_int_equal(stub_ap_configure(), OK);
    assert_ptr_not_equal(bk_conf(same), bk_conf(service_server));
    assert_ptr_not_equal(bk_conf(same)->dependencies[0].entry,
                         bk_conf(service_server)->dependencies[0].entry);
    assert_string_equal(bk_conf(same)->paths[0], "/thing");
}

static void test_a_store_that_is_not_there_is_refused_with_those_that_are(void **state)
{
    service_set("ThingStore oracle");
    assert_int_equal(stub_ap_configure(), HTTP_INTERNAL_SERVER_ERROR);
    assert_string_equal(stub_ap_logged("BK0104"),
                        "BK0104: mod_thing, server www.example.org: there is no store 'oracle': "
                        "must be one of dbd");
    assert_int_equal(stub_ap_logged_level("BK0104"), APLOG_EMERG);
}

static void test_what_a_store_finds_wrong_is_refused(void **state)
{
    service_store.wrong = "must have a DBDriver";
    assert_int_equal(stub_ap_configure(), HTTP_INTERNAL_SERVER_ERROR);
    assert_string_equal(stub_ap_logged("BK0104"),
                        "BK0104: mod_thing, server www.example.org: must have a DBDriver");
    assert_int_equal(service_store.post_configs, 1); /* of the start before */
}

static void test_a_server_that_is_off_may_have_anything(void **state)
{
    service_set("ThingPath Off");
    service_set("ThingStore oracle");
    assert_int_equal(stub_ap_configure(), OK);
}

static void test_a_name_that_is_longer_than_a_breakers_is_refused(void **state)
{
    apr_pool_t *p = service_server->process->pool;
    char *name = apr_pcalloc(p, 255);

    memset(name, 'a', 254);
    stub_ap_add_host(name, 80);
    assert_int_equal(stub_ap_configure(), HTTP_INTERNAL_SERVER_ERROR);
    assert_non_null(strstr(stub_ap_logged("BK0104"),
                           "ServerName is not right: must have at most 256 characters, its port "
                           "included (got 257)"));
    name[253] = '\0';
    stub_ap_forget();
    stub_ap_add_host(name, 80);
    assert_int_equal(stub_ap_configure(), OK);
}

static void test_the_version_is_logged_once_a_start(void **state)
{
    stub_ap_forget();
    stub_ap_main_state = AP_SQ_MS_CREATE_PRE_CONFIG;
    assert_int_equal(stub_ap_configure(), OK);
    assert_null(stub_ap_logged("BK0153"));
    stub_ap_main_state = AP_SQ_MS_CREATE_CONFIG;
    assert_int_equal(stub_ap_configure(), OK);
    assert_non_null(stub_ap_logged("BK0153: mod_thing of Bookable "));
}

/* What is counted, and breakers, live longer than a configuration. */
static void test_a_graceful_restart_keeps_the_breakers(void **state)
{
    bk_breaker_place_t *place = bk_conf(service_server)->dependencies[0].entry;

    stub_ap_generation++;
    assert_int_equal(stub_ap_configure(), OK);
    assert_ptr_equal(bk_conf(service_server)->dependencies[0].entry, place);
}

static void test_the_breaker_of_a_dependency_gets_its_defaults(void **state)
{
    const bk_conf_dependency_t *conf = &bk_conf(service_server)->dependencies[0];

    assert_string_equal(conf->path, "/user");
    assert_int_equal(conf->timeout, APR_TIME_C(2000000));
    assert_int_equal(conf->settings.slow_time, 1000);
    assert_int_equal(conf->settings.probe_timeout, 4000); /* twice the timeout */
    assert_int_equal(conf->settings.probes, 3);
}

static void test_the_probes_of_a_breaker_follow_the_timeout_that_was_said(void **state)
{
    bk_conf_init(bk_conf_writable(service_server)); /* as before the start */
    service_set("ThingPath /thing");
    service_set("ThingCallTimeout user 7s");
    assert_int_equal(stub_ap_configure(), OK);
    assert_int_equal(bk_conf(service_server)->dependencies[0].settings.probe_timeout, 14000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_each_server_that_is_on_gets_its_store_ready),
        cmocka_unit_test_service(test_a_virtual_host_that_says_nothing_gets_settings_of_its_own),
        cmocka_unit_test_service(test_a_store_that_is_not_there_is_refused_with_those_that_are),
        cmocka_unit_test_service(test_what_a_store_finds_wrong_is_refused),
        cmocka_unit_test_service(test_a_server_that_is_off_may_have_anything),
        cmocka_unit_test_service(test_a_name_that_is_longer_than_a_breakers_is_refused),
        cmocka_unit_test_service(test_the_version_is_logged_once_a_start),
        cmocka_unit_test_service(test_a_graceful_restart_keeps_the_breakers),
        cmocka_unit_test_service(test_the_breaker_of_a_dependency_gets_its_defaults),
        cmocka_unit_test_service(test_the_probes_of_a_breaker_follow_the_timeout_that_was_said),
    };

    return cmocka_run_group_tests_name("bk_server", tests, service_open, service_close);
}
