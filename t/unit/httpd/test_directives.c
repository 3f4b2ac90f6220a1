#include "service.h"

#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <apr_time.h>

/* The settings that come of lines in the main server. */
static const bk_conf_t *conf(void)
{
    return bk_conf(service_server);
}

static void expect_error(const char *line, const char *error)
{
    const char *got = stub_ap_directive(service_server, line);

    assert_that(got, "'%s' was taken", line);
    assert_string_equal(got, error);
}

#define WRONG(directive, wanted, got) directive " is not right: must be " wanted " (got '" got "')"

/* ---- words --------------------------------------------------------------------------------------
 */

static void test_statuses_are_the_references_or_https(void **state)
{
    service_set("BookableStatusCodes standard");
    assert_int_equal(conf()->statuses, BK_ERROR_STANDARD);
    service_set("BookableStatusCodes Reference");
    assert_int_equal(conf()->statuses, BK_ERROR_REFERENCE);
    expect_error("BookableStatusCodes http",
                 WRONG("BookableStatusCodes", "'reference' or 'standard'", "http"));
    assert_int_equal(conf()->statuses, BK_ERROR_REFERENCE);
}

static void test_synchronous_is_one_of_four_words(void **state)
{
    assert_int_equal(bk_conf_db_options(conf()).synchronous, BK_DB_SYNCHRONOUS_FULL);
    service_set("BookableSynchronous off");
    assert_int_equal(bk_conf_db_options(conf()).synchronous, BK_DB_SYNCHRONOUS_OFF);
    service_set("BookableSynchronous Normal");
    assert_int_equal(bk_conf_db_options(conf()).synchronous, BK_DB_SYNCHRONOUS_NORMAL);
    service_set("BookableSynchronous extra");
    assert_int_equal(bk_conf_db_options(conf()).synchronous, BK_DB_SYNCHRONOUS_EXTRA);
    expect_error("BookableSynchronous on",
                 WRONG("BookableSynchronous", "'off', 'normal', 'full' or 'extra'", "on"));
}

static void test_consistency_is_strong_or_eventual(void **state)
{
    assert_int_equal(conf()->consistency, BK_CONSISTENCY_STRONG);
    service_set("ThingConsistency Eventual");
    assert_int_equal(conf()->consistency, BK_CONSISTENCY_EVENTUAL);
    service_set("ThingConsistency strong");
    assert_int_equal(conf()->consistency, BK_CONSISTENCY_STRONG);
    expect_error("ThingConsistency weak",
                 WRONG("ThingConsistency", "'strong' or 'eventual'", "weak"));
}

static void test_prepared_statements_are_on_or_off(void **state)
{
    assert_false(bk_conf_db_options(conf()).is_pooled);
    service_set("BookablePreparedStatements Off");
    assert_true(bk_conf_db_options(conf()).is_pooled);
    service_set("BookablePreparedStatements On");
    assert_false(bk_conf_db_options(conf()).is_pooled);
}

/* ---- numbers ------------------------------------------------------------------------------------
 */

static void test_the_limit_of_bodies_has_bounds(void **state)
{
    service_set("BookableBodyLimit 256");
    assert_int_equal(conf()->body_limit, 256);
    service_set("BookableBodyLimit 1048576");
    assert_int_equal(conf()->body_limit, 1048576);
    expect_error("BookableBodyLimit 255",
                 WRONG("BookableBodyLimit", "a number from 256 to 1048576", "255"));
    expect_error("BookableBodyLimit 1048577",
                 WRONG("BookableBodyLimit", "a number from 256 to 1048576", "1048577"));
}

static void test_timeouts_of_databases_are_durations(void **state)
{
    bk_db_options_t options = bk_conf_db_options(conf());

    assert_int_equal(options.busy_timeout, apr_time_from_sec(5));
    assert_int_equal(options.statement_timeout, apr_time_from_sec(5));
    assert_int_equal(options.connect_timeout, apr_time_from_sec(2));
    service_set("BookableBusyTimeout 1ms");
    service_set("BookableStatementTimeout 60");
    service_set("BookablePoolTimeout 1min");
    options = bk_conf_db_options(conf());
    assert_int_equal(options.busy_timeout, 1000);
    assert_int_equal(options.statement_timeout, apr_time_from_sec(60));
    assert_int_equal(conf()->pool_timeout, apr_time_from_sec(60));
}

