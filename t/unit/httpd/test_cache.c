#include "service.h"

#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_answer.h"
#include "bk_cache.h"

/* ---- a cache, as a module of httpd's would have it ----------------------------------------------
 */

typedef struct value_t {
    unsigned char data[8192];
    unsigned int len;
} value_t;

static apr_hash_t *values;
static apr_status_t reach; /* what asking it comes to where it is out of reach */

static const char *create(ap_socache_instance_t **instance, const char *arg, apr_pool_t *tmp,
                          apr_pool_t *p)
{
    *instance = NULL;
    return NULL;
}

static apr_status_t init(ap_socache_instance_t *instance, const char *name,
                         const struct ap_socache_hints *hints, server_rec *s, apr_pool_t *p)
{
    return APR_SUCCESS;
}

static void destroy(ap_socache_instance_t *instance, server_rec *s)
{
}

static apr_status_t store(ap_socache_instance_t *instance, server_rec *s, const unsigned char *id,
                          unsigned int id_len, apr_time_t expiry, unsigned char *data,
                          unsigned int len, apr_pool_t *p)
{
    value_t *value = apr_palloc(service_server->process->pool, sizeof(*value));

    if (reach == APR_SUCCESS) {
        memcpy(value->data, data, len);
        value->len = len;
        apr_hash_set(values,
                     apr_pstrmemdup(service_server->process->pool, (const char *)id, id_len),
                     id_len, value);
    }
    return reach;
}

static apr_status_t retrieve(ap_socache_instance_t *instance, server_rec *s,
                             const unsigned char *id, unsigned int id_len, unsigned char *data,
                             unsigned int *len, apr_pool_t *p)
{
    const value_t *value = apr_hash_get(values, id, id_len);

    if (reach != APR_SUCCESS || !value) {
        return reach != APR_SUCCESS ? reach : APR_NOTFOUND;
    }
    memcpy(data, value->data, value->len);
    *len = value->len;
    return APR_SUCCESS;
}

static apr_status_t forget(ap_socache_instance_t *instance, server_rec *s, const unsigned char *id,
                           unsigned int id_len, apr_pool_t *p)
{
    apr_hash_set(values, id, id_len, NULL);
    return reach;
}

static void show_status(ap_socache_instance_t *instance, request_rec *r, int flags)
{
}

static const ap_socache_provider_t provider = {.name = "hash",
                                               .flags = 0,
                                               .create = create,
                                               .init = init,
                                               .destroy = destroy,
                                               .store = store,
                                               .retrieve = retrieve,
                                               .remove = forget,
                                               .status = show_status};

static value_t *only_value(void)
{
    apr_hash_index_t *first = apr_hash_first(NULL, values);

    assert_int_equal(apr_hash_count(values), 1);
    return apr_hash_this_val(first);
}

/* ---- a service that caches what it reads --------------------------------------------------------
 */

static int reads, version, is_owned;
static int outcome;      /* what a read comes to */
static const char *kept; /* in place of the answer; NULL: the answer */
static bk_cache_show_t *show;

static int read_thing(bk_request_t *request, bk_cache_reading_t *reading)
{
    int result = bk_store_acquire(request);

    if (result != BK_CONTINUE) {
        return result;
    }
    reads++;
    if (is_owned) {
        bk_cache_own(request, reading, 7);
    }
    if (outcome != BK_CONTINUE) {
        return bk_answer_error(request, &bk_error_no_route, NULL);
    }
    reading->text = apr_psprintf(request->r->pool, "{\"v\":%d}", version);
    reading->len = strlen(reading->text);
    if (kept) {
        reading->kept = kept;
        reading->kept_len = strlen(kept);
    }
    return BK_CONTINUE;
}

static int answer_cached(bk_request_t *request)
{
    return bk_cache_answer(request, request->r->args, read_thing, show);
}

static int open_with_cache(void **state)
{
    int result = service_open(state);
    apr_pool_t *p = service_server->process->pool;

    ap_register_provider(p, AP_SOCACHE_PROVIDER_GROUP, "hash", AP_SOCACHE_PROVIDER_VERSION,
                         &provider);
    values = apr_hash_make(p);
    return result;
}

static int begin(void **state)
{
    int result = service_begin(state);

    apr_hash_clear(values);
    reach = APR_SUCCESS;
    reads = is_owned = 0;
    outcome = BK_CONTINUE;
    kept = NULL;
    show = NULL;
    version = 1;
    service_set("BookableCache hash");
    service_set("ThingCacheTTL 60s");
    return result == 0 && stub_ap_configure() == OK ? 0 : -1;
}

#define cmocka_unit_test_cached(test) cmocka_unit_test_setup_teardown(test, begin, service_end)

