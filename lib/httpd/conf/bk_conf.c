#include "bk_conf.h"

#include <string.h>

#include "bk_conf_breaker.h"
#include "bk_service.h"
#include "bk_value.h"

/* Every setting that is a number, with its default: init, merge and complete treat them alike. */
#define EACH_SETTING(X)                          \
    X(store_size, APR_INT64_C(64) * 1024 * 1024) \
    X(statuses, BK_ERROR_REFERENCE)              \
    X(body_limit, 16384)                         \
    X(synchronous, BK_DB_SYNCHRONOUS_FULL)       \
    X(busy_timeout, apr_time_from_sec(5))        \
    X(statement_timeout, apr_time_from_sec(5))   \
    X(pool_timeout, apr_time_from_sec(2))        \
    X(prepared_statements, 1)                    \
    X(consistency, BK_CONSISTENCY_STRONG)        \
    X(idempotency, BK_CONF_IDEMPOTENCY_OPTIONAL) \
    X(retry_after, 1)

void bk_conf_init(bk_conf_t *conf)
{
    memset(conf->paths, 0, sizeof(conf->paths));
    memset(conf->inner, 0, sizeof(conf->inner));
    conf->store = NULL;
#define INIT(name, otherwise) conf->name = BK_VALUE_UNSET;
    EACH_SETTING(INIT)
#undef INIT
    bk_conf_breaker_init(&conf->database_breaker);
    conf->standby = NULL;
    conf->are_origins_set = 0;
    conf->origins = NULL;
    conf->are_own_origins_set = 0;
    conf->own_origins = NULL;
    bk_conf_cache_init(&conf->cache);
    conf->key = NULL;
    bk_conf_dependency_init(conf->dependencies);
}

void bk_conf_merge(bk_conf_t *merged, const bk_conf_t *base, const bk_conf_t *own)
{
    int i;

    for (i = 0; i < BK_SERVICE_APIS; i++) {
        merged->paths[i] = own->paths[i] ? own->paths[i] : base->paths[i];
    }
    merged->store = own->store ? own->store : base->store;
#define MERGE(name, otherwise) merged->name = bk_value_default(own->name, base->name);
    EACH_SETTING(MERGE)
#undef MERGE
    bk_conf_breaker_merge(&merged->database_breaker, &base->database_breaker,
                          &own->database_breaker);
    merged->standby = own->standby ? own->standby : base->standby;
    merged->are_origins_set = own->are_origins_set || base->are_origins_set;
    merged->origins = own->are_origins_set ? own->origins : base->origins;
    merged->are_own_origins_set = own->are_own_origins_set || base->are_own_origins_set;
    merged->own_origins = own->are_own_origins_set ? own->own_origins : base->own_origins;
    bk_conf_cache_merge(&merged->cache, &base->cache, &own->cache);
    merged->key = base->key; /* the main server's */
    bk_conf_dependency_merge(merged->dependencies, base->dependencies, own->dependencies);
}

/* The default breaker in front of a database server. It opens after few failures, because each call
 * to a database that does not answer takes its whole time-out, and it probes again soon. One probe
 * at a time, because each may hold a process of the database server until it is cancelled. No call
 * counts as slow: a connection is held while a request is handled, and that time says nothing about
 * the database. */
static const bk_breaker_settings_t database_breaker = {
    .window = 10000,
    .minimum_calls = 3,
    .failure_rate = 50,
    .slow_time = 3600000,
    .slow_rate = 100,
    .open_time = 500,
    .probes = 1,
    .probe_timeout = 30000,
    .dry_run = 0,
};