static void test_timeouts_of_databases_have_bounds(void **state)
{
    static const char *const names[] = {"BookableBusyTimeout", "BookableStatementTimeout",
                                        "BookablePoolTimeout"};
    apr_pool_t *p = service_server->process->pool;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(names); i++) {
        expect_error(apr_pstrcat(p, names[i], " 0", NULL),
                     apr_pstrcat(p, names[i],
                                 " is not right: must be a duration from 1ms to 60s, such as 500ms "
                                 "or 5s (got '0')",
                                 NULL));
        assert_non_null(stub_ap_directive(service_server, apr_pstrcat(p, names[i], " 61s", NULL)));
    }
}

static void test_retry_after_is_whole_seconds(void **state)
{
    assert_int_equal(conf()->retry_after, 1);
    service_set("BookableRetryAfter 1h");
    assert_int_equal(conf()->retry_after, 3600);
    expect_error("BookableRetryAfter 1500ms",
                 WRONG("BookableRetryAfter", "whole seconds, which is all that Retry-After can say",
                       "1500ms"));
    expect_error(
        "BookableRetryAfter 0",
        WRONG("BookableRetryAfter", "a duration from 1s to 3600s, such as 5s, 10min or 1h", "0"));
    assert_int_equal(conf()->retry_after, 3600);
}

static void test_the_size_of_a_store_has_bounds(void **state)
{
    assert_int_equal(conf()->store_size, 64 * 1024 * 1024);
    service_set("ThingStoreSize 1M");
    assert_int_equal(conf()->store_size, 1024 * 1024);
    expect_error("ThingStoreSize 1000K",
                 WRONG("ThingStoreSize",
                       "a size from 1M to 64G, in bytes or with K, M or G, such as 64M", "1000K"));
}

/* ---- names --------------------------------------------------------------------------------------
 */

static void test_the_path_of_a_service_may_be_off(void **state)
{
    service_set("ThingPath /v1/thing");
    assert_string_equal(conf()->paths[0], "/v1/thing");
    expect_error("ThingPath /thing/",
                 WRONG("ThingPath",
                       "a URL path that begins but does not end with '/', such as /user, or Off",
                       "/thing/"));
    assert_string_equal(conf()->paths[0], "/v1/thing");
    service_set("ThingPath Off");
    assert_false(bk_conf_is_on(conf()));
}

static void test_a_store_and_a_standby_have_names(void **state)
{
    service_set("ThingStore shm");
    assert_string_equal(conf()->store, "shm");
    service_set("BookableStandby standby.example.org");
    assert_string_equal(conf()->standby, "standby.example.org");
}

/* ---- origins ------------------------------------------------------------------------------------
 */

static void test_origins_are_listed_or_none(void **state)
{
    service_set("BookableOrigins https://rooms.example.net http://localhost:3000");
    assert_int_equal(conf()->origins->nelts, 2);
    assert_string_equal(APR_ARRAY_IDX(conf()->origins, 0, const char *),
                        "https://rooms.example.net");
    assert_string_equal(APR_ARRAY_IDX(conf()->origins, 1, const char *), "http://localhost:3000");
    service_set("BookableOrigins none");
    assert_null(conf()->origins);
    assert_true(conf()->are_origins_set);
}

#define ORIGINS "None, or origins such as https://rooms.example.org or http://localhost:3000"

static void test_what_is_no_origin_is_named(void **state)
{
    expect_error("BookableOrigins", WRONG("BookableOrigins", ORIGINS, ""));
    expect_error("UserOrigin *", WRONG("UserOrigin", ORIGINS, "*"));
    expect_error("BookableOrigins *", WRONG("BookableOrigins", ORIGINS, "*"));
    expect_error("BookableOrigins https://a.example b.example https://c.example",
                 WRONG("BookableOrigins", ORIGINS, "b.example"));
    expect_error("BookableOrigins None https://a.example",
                 WRONG("BookableOrigins", ORIGINS, "None"));
    assert_null(conf()->origins);
}

/* ---- breakers -----------------------------------------------------------------------------------
 */