static request_rec *ask(const char *id)
{
    request_rec *r =
        service_request("GET", apr_pstrcat(service_server->process->pool, "/thing/any?", id, NULL));

    service_handler = answer_cached;
    stub_ap_run(r);
    return r;
}

static void write_thing(void (*step)(bk_request_t *request))
{
    request_rec *r = service_request("POST", "/thing");
    bk_request_t request;

    bk_request_begin(&request, r, bk_conf(service_server));
    version++;
    step(&request);
}

static void forget_a(bk_request_t *request)
{
    bk_cache_forget(request, "a");
}

static void forget_sevens(bk_request_t *request)
{
    bk_cache_forget_owned(request, 7);
}

static void forget_eights(bk_request_t *request)
{
    bk_cache_forget_owned(request, 8);
}

/* ---- tests --------------------------------------------------------------------------------------
 */

static void test_what_was_read_is_answered_without_the_store(void **state)
{
    service_expect(ask("a"), 200, "{\"v\":1}");
    version = 2;
    service_expect(ask("a"), 200, "{\"v\":1}");
    assert_int_equal(reads, 1);
    assert_int_equal(service_store.acquired, 1);
    assert_int_equal(service_store.released, 1);
}

static void test_each_thing_has_its_own_answer(void **state)
{
    ask("a");
    version = 2;
    service_expect(ask("b"), 200, "{\"v\":2}");
}

static void test_a_client_may_ask_the_store_itself(void **state)
{
    request_rec *r = service_request("GET", "/thing/any?a");

    ask("a");
    version = 2;
    apr_table_set(r->headers_in, "X-Consistency", "strong");
    service_handler = answer_cached;
    stub_ap_run(r);
    service_expect(r, 200, "{\"v\":2}");
}

static void test_what_was_written_is_read_anew(void **state)
{
    ask("a");
    write_thing(forget_a);
    service_expect(ask("a"), 200, "{\"v\":2}");
    service_expect(ask("a"), 200, "{\"v\":2}");
    assert_int_equal(reads, 2);
}

/* The cache may be out of reach, or put back what was there. */
static void test_what_was_written_is_read_anew_whatever_the_cache_does(void **state)
{
    value_t before;

    ask("a");
    before = *only_value();
    write_thing(forget_a);
    ask("a");
    *only_value() = before;
    service_expect(ask("a"), 200, "{\"v\":2}");
}

static void test_nothing_is_kept_where_the_time_is_0(void **state)
{
    service_set("ThingCacheTTL 0");
    ask("a");
    ask("a");
    assert_int_equal(reads, 2);
    assert_int_equal(apr_hash_count(values), 0);
}

static void test_an_error_is_not_kept(void **state)
{
    outcome = 0;
    service_expect(ask("a"), 404, "");
    outcome = BK_CONTINUE;
    service_expect(ask("a"), 200, "{\"v\":1}");
}

