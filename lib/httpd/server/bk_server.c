#include "bk_server.h"

#include <apr_strings.h>
#include <http_core.h>
#include <jansson.h>

#include "bk_breakers.h"
#include "bk_breakers_page.h"
#include "bk_cache.h"
#include "bk_cache_check.h"
#include "bk_call.h"
#include "bk_conf.h"
#include "bk_conf_dbd.h"
#include "bk_counts.h"
#include "bk_deadline.h"
#include "bk_dependencies.h"
#include "bk_dispatch.h"
#include "bk_error_page.h"
#include "bk_host.h"
#include "bk_mapping.h"
#include "bk_metrics.h"
#include "bk_paths.h"
#include "bk_pools.h"
#include "bk_processes.h"
#include "bk_routes_dump.h"
#include "bk_shards.h"
#include "bk_store.h"
#include "bk_version.h"

/* Names of breakers begin with the server's name, which must leave room for the rest. */
static const char *check_name(const server_rec *s, apr_pool_t *p)
{
    const char *name = bk_host_name(s, p);

    return strlen(name) > BK_HOST_NAME_MOST
               ? apr_psprintf(p,
                              "ServerName is not right: must have at most %d characters, its "
                              "port included (got %" APR_SIZE_T_FMT ")",
                              BK_HOST_NAME_MOST, strlen(name))
               : NULL;
}

static const char *check_server(server_rec *s, const bk_conf_t *conf, apr_pool_t *pconf,
                                apr_pool_t *p)
{
    const bk_store_t *store = bk_store_find(conf);
    const char *wrong = check_name(s, p);

    wrong = wrong ? wrong : bk_paths_check(s, conf, pconf);
    if (!store) {
        return apr_psprintf(p, "there is no store '%s': must be one of %s", conf->store,
                            bk_store_list(BK_STORE_CORE, p));
    }
    wrong = wrong ? wrong : bk_store_check(store, conf, p);
    wrong = wrong ? wrong : store->check(store, s);
    return wrong ? wrong : bk_cache_check(s, p);
}

static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    bk_conf_dbd_pre_config(pconf);
    return OK;
}

/* A virtual host without any directive of a module shares the main server's configuration of that
 * module. Here it gets a copy of its own, because post_config sets members per server. */
static void own_configurations(apr_pool_t *p, server_rec *main_server)
{
    const bk_conf_t *shared = bk_conf(main_server);
    module *m = bk_service()->module;
    server_rec *s;

    for (s = main_server->next; s; s = s->next) {
        if (bk_conf(s) == shared) {
            ap_set_module_config(s->module_config, m,
                                 m->merge_server_config(p, bk_conf_writable(main_server),
                                                        m->create_server_config(p, s)));
        }
    }
}

static void complete_all(server_rec *s)
{
    for (; s; s = s->next) {
        bk_conf_t *conf = bk_conf_writable(s);

        bk_conf_complete(conf);
        if (bk_service()->complete) {
            bk_service()->complete(conf);
        }
    }
}

static int check_routes(server_rec *s, apr_pool_t *p)
{
    const bk_api_t *api;

    for (api = bk_service()->apis; api->routes; api++) {
        const char *wrong = bk_route_wrong(api->routes, p);

        if (wrong) {
            ap_log_error(BK_MARK, APLOG_EMERG, 0, s, "BK0360: mod_%s, table of routes: %s",
                         bk_service()->name, wrong);
            return 0;
        }
    }
    return 1;
}

static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    if (!check_routes(s, ptemp)) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    own_configurations(pconf, s);
    complete_all(s);
    if (ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST) {
        bk_cache_check_key(&bk_conf(s)->cache, pconf, s);
    }
    for (; s; s = s->next) {
        const bk_conf_t *conf = bk_conf(s);
        const char *wrong = bk_conf_is_on(conf) ? check_server(s, conf, pconf, ptemp) : NULL;

        if (wrong) {
            ap_log_error(BK_MARK, APLOG_EMERG, 0, s, "BK0104: mod_%s, server %s: %s",
                         bk_service()->name, s->server_hostname ? s->server_hostname : "(main)",
                         wrong);
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}

/* Log the version, but not twice: httpd runs post_config twice when it starts. */
static void tell_version(apr_pool_t *pconf, server_rec *s)
{
    bk_version_add(pconf);
    if (ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG) {
        ap_log_error(BK_MARK, APLOG_NOTICE, 0, s, "BK0153: mod_%s of Bookable " BK_VERSION,
                     bk_service()->name);
    }
}

/* The name of the random key in the pool of the process, where all modules find it, also after a
 * restart. */
#define KEY "bookable-key"

/* Give all servers a random key if none was read from a file. */
static int make_key(server_rec *main_server)
{
    apr_pool_t *p = main_server->process->pool;
    void *key = NULL;
    server_rec *s;

    apr_pool_userdata_get(&key, KEY, p);
    if (!key) {
        key = apr_palloc(p, sizeof(bk_hash_key_t));
        if (bk_hash_key_make(key) != APR_SUCCESS) {
            ap_log_error(BK_MARK, APLOG_EMERG, 0, main_server,
                         "BK0370: the system's generator gives no random key");
            return 0;
        }
        /* Copied, for the pool outlives this module, which httpd loads anew with its configuration.
         */
        apr_pool_userdata_set(key, KEY, NULL, p);
    }
    for (s = main_server; s; s = s->next) {
        bk_conf_t *conf = bk_conf_writable(s);

        conf->key = conf->key ? conf->key : key;
    }
    return 1;
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    tell_version(pconf, s);
    /* Seed Jansson's hashes here, before there are threads that could do so concurrently. */
    json_object_seed(0);
    bk_processes_init();
    if (!make_key(s)) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    if (bk_breakers_init(pconf, s) != APR_SUCCESS || bk_counts_init(pconf, s) != APR_SUCCESS ||
        bk_pools_init(pconf, s) != APR_SUCCESS || bk_cache_init(pconf, s) != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    for (; s; s = s->next) {
        bk_conf_t *conf = bk_conf_writable(s);

        if (bk_conf_is_on(conf)) {
            const bk_store_t *store = conf->provider = bk_store_find(conf);

            conf->is_in_memory = store->memory != NULL;
            bk_paths_note_inner(s, conf, pconf);
            if (store->post_config(store, s) != APR_SUCCESS ||
                bk_dependencies_post_config(pconf, s) != OK) {
                return HTTP_INTERNAL_SERVER_ERROR;
            }
        }
    }
    return OK;
}

static void child_init(apr_pool_t *p, server_rec *s)
{
    for (; s; s = s->next) {
        const bk_conf_t *conf = bk_conf(s);

        if (bk_conf_is_on(conf)) {
            const bk_store_t *store = conf->provider;
            store->child_init(store, p, s, conf);
        }
    }
}

void bk_server_register(const bk_service_t *service, apr_pool_t *p)
{
    static const char *const after_dbd[] = {"mod_dbd.c", NULL};

    bk_service_set(service, p);
    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* mod_dbd creates its pools of connections in child_init: a connection is opened after that. */
    ap_hook_child_init(child_init, after_dbd, NULL, APR_HOOK_MIDDLE);
    bk_mapping_register(p);
    bk_dispatch_register(p);
    bk_error_page_register(p);
    bk_call_register(p);
    bk_deadline_register(p);
    bk_breakers_page_register(p);
    bk_cache_register(p);
    bk_shards_register(p);
    bk_metrics_register(p);
    bk_routes_dump_register(p);
}
