#include "service.h"

#include <apr_strings.h>

/* A virtual host and the main server behind it, once the configuration has been read. */
static server_rec *host;

static const bk_conf_t *merged(void)
{
    stub_ap_merge();
    bk_conf_complete(bk_conf_writable(host));
    return bk_conf(host);
}

static int begin(void **state)
{
    int result = service_begin(state);

    bk_conf_init(bk_conf_writable(service_server)); /* as before it was completed */
    service_set("ThingPath /thing");
    host = stub_ap_add_host("other.example.org", 80);
    return result;
}

#define cmocka_unit_test_conf(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

static void set_in_host(const char *line)
{
    const char *error = stub_ap_directive(host, line);

    assert_that(!error, "%s", error);
}

/* ---- merging ------------------------------------------------------------------------------------
 */

/* A directive, its value in the main server and the one in a virtual host; what shows which of the
 * two holds. */
typedef struct row_t {
    const char *main_line, *own_line;
    apr_int64_t (*read)(const bk_conf_t *conf);
    apr_int64_t of_main, of_own;
} row_t;

static apr_int64_t statuses(const bk_conf_t *conf)
{
    return conf->statuses;
}

static apr_int64_t body_limit(const bk_conf_t *conf)
{
    return conf->body_limit;
}

static apr_int64_t consistency(const bk_conf_t *conf)
{
    return conf->consistency;
}

static apr_int64_t retry_after(const bk_conf_t *conf)
{
    return conf->retry_after;
}

static apr_int64_t is_on(const bk_conf_t *conf)
{
    return bk_conf_is_on(conf);
}

static apr_int64_t store_letter(const bk_conf_t *conf)
{
    return conf->store[0];
}

static apr_int64_t standby_letter(const bk_conf_t *conf)
{
    return conf->standby[0];
}

static apr_int64_t own_origins(const bk_conf_t *conf)
{
    return conf->own_origins ? conf->own_origins->nelts : 0;
}

static apr_int64_t origins(const bk_conf_t *conf)
{
    return conf->origins ? conf->origins->nelts : 0;
}

static apr_int64_t ttl(const bk_conf_t *conf)
{
    return conf->cache.ttl;
}

static apr_int64_t idempotency(const bk_conf_t *conf)
{
    return conf->idempotency;
}

static apr_int64_t cache_name(const bk_conf_t *conf)
{
    return conf->cache.name[0];
}

static apr_int64_t call_timeout(const bk_conf_t *conf)
{
    return conf->dependencies[0].timeout;
}

static apr_int64_t probes(const bk_conf_t *conf)
{
    return conf->dependencies[0].settings.probes;
}

static const row_t rows[] = {
    {"BookableStatusCodes standard", "BookableStatusCodes reference", statuses, BK_ERROR_STANDARD,
     BK_ERROR_REFERENCE},
    {"BookableBodyLimit 300", "BookableBodyLimit 400", body_limit, 300, 400},
    {"ThingConsistency eventual", "ThingConsistency strong", consistency, BK_CONSISTENCY_EVENTUAL,
     BK_CONSISTENCY_STRONG},
    {"BookableRetryAfter 5", "BookableRetryAfter 6", retry_after, 5, 6},
    {"BookableIdempotency required", "BookableIdempotency optional", idempotency,
     BK_CONF_IDEMPOTENCY_REQUIRED, BK_CONF_IDEMPOTENCY_OPTIONAL},
    {"ThingPath /a", "ThingPath Off", is_on, 1, 0},
    {"ThingStore a", "ThingStore b", store_letter, 'a', 'b'},
    {"BookableStandby a", "BookableStandby b", standby_letter, 'a', 'b'},
    {"BookableOrigins https://a.example", "BookableOrigins None", origins, 1, 0},
    {"UserOrigin https://a.example", "UserOrigin None", own_origins, 1, 0},
    {"ThingCacheTTL 5", "ThingCacheTTL 0", ttl, 5000000, 0},
    {"BookableCacheName a", "BookableCacheName b", cache_name, 'a', 'b'},
    {"ThingCallTimeout user 5ms", "ThingCallTimeout user 6ms", call_timeout, 5000, 6000},
    {"ThingBreaker user probes=2", "ThingBreaker user probes=3", probes, 2, 3},
};

static void test_a_virtual_host_has_what_the_main_server_has(void **state)
{
    const bk_conf_t *conf;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        service_set(rows[i].main_line);
    }
    set_in_host("BookableCacheName another"); /* so that it has a configuration of its own */
    conf = merged();
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(rows[i].read == cache_name || rows[i].read(conf) == rows[i].of_main, "%s: %d",
                    rows[i].main_line, (int)rows[i].read(conf));
    }
}

static void test_what_a_virtual_host_says_holds_there(void **state)
{
    const bk_conf_t *conf;
    unsigned int i;

    for (i = 0; i < UNIT_ROWS(rows); i++) {
        service_set(rows[i].main_line);
        set_in_host(rows[i].own_line);
    }
    conf = merged();
    for (i = 0; i < UNIT_ROWS(rows); i++) {
        assert_that(rows[i].read(conf) == rows[i].of_own, "%s: %d", rows[i].own_line,
                    (int)rows[i].read(conf));
    }
}