static void test_each_key_of_a_breaker_is_set(void **state)
{
    bk_breaker_settings_t settings;

    service_set("BookableDatabaseBreaker window=2s minimum-calls=4 failure-rate=60 slow-time=70ms "
                "slow-rate=80 open-time=9s probes=2 probe-timeout=11s DRY-RUN=On");
    settings = conf()->database_breaker;
    assert_int_equal(settings.window, 2000);
    assert_int_equal(settings.minimum_calls, 4);
    assert_int_equal(settings.failure_rate, 60);
    assert_int_equal(settings.slow_time, 70);
    assert_int_equal(settings.slow_rate, 80);
    assert_int_equal(settings.open_time, 9000);
    assert_int_equal(settings.probes, 2);
    assert_int_equal(settings.probe_timeout, 11000);
    assert_true(settings.dry_run);
}

static void test_a_key_that_is_not_said_has_its_default(void **state)
{
    bk_breaker_settings_t settings;

    service_set("BookableDatabaseBreaker open-time=2s");
    settings = conf()->database_breaker;
    assert_int_equal(settings.open_time, 2000);
    assert_int_equal(settings.window, 10000);
    assert_int_equal(settings.minimum_calls, 3);
    assert_int_equal(settings.probes, 1);
    assert_false(settings.dry_run);
}

#define KEYS                                                                                \
    "KEY=VALUE with window, minimum-calls, failure-rate, slow-time, slow-rate, open-time, " \
    "probes, "                                                                              \
    "probe-timeout or dry-run"

static void test_a_key_of_a_breaker_that_is_none_is_refused(void **state)
{
    static const char *const words[] = {"window", "=5s", "windo=5s", "windows=5s", "dry=on"};
    apr_pool_t *p = service_server->process->pool;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(words); i++) {
        expect_error(apr_pstrcat(p, "BookableDatabaseBreaker ", words[i], NULL),
                     apr_pstrcat(p, "BookableDatabaseBreaker is not right: must be " KEYS " (got '",
                                 words[i], "')", NULL));
    }
}

static void test_a_value_of_a_breaker_is_refused_with_its_key(void **state)
{
    expect_error(
        "BookableDatabaseBreaker failure-rate=101",
        WRONG("BookableDatabaseBreaker", "a number from 1 to 100", "101") ", for failure-rate");
    expect_error("BookableDatabaseBreaker window=99ms",
                 WRONG("BookableDatabaseBreaker",
                       "a duration from 100ms to 600s, such as 500ms or 5s",
                       "99ms") ", for window");
    expect_error("BookableDatabaseBreaker dry-run=yes",
                 WRONG("BookableDatabaseBreaker", "dry-run=on or dry-run=off", "yes"));
}

/* ---- dependencies -------------------------------------------------------------------------------
 */

static void test_the_timeout_of_calls_is_a_dependencys(void **state)
{
    service_set("ThingCallTimeout User 300ms");
    assert_int_equal(conf()->dependencies[0].timeout, 300000);
    expect_error(
        "ThingCallTimeout space 1s",
        WRONG("ThingCallTimeout", "first one of the services that are asked, 'user'", "space"));
    expect_error(
        "ThingCallTimeout user 0",
        WRONG("ThingCallTimeout", "a duration from 1ms to 600s, such as 500ms or 5s", "0"));
}

static void test_the_breaker_of_calls_is_a_dependencys(void **state)
{
    service_set("ThingBreaker user open-time=3s probes=1");
    assert_int_equal(conf()->dependencies[0].settings.open_time, 3000);
    assert_int_equal(conf()->dependencies[0].settings.probes, 1);
    expect_error("ThingBreaker",
                 WRONG("ThingBreaker", "a service that is asked, and one or more KEY=VALUE", ""));
    expect_error(
        "ThingBreaker user",
        WRONG("ThingBreaker", "a service that is asked, and one or more KEY=VALUE", "user"));
    expect_error(
        "ThingBreaker space open-time=3s",
        WRONG("ThingBreaker", "first one of the services that are asked, 'user'", "space"));
    expect_error("ThingBreaker user open-time=3s probes=0",
                 WRONG("ThingBreaker", "a number from 1 to 16", "0") ", for probes");
}

/* ---- the cache ----------------------------------------------------------------------------------
 */

static const char *created_with; /* what a provider was given behind its name */