void bk_conf_complete(bk_conf_t *conf)
{
    int i;

    for (i = 0; i < BK_SERVICE_APIS; i++) {
        conf->paths[i] = conf->paths[i] ? conf->paths[i] : "";
    }
    conf->store = conf->store ? conf->store : "dbd";
#define COMPLETE(name, otherwise) conf->name = bk_value_default(conf->name, otherwise);
    EACH_SETTING(COMPLETE)
#undef COMPLETE
    bk_conf_breaker_complete(&conf->database_breaker, &database_breaker);
    conf->key = conf->key ? conf->key : conf->cache.key;
    conf->cache.ttl = bk_value_default(conf->cache.ttl, bk_service()->cache_ttl);
    bk_conf_dependency_complete(conf->dependencies, bk_service()->dependencies);
}

bk_db_options_t bk_conf_db_options(const bk_conf_t *conf)
{
    return (bk_db_options_t){.synchronous = (bk_db_synchronous_t)conf->synchronous,
                             .busy_timeout = conf->busy_timeout,
                             .statement_timeout = conf->statement_timeout,
                             .is_pooled = !conf->prepared_statements,
                             .connect_timeout = conf->pool_timeout};
}

int bk_conf_is_on(const bk_conf_t *conf)
{
    int i = 0;

    while (i < BK_SERVICE_APIS && !*conf->paths[i]) {
        i++;
    }
    return i < BK_SERVICE_APIS;
}

int bk_conf_has_v1(const bk_conf_t *conf)
{
    return BK_SERVICE_APIS > 1 && *conf->paths[1] != '\0';
}

void bk_conf_switch_off(bk_conf_t *conf)
{
    int i;

    for (i = 0; i < BK_SERVICE_APIS; i++) {
        conf->paths[i] = "";
    }
}

bk_conf_t *bk_conf_writable(const server_rec *s)
{
    return ap_get_module_config(s->module_config, bk_service()->module);
}

const bk_conf_t *bk_conf(const server_rec *s)
{
    return ap_get_module_config(s->module_config, bk_service()->module);
}

/* Where a path goes on behind an API's own; NULL if it is not under that. */
static const char *behind(const char *path, const char *uri)
{
    if (!*path) {
        return NULL;
    }
    /* Every service compares every request's path: most paths differ in the first letters. */
    while (*path && *path == *uri) {
        path++;
        uri++;
    }
    return !*path && (!*uri || *uri == '/') ? uri : NULL;
}

/* Where a path goes on behind that of an API; NULL if it is not under that, or is under a longer
 * path of another API, which it belongs to, in whatever order the modules are loaded. */
static const char *behind_api(const bk_conf_t *conf, int api, const char *uri)
{
    const char *rest = behind(conf->paths[api], uri);
    const char *const *inner = conf->inner[api];

    for (; rest && inner && *inner; inner++) {
        if (behind(*inner, uri)) {
            return NULL;
        }
    }
    return rest;
}

/* Whether the first segment of a path is one of these. */
static int is_among(const char *const *collections, const char *path)
{
    apr_size_t len = *path ? strcspn(path + 1, "/") : 0;

    while (*collections &&
           (strlen(*collections) != len || memcmp(*collections, path + 1, len) != 0)) {
        collections++;
    }
    return *collections != NULL;
}

const bk_api_t *bk_conf_api(const bk_conf_t *conf, const char *uri, const char **rest)
{
    const bk_api_t *apis = bk_service()->apis;
    int i;

    for (i = 0; i < BK_SERVICE_APIS && apis[i].routes; i++) {
        *rest = behind_api(conf, i, uri);
        if (*rest && (!apis[i].collections || is_among(apis[i].collections, *rest))) {
            return &apis[i];
        }
    }
    return NULL;
}

const bk_api_t *bk_conf_api_above(const bk_conf_t *conf, const char *uri)
{
    const bk_api_t *apis = bk_service()->apis;
    int i;

    for (i = 0; i < BK_SERVICE_APIS && apis[i].routes; i++) {
        if (behind_api(conf, i, uri)) {
            return &apis[i];
        }
    }
    return NULL;
}

const char *bk_conf_api_path(const bk_conf_t *conf, const bk_api_t *api)
{
    return conf->paths[api - bk_service()->apis];
}
