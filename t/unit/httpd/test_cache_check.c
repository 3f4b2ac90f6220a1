#include "service.h"

#include <ap_socache.h>
#include <apr_strings.h>

#include "bk_cache_check.h"

static const ap_socache_provider_t shared_by_hosts = {.name = "redis"};
static const ap_socache_provider_t of_this_host = {.name = "shmcb",
                                                   .flags = AP_SOCACHE_FLAG_NOTMPSAFE};

/* Two servers that cache, with a database each, or one. */
static server_rec *first, *second;

static int begin(void **state)
{
    int result = service_begin(state);

    bk_conf_init(bk_conf_writable(service_server)); /* as before it was completed */
    service_set("ThingPath /thing");
    service_set("ThingCacheTTL 5");
    bk_conf_writable(service_server)->cache.provider = &shared_by_hosts;
    first = service_server;
    second = stub_ap_add_host("second.example.org", 80);
    return result;
}

#define cmocka_unit_test_check(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

/* Settings of the second server, by which it has another store than the first. */
static const char *check_with(const char *line)
{
    server_rec *s;

    assert_null(stub_ap_directive(second, "ThingStore shm"));
    assert_null(stub_ap_directive(second, line));
    stub_ap_merge();
    for (s = first; s; s = s->next) {
        bk_conf_complete(bk_conf_writable(s));
    }
    return bk_cache_check(second, service_server->process->pool);
}

static void test_servers_with_other_data_need_other_names(void **state)
{
    assert_string_equal(
        check_with("ThingPath /thing"),
        "it has another store or database than www.example.org, and BookableCache "
        "would mix them up: must have a BookableCacheName of its own, or a CacheTTL "
        "of 0");
}

static void test_servers_with_names_of_their_own_are_not_mixed_up(void **state)
{
    assert_null(check_with("BookableCacheName second"));
}

static void test_a_server_that_caches_nothing_is_not_mixed_up(void **state)
{
    assert_null(check_with("ThingCacheTTL 0"));
}

static void test_a_server_that_is_off_is_not_mixed_up(void **state)
{
    assert_null(check_with("ThingPath Off"));
}

/* It is there for its connections alone. */
static void test_a_standbys_server_is_not_mixed_up(void **state)
{
    service_set("BookableStandby Second.example.org");
    assert_null(check_with("ThingPath /thing"));
}

static void test_servers_with_the_same_data_share_a_name(void **state)
{
    assert_null(check_with("ThingStore dbd"));
}

/* ---- the key ------------------------------------------------------------------------------------
 */

static const char *warning_of(const bk_conf_cache_t *conf)
{
    apr_pool_t *p;

    apr_pool_create(&p, service_server->process->pool);
    bk_cache_check_key(conf, p, service_server);
    return stub_ap_logged("BK0132");
}

static void test_hosts_that_share_a_cache_are_told_that_they_need_a_key(void **state)
{
    const bk_conf_cache_t conf = {.provider = &shared_by_hosts};

    assert_non_null(strstr(warning_of(&conf), "BookableCache redis"));
    assert_int_equal(stub_ap_logged_level("BK0132"), APLOG_WARNING);
}

static void test_nothing_is_said_where_no_key_is_needed(void **state)
{
    const bk_hash_key_t key = {0};
    const bk_conf_cache_t none = {.provider = NULL};
    const bk_conf_cache_t with_key = {.provider = &shared_by_hosts, .key = &key};
    const bk_conf_cache_t own = {.provider = &of_this_host};

    assert_null(warning_of(&none));
    assert_null(warning_of(&with_key));
    assert_null(warning_of(&own));
}

static void test_all_modules_say_it_once(void **state)
{
    const bk_conf_cache_t conf = {.provider = &shared_by_hosts};
    apr_pool_t *p;

    apr_pool_create(&p, service_server->process->pool);
    bk_cache_check_key(&conf, p, service_server);
    stub_ap_forget();
    bk_cache_check_key(&conf, p, service_server);
    assert_null(stub_ap_logged("BK0132"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_check(test_servers_with_other_data_need_other_names),
        cmocka_unit_test_check(test_servers_with_names_of_their_own_are_not_mixed_up),
        cmocka_unit_test_check(test_a_server_that_caches_nothing_is_not_mixed_up),
        cmocka_unit_test_check(test_a_server_that_is_off_is_not_mixed_up),
        cmocka_unit_test_check(test_a_standbys_server_is_not_mixed_up),
        cmocka_unit_test_check(test_servers_with_the_same_data_share_a_name),
        cmocka_unit_test_check(test_hosts_that_share_a_cache_are_told_that_they_need_a_key),
        cmocka_unit_test_check(test_nothing_is_said_where_no_key_is_needed),
        cmocka_unit_test_check(test_all_modules_say_it_once),
    };

    return cmocka_run_group_tests_name("bk_cache_check", tests, service_open, service_close);
}