static const char *create(ap_socache_instance_t **instance, const char *arg, apr_pool_t *tmp,
                          apr_pool_t *p)
{
    created_with = arg;
    return arg && strcmp(arg, "wrong") == 0 ? "it takes HOST:PORT" : NULL;
}

static const ap_socache_provider_t provider = {.name = "mem", .create = create};

static void register_cache(const char *name)
{
    ap_register_provider(service_server->process->pool, AP_SOCACHE_PROVIDER_GROUP, name,
                         AP_SOCACHE_PROVIDER_VERSION, &provider);
}

static void test_a_cache_is_a_provider_and_its_arguments(void **state)
{
    register_cache("mem");
    service_set("BookableCache mem");
    assert_ptr_equal(conf()->cache.provider, &provider);
    assert_null(created_with);
    service_set("BookableCache mem:cache.example:6379/5");
    assert_string_equal(created_with, "cache.example:6379/5");
    service_set("BookableCache off");
    assert_null(conf()->cache.provider);
}

#define CACHES                                                                                    \
    "Off, or a cache whose module is loaded before, such as shmcb of mod_socache_shmcb or redis " \
    "of mod_socache_hiredis; this one would need "

static void test_a_cache_whose_module_is_not_loaded_is_refused_by_its_name(void **state)
{
    expect_error("BookableCache memcache:a.example",
                 WRONG("BookableCache", CACHES "mod_socache_memcache", "memcache"));
    expect_error("BookableCache redis:a.example",
                 WRONG("BookableCache", CACHES "mod_socache_hiredis", "redis"));
}

/* httpd's own mod_socache_redis calls itself redis, too. */
static void test_of_two_caches_called_redis_one_is_taken(void **state)
{
    register_cache("redis");
    assert_non_null(stub_ap_directive(service_server, "BookableCache redis:a.example"));
    stub_ap_load("mod_socache_hiredis.c");
    service_set("BookableCache redis:a.example");
}

/* A password may stand in them. */
static void test_the_error_of_a_cache_does_not_repeat_its_arguments(void **state)
{
    register_cache("mem");
    expect_error("BookableCache mem:wrong", "BookableCache is not right: it takes HOST:PORT");
}

static void test_the_name_of_cached_data_is_a_short_word(void **state)
{
    service_set("BookableCacheName a-Z_9.b");
    assert_string_equal(conf()->cache.name, "a-Z_9.b");
    service_set("BookableCacheName abcdefghijklmnopqrstuvwxyz012345");
    expect_error("BookableCacheName a:b",
                 WRONG("BookableCacheName", "1 to 32 letters, digits, '-', '_' or '.'", "a:b"));
    assert_non_null(
        stub_ap_directive(service_server, "BookableCacheName abcdefghijklmnopqrstuvwxyz0123456"));
    assert_non_null(stub_ap_directive(service_server, "BookableCacheName \"\""));
}

static void test_the_time_that_answers_are_cached_has_bounds(void **state)
{
    service_set("ThingCacheTTL 0");
    service_set("ThingCacheTTL 1h");
    assert_int_equal(conf()->cache.ttl, apr_time_from_sec(3600));
    expect_error(
        "ThingCacheTTL 61min",
        WRONG("ThingCacheTTL", "a duration from 0ms to 3600s, such as 500ms or 5s", "61min"));
}

static void test_the_key_of_a_cache_is_read_from_a_file(void **state)
{
    char path[] = "/tmp/bookable-test-key-XXXXXX";
    apr_pool_t *p = service_server->process->pool;
    apr_file_t *file;

    expect_error("BookableCacheKey no/such", "BookableCacheKey: '/etc/apache2/no/such' cannot be "
                                             "read: No such file or directory");
    assert_int_equal(apr_file_mktemp(&file, path, APR_READ | APR_WRITE | APR_CREATE, p),
                     APR_SUCCESS);
    apr_file_puts("0123456789abcdef0123456789abcdef\n", file);
    apr_file_close(file);
    service_set(apr_pstrcat(p, "BookableCacheKey ", path, NULL));
    apr_file_remove(path, p);
    assert_non_null(conf()->cache.key);
}

/* ---- of the whole httpd -------------------------------------------------------------------------
 */

