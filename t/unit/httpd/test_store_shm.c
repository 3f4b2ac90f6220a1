#include "service.h"

#include <apr_strings.h>

#include "bk_shared.h"
#include "bk_store_shm.h"

/* ---- a store in shared memory -------------------------------------------------------------------
 */

static apr_uint64_t print; /* of how the module lays it out */
static apr_status_t attaches;
static bk_memory_t attached_to;
static int attached;

static apr_uint64_t fingerprint(void)
{
    return print;
}

static apr_status_t attach(void **handle, bk_memory_t memory, apr_interval_time_t wait,
                           apr_pool_t *p)
{
    attached++;
    attached_to = memory;
    *handle = memory.base;
    return attaches;
}

/* Each test has one of another name, for what is kept is kept as long as the process. */
static bk_memory_schema_t schema = {.fingerprint = fingerprint, .attach = attach};
static bk_store_t store;
static apr_pool_t *configuration, *process_pool;

/* A start or a restart: what is of the configuration begins anew. */
static apr_status_t configure(void)
{
    if (configuration) {
        apr_pool_destroy(configuration);
    }
    apr_pool_create(&configuration, process_pool);
    service_server->process->pconf = configuration;
    return bk_store_shm_post_config(&store, service_server);
}

static int begin(void **state)
{
    static int number;
    int result = service_begin(state);

    process_pool = service_server->process->pool;
    schema.component = apr_psprintf(process_pool, "thing%d", number++);
    store = (bk_store_t)BK_STORE_SHM(&schema);
    print = 1;
    attaches = APR_SUCCESS;
    attached = 0;
    service_set("ThingStoreSize 1M");
    return result;
}

static int end(void **state)
{
    apr_pool_destroy(configuration);
    configuration = NULL;
    service_server->process->pconf = process_pool;
    return service_end(state);
}

#define cmocka_unit_test_shm(test) cmocka_unit_test_setup_teardown(test, begin, end)

static apr_status_t acquire(void **handle)
{
    void *lease;

    return store.acquire(&store, service_request("GET", "/thing"), bk_conf(service_server), handle,
                         &lease);
}

static void test_a_store_has_the_memory_that_was_said(void **state)
{
    void *handle = NULL;

    assert_int_equal(configure(), APR_SUCCESS);
    assert_int_equal(attached_to.size, 1024 * 1024);
    assert_int_equal(acquire(&handle), APR_SUCCESS);
    assert_ptr_equal(handle, attached_to.base);
}

static void test_virtual_hosts_share_it(void **state)
{
    assert_int_equal(configure(), APR_SUCCESS);
    assert_int_equal(bk_store_shm_post_config(&store, stub_ap_add_host("a.example", 80)),
                     APR_SUCCESS);
    assert_int_equal(attached, 1);
}

static void test_a_restart_keeps_what_it_holds(void **state)
{
    assert_int_equal(configure(), APR_SUCCESS);
    strcpy(attached_to.base, "kept");
    stub_ap_generation++;
    stub_ap_generation++;
    assert_int_equal(configure(), APR_SUCCESS);
    assert_string_equal(attached_to.base, "kept");
    assert_null(stub_ap_logged("BK0114"));
}

static void test_another_size_takes_effect_when_httpd_is_stopped(void **state)
{
    assert_int_equal(configure(), APR_SUCCESS);
    service_set("ThingStoreSize 2M");
    assert_int_equal(configure(), APR_SUCCESS);
    assert_int_equal(attached_to.size, 1024 * 1024);
    assert_int_equal(stub_ap_logged_level("BK0114"), APLOG_WARNING);
}

/* What is acknowledged is not thrown away, and cannot be read. */
static void test_another_versions_memory_is_nobodys(void **state)
{
    void *handle;

    assert_int_equal(configure(), APR_SUCCESS);
    print = 2;
    attached = 0;
    assert_int_equal(configure(), APR_SUCCESS);
    assert_int_equal(attached, 0);
    assert_int_equal(acquire(&handle), APR_EMISMATCH);
    assert_int_equal(stub_ap_logged_level("BK0110"), APLOG_CRIT);
    print = 1;
    assert_int_equal(configure(), APR_SUCCESS);
    assert_int_equal(acquire(&handle), APR_SUCCESS);
}

static void test_memory_that_cannot_be_used_stops_the_start(void **state)
{
    void *handle;

    attaches = APR_EINVAL;
    assert_int_equal(configure(), APR_EINVAL);
    assert_int_equal(stub_ap_logged_level("BK0115"), APLOG_EMERG);
    assert_int_equal(acquire(&handle), APR_EMISMATCH);
}

static void test_a_store_in_memory_is_always_well(void **state)
{
    assert_int_equal(configure(), APR_SUCCESS);
    assert_null(store.check(&store, service_server));
    assert_int_equal(store.ping(NULL), APR_SUCCESS);
    assert_null(store.acquire_standby);
    assert_non_null(strstr(store.error(NULL), "shared memory"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_shm(test_a_store_has_the_memory_that_was_said),
        cmocka_unit_test_shm(test_virtual_hosts_share_it),
        cmocka_unit_test_shm(test_a_restart_keeps_what_it_holds),
        cmocka_unit_test_shm(test_another_size_takes_effect_when_httpd_is_stopped),
        cmocka_unit_test_shm(test_another_versions_memory_is_nobodys),
        cmocka_unit_test_shm(test_memory_that_cannot_be_used_stops_the_start),
        cmocka_unit_test_shm(test_a_store_in_memory_is_always_well),
    };

    return cmocka_run_group_tests_name("bk_store_shm", tests, service_open, service_close);
}