static void test_what_has_no_name_or_one_longer_than_any_is_not_kept(void **state)
{
    char name[4000];

    memset(name, 'x', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    service_expect(ask(name), 200, "");
    service_expect(ask(name), 200, "");
    assert_int_equal(reads, 2);
    service_handler = answer_cached;
    service_expect(service_get("/thing/any"), 200, "");
    assert_int_equal(apr_hash_count(values), 0);
}

static int read_standby(bk_request_t *request, bk_cache_reading_t *reading)
{
    int result = read_thing(request, reading);

    bk_store_release(request); /* as bk_read() does with a standby's */
    return result;
}

static int answer_of_standby(bk_request_t *request)
{
    return bk_cache_answer(request, "a", read_standby, NULL);
}

static void test_what_a_standby_said_is_not_kept(void **state)
{
    service_expect(service_answer(answer_of_standby), 200, "{\"v\":1}");
    assert_int_equal(apr_hash_count(values), 0);
}

static void test_a_cache_that_is_out_of_reach_costs_nobody_an_answer(void **state)
{
    reach = APR_ECONNREFUSED;
    service_expect(ask("a"), 200, "{\"v\":1}");
    service_expect(ask("a"), 200, "{\"v\":1}");
    assert_int_equal(reads, 2);
}

static void test_what_somebody_else_has_put_there_is_not_believed(void **state)
{
    value_t *value;

    ask("a");
    value = only_value();
    value->data[value->len - 2] ^= 1;
    version = 2;
    service_expect(ask("a"), 200, "{\"v\":2}");
}

static void test_an_answer_under_another_name_is_not_believed(void **state)
{
    value_t of_a;

    ask("a");
    of_a = *only_value();
    apr_hash_clear(values);
    version = 2;
    ask("b");
    *only_value() = of_a;
    version = 3;
    service_expect(ask("b"), 200, "{\"v\":3}");
}

static void test_a_write_of_a_users_ends_all_that_is_theirs(void **state)
{
    is_owned = 1;
    ask("a");
    ask("b");
    version = 2;
    service_expect(ask("a"), 200, "{\"v\":1}");
    write_thing(forget_eights);
    service_expect(ask("a"), 200, "{\"v\":1}");
    write_thing(forget_sevens);
    service_expect(ask("a"), 200, "{\"v\":4}");
    service_expect(ask("b"), 200, "{\"v\":4}");
}

/* Another host has removed the number that they share. */
static void test_a_write_on_another_host_ends_what_is_a_users(void **state)
{
    is_owned = 1;
    ask("a");
    version = 2;
    service_expect(ask("a"), 200, "{\"v\":1}");
    assert_int_equal(apr_hash_count(values), 2);
    apr_hash_set(values, "thing:of:7", APR_HASH_KEY_STRING, NULL);
    assert_int_equal(apr_hash_count(values), 1);
    service_expect(ask("a"), 200, "{\"v\":2}");
    service_expect(ask("a"), 200, "{\"v\":2}");
    assert_int_equal(reads, 2);
}

static const char *show_kept(bk_request_t *request, const bk_cache_entry_t *entry, const char *body,
                             apr_size_t body_len, apr_size_t *text_len)
{
    if (body_len != 3 || memcmp(body, "row", 3) != 0) {
        return NULL;
    }
    *text_len = 6;
    return "{\"r\":1}";
}

static void test_what_is_kept_may_be_what_an_answer_is_made_of(void **state)
{
    kept = "row";
    show = show_kept;
    service_expect(ask("a"), 200, "{\"v\":1}");
    service_expect(ask("a"), 200, "{\"r\":1");
    assert_int_equal(reads, 1);
}

static void test_what_no_answer_can_be_made_of_is_read_anew(void **state)
{
    kept = "another version's";
    show = show_kept;
    ask("a");
    service_expect(ask("a"), 200, "{\"v\":1}");
    assert_int_equal(reads, 2);
}

static long count_of(const char *event)
{
    apr_pool_t *p = service_server->process->pool;
    const char *name = apr_pstrcat(p, "bookable_cache_events_total{service=\"thing\",event=\"",
                                   event, "\"} ", NULL);
    request_rec *r = service_request("GET", "/metrics");
    const char *at;

    r->handler = "bookable-metrics";
    stub_ap_run(r);
    at = strstr(stub_ap_answer(r)->body, name);
    return at ? strtol(at + strlen(name), NULL, 10) : 0;
}

static void test_what_the_cache_did_is_counted(void **state)
{
    long hits = count_of("hit"), misses = count_of("miss"), stored = count_of("store");
    long removed = count_of("remove"), errors = count_of("error");

    ask("a");
    ask("a");
    ask("a");
    write_thing(forget_a);
    reach = APR_ECONNREFUSED;
    ask("a");
    reach = APR_SUCCESS;
    assert_int_equal(count_of("hit") - hits, 2);
    assert_int_equal(count_of("miss") - misses, 1);
    assert_int_equal(count_of("store") - stored, 1);
    assert_int_equal(count_of("remove") - removed, 1);
    assert_int_equal(count_of("error") - errors, 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_cached(test_what_was_read_is_answered_without_the_store),
        cmocka_unit_test_cached(test_each_thing_has_its_own_answer),
        cmocka_unit_test_cached(test_a_client_may_ask_the_store_itself),
        cmocka_unit_test_cached(test_what_was_written_is_read_anew),
        cmocka_unit_test_cached(test_what_was_written_is_read_anew_whatever_the_cache_does),
        cmocka_unit_test_cached(test_nothing_is_kept_where_the_time_is_0),
        cmocka_unit_test_cached(test_an_error_is_not_kept),
        cmocka_unit_test_cached(test_what_has_no_name_or_one_longer_than_any_is_not_kept),
        cmocka_unit_test_cached(test_what_a_standby_said_is_not_kept),
        cmocka_unit_test_cached(test_a_cache_that_is_out_of_reach_costs_nobody_an_answer),
        cmocka_unit_test_cached(test_what_somebody_else_has_put_there_is_not_believed),
        cmocka_unit_test_cached(test_an_answer_under_another_name_is_not_believed),
        cmocka_unit_test_cached(test_a_write_of_a_users_ends_all_that_is_theirs),
        cmocka_unit_test_cached(test_a_write_on_another_host_ends_what_is_a_users),
        cmocka_unit_test_cached(test_what_is_kept_may_be_what_an_answer_is_made_of),
        cmocka_unit_test_cached(test_what_no_answer_can_be_made_of_is_read_anew),
        cmocka_unit_test_cached(test_what_the_cache_did_is_counted),
    };

    return cmocka_run_group_tests_name("bk_cache", tests, open_with_cache, service_close);
}