static void test_what_virtual_hosts_share_is_the_main_servers(void **state)
{
    static const char *const lines[] = {"BookableSynchronous off",
                                        "BookableBusyTimeout 1s",
                                        "BookableStatementTimeout 1s",
                                        "BookablePoolTimeout 1s",
                                        "BookablePreparedStatements off",
                                        "BookableDatabaseBreaker probes=1",
                                        "ThingStoreSize 1M",
                                        "BookableCache Off",
                                        "BookableCacheKey /nowhere"};
    server_rec *host = stub_ap_add_host("other.example.org", 80);
    apr_pool_t *p = service_server->process->pool;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(lines); i++) {
        const char *error = stub_ap_directive(host, lines[i]);

        assert_that(error, "%s was taken", lines[i]);
        assert_string_equal(error,
                            apr_pstrcat(p, apr_pstrmemdup(p, lines[i], strcspn(lines[i], " ")),
                                        " cannot occur within <VirtualHost> section", NULL));
    }
}

static void test_what_is_a_servers_own_may_be_a_virtual_hosts(void **state)
{
    static const char *const lines[] = {"BookableStatusCodes standard",
                                        "BookableBodyLimit 300",
                                        "BookableRetryAfter 2",
                                        "BookableStandby a.example",
                                        "BookableOrigins None",
                                        "UserOrigin None",
                                        "ThingPath /a",
                                        "ThingStore shm",
                                        "ThingConsistency eventual",
                                        "BookableCacheName a",
                                        "ThingCacheTTL 1s",
                                        "ThingCallTimeout user 1s",
                                        "ThingBreaker user probes=1"};
    server_rec *host = stub_ap_add_host("other.example.org", 80);
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(lines); i++) {
        const char *error = stub_ap_directive(host, lines[i]);

        assert_that(!error, "%s", error);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_service(test_statuses_are_the_references_or_https),
        cmocka_unit_test_service(test_synchronous_is_one_of_four_words),
        cmocka_unit_test_service(test_consistency_is_strong_or_eventual),
        cmocka_unit_test_service(test_prepared_statements_are_on_or_off),
        cmocka_unit_test_service(test_the_limit_of_bodies_has_bounds),
        cmocka_unit_test_service(test_timeouts_of_databases_are_durations),
        cmocka_unit_test_service(test_timeouts_of_databases_have_bounds),
        cmocka_unit_test_service(test_retry_after_is_whole_seconds),
        cmocka_unit_test_service(test_the_size_of_a_store_has_bounds),
        cmocka_unit_test_service(test_the_path_of_a_service_may_be_off),
        cmocka_unit_test_service(test_a_store_and_a_standby_have_names),
        cmocka_unit_test_service(test_origins_are_listed_or_none),
        cmocka_unit_test_service(test_what_is_no_origin_is_named),
        cmocka_unit_test_service(test_each_key_of_a_breaker_is_set),
        cmocka_unit_test_service(test_a_key_that_is_not_said_has_its_default),
        cmocka_unit_test_service(test_a_key_of_a_breaker_that_is_none_is_refused),
        cmocka_unit_test_service(test_a_value_of_a_breaker_is_refused_with_its_key),
        cmocka_unit_test_service(test_the_timeout_of_calls_is_a_dependencys),
        cmocka_unit_test_service(test_the_breaker_of_calls_is_a_dependencys),
        cmocka_unit_test_service(test_a_cache_is_a_provider_and_its_arguments),
        cmocka_unit_test_service(test_a_cache_whose_module_is_not_loaded_is_refused_by_its_name),
        cmocka_unit_test_service(test_of_two_caches_called_redis_one_is_taken),
        cmocka_unit_test_service(test_the_error_of_a_cache_does_not_repeat_its_arguments),
        cmocka_unit_test_service(test_the_name_of_cached_data_is_a_short_word),
        cmocka_unit_test_service(test_the_time_that_answers_are_cached_has_bounds),
        cmocka_unit_test_service(test_the_key_of_a_cache_is_read_from_a_file),
        cmocka_unit_test_service(test_what_virtual_hosts_share_is_the_main_servers),
        cmocka_unit_test_service(test_what_is_a_servers_own_may_be_a_virtual_hosts),
    };

    return cmocka_run_group_tests_name("bk_directives", tests, service_open, service_close);
}