static void test_what_is_the_whole_httpds_holds_in_virtual_hosts(void **state)
{
    const bk_conf_t *conf;

    service_set("BookableSynchronous off");
    service_set("BookableBusyTimeout 1ms");
    service_set("BookableStatementTimeout 2ms");
    service_set("BookablePoolTimeout 3ms");
    service_set("BookablePreparedStatements off");
    service_set("BookableDatabaseBreaker probes=4");
    service_set("ThingStoreSize 2M");
    set_in_host("ThingPath /b");
    conf = merged();
    assert_int_equal(bk_conf_db_options(conf).synchronous, BK_DB_SYNCHRONOUS_OFF);
    assert_int_equal(bk_conf_db_options(conf).busy_timeout, 1000);
    assert_int_equal(bk_conf_db_options(conf).statement_timeout, 2000);
    assert_int_equal(bk_conf_db_options(conf).connect_timeout, 3000);
    assert_true(bk_conf_db_options(conf).is_pooled);
    assert_int_equal(conf->database_breaker.probes, 4);
    assert_int_equal(conf->store_size, 2 * 1024 * 1024);
}

/* Keys of a breaker are settings of their own. */
static void test_a_virtual_host_may_say_one_key_of_a_breaker(void **state)
{
    const bk_conf_t *conf;

    service_set("ThingBreaker user probes=2 open-time=3s");
    set_in_host("ThingBreaker user probes=4");
    conf = merged();
    assert_int_equal(conf->dependencies[0].settings.probes, 4);
    assert_int_equal(conf->dependencies[0].settings.open_time, 3000);
}

static void test_what_nobody_said_is_the_default_in_virtual_hosts_too(void **state)
{
    const bk_conf_t *conf;

    set_in_host("ThingPath /b");
    conf = merged();
    assert_int_equal(conf->body_limit, 16384);
    assert_int_equal(conf->statuses, BK_ERROR_REFERENCE);
    assert_int_equal(conf->retry_after, 1);
    assert_int_equal(conf->consistency, BK_CONSISTENCY_STRONG);
    assert_null(conf->origins);
    assert_null(conf->standby);
}

static void test_a_request_has_the_settings_of_its_own_server(void **state)
{
    request_rec *r;

    set_in_host("ThingPath /b");
    stub_ap_merge();
    assert_int_equal(stub_ap_configure(), OK);
    r = stub_ap_request(host, "GET", "/b");
    stub_ap_run(r);
    service_expect(r, 200, "{\"who\":0}");
    r = stub_ap_request(host, "GET", "/thing");
    stub_ap_run(r);
    service_expect(r, 404, "<html>");
    service_expect(service_get("/thing"), 200, "");
    service_expect(service_get("/b"), 404, "<html>");
}

/* ---- paths --------------------------------------------------------------------------------------
 */

static void test_a_path_goes_on_behind_the_services_own(void **state)
{
    static const struct {
        const char *uri, *rest;
    } uris[] = {{"/thing", ""},    {"/thing/", "/"},  {"/thing/5", "/5"}, {"/thing//", "//"},
                {"/things", NULL}, {"/thin", NULL},   {"/", NULL},        {"", NULL},
                {"/Thing", NULL},  {"thing/5", NULL}, {"//thing", NULL}};
    unsigned int i;

    bk_conf_complete(bk_conf_writable(service_server));
    for (i = 0; i < UNIT_ROWS(uris); i++) {
        const char *rest = NULL;
        const bk_api_t *api = bk_conf_api(bk_conf(service_server), uris[i].uri, &rest);

        rest = api ? rest : NULL;
        assert_that((!rest && !uris[i].rest) ||
                        (rest && uris[i].rest && strcmp(rest, uris[i].rest) == 0),
                    "%s: %s", uris[i].uri, rest ? rest : "(none)");
    }
}

static void test_a_service_without_a_path_has_no_uri(void **state)
{
    const char *rest;

    service_set("ThingPath Off");
    bk_conf_complete(bk_conf_writable(service_server));
    assert_null(bk_conf_api(bk_conf(service_server), "", &rest));
    assert_null(bk_conf_api(bk_conf(service_server), "/", &rest));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_conf(test_a_virtual_host_has_what_the_main_server_has),
        cmocka_unit_test_conf(test_what_a_virtual_host_says_holds_there),
        cmocka_unit_test_conf(test_what_is_the_whole_httpds_holds_in_virtual_hosts),
        cmocka_unit_test_conf(test_a_virtual_host_may_say_one_key_of_a_breaker),
        cmocka_unit_test_conf(test_what_nobody_said_is_the_default_in_virtual_hosts_too),
        cmocka_unit_test_conf(test_a_request_has_the_settings_of_its_own_server),
        cmocka_unit_test_conf(test_a_path_goes_on_behind_the_services_own),
        cmocka_unit_test_conf(test_a_service_without_a_path_has_no_uri),
    };

    return cmocka_run_group_tests_name("bk_conf", tests, service_open, service_close);
}
