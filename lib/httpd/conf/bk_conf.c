#include "bk_conf.h"

#include "bk_conf_breaker.h"
#include "bk_service.h"
#include "bk_value.h"

#define BODY_LIMIT 16384
#define STORE_SIZE (APR_INT64_C(64) * 1024 * 1024)
#define BUSY_TIMEOUT apr_time_from_sec(5)
#define STATEMENT_TIMEOUT apr_time_from_sec(5)
#define POOL_TIMEOUT apr_time_from_sec(2)
#define RETRY_AFTER apr_time_from_sec(1)

void bk_conf_init(bk_conf_t *conf)
{
    conf->path = NULL;
    conf->store = NULL;
    conf->store_size = BK_VALUE_UNSET;
    conf->statuses = BK_VALUE_UNSET;
    conf->body_limit = BK_VALUE_UNSET;
    conf->synchronous = BK_VALUE_UNSET;
    conf->busy_timeout = BK_VALUE_UNSET;
    conf->statement_timeout = BK_VALUE_UNSET;
    conf->pool_timeout = BK_VALUE_UNSET;
    conf->prepared_statements = BK_VALUE_UNSET;
    bk_conf_breaker_init(&conf->database_breaker);
    conf->standby = NULL;
    conf->consistency = BK_VALUE_UNSET;
    conf->retry_after = BK_VALUE_UNSET;
    conf->are_origins_set = 0;
    conf->origins = NULL;
    bk_conf_cache_init(&conf->cache);
    bk_conf_dependency_init(conf->dependencies);
}

void bk_conf_merge(bk_conf_t *merged, const bk_conf_t *base, const bk_conf_t *own)
{
    merged->path = own->path ? own->path : base->path;
    merged->store = own->store ? own->store : base->store;
    merged->store_size = bk_value_default(own->store_size, base->store_size);
    merged->statuses = bk_value_default(own->statuses, base->statuses);
    merged->body_limit = bk_value_default(own->body_limit, base->body_limit);
    merged->synchronous = bk_value_default(own->synchronous, base->synchronous);
    merged->busy_timeout = bk_value_default(own->busy_timeout, base->busy_timeout);
    merged->statement_timeout = bk_value_default(own->statement_timeout, base->statement_timeout);
    merged->pool_timeout = bk_value_default(own->pool_timeout, base->pool_timeout);
    merged->prepared_statements =
        bk_value_default(own->prepared_statements, base->prepared_statements);
    bk_conf_breaker_merge(&merged->database_breaker, &base->database_breaker,
                          &own->database_breaker);
    merged->standby = own->standby ? own->standby : base->standby;
    merged->consistency = bk_value_default(own->consistency, base->consistency);
    merged->retry_after = bk_value_default(own->retry_after, base->retry_after);
    merged->are_origins_set = own->are_origins_set || base->are_origins_set;
    merged->origins = own->are_origins_set ? own->origins : base->origins;
    bk_conf_cache_merge(&merged->cache, &base->cache, &own->cache);
    bk_conf_dependency_merge(merged->dependencies, base->dependencies, own->dependencies);
}

bk_error_statuses_t bk_conf_statuses(const bk_conf_t *conf)
{
    return (bk_error_statuses_t)bk_value_default(conf->statuses, BK_ERROR_REFERENCE);
}

apr_off_t bk_conf_body_limit(const bk_conf_t *conf)
{
    return bk_value_default(conf->body_limit, BODY_LIMIT);
}

int bk_conf_retry_after(const bk_conf_t *conf)
{
    return (int)apr_time_sec(bk_value_default(conf->retry_after, RETRY_AFTER));
}

apr_interval_time_t bk_conf_pool_timeout(const bk_conf_t *conf)
{
    return bk_value_default(conf->pool_timeout, POOL_TIMEOUT);
}

bk_consistency_t bk_conf_consistency(const bk_conf_t *conf)
{
    return (bk_consistency_t)bk_value_default(conf->consistency, BK_CONSISTENCY_STRONG);
}

/* One probe at a time, for each may hold a process of the server until it is cancelled. Soon open,
 * for each call costs its whole time-out where a database is silent, and soon asked
 * again. A connection is held while a request is handled, which says nothing of the database: none
 * is slow. */
bk_breaker_settings_t bk_conf_database_breaker(const bk_conf_t *conf)
{
    static const bk_breaker_settings_t defaults = {
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
    bk_breaker_settings_t settings = conf->database_breaker;

    bk_conf_breaker_complete(&settings, &defaults);
    return settings;
}

apr_size_t bk_conf_store_size(const bk_conf_t *conf)
{
    return (apr_size_t)bk_value_default(conf->store_size, STORE_SIZE);
}

bk_db_options_t bk_conf_db_options(const bk_conf_t *conf)
{
    bk_db_options_t options = {.writers = NULL};

    options.synchronous =
        (bk_db_synchronous_t)bk_value_default(conf->synchronous, BK_DB_SYNCHRONOUS_FULL);
    options.busy_timeout = bk_value_default(conf->busy_timeout, BUSY_TIMEOUT);
    options.statement_timeout = bk_value_default(conf->statement_timeout, STATEMENT_TIMEOUT);
    options.is_pooled = !bk_value_default(conf->prepared_statements, 1);
    options.connect_timeout = bk_conf_pool_timeout(conf);
    return options;
}

int bk_conf_is_on(const bk_conf_t *conf)
{
    return conf->path && *conf->path;
}

bk_conf_t *bk_conf_writable(const server_rec *s)
{
    return ap_get_module_config(s->module_config, bk_service()->module);
}

const bk_conf_t *bk_conf(const server_rec *s)
{
    return ap_get_module_config(s->module_config, bk_service()->module);
}

const char *bk_conf_subpath(const bk_conf_t *conf, const char *uri)
{
    const char *path = conf->path;

    if (!path || !*path) {
        return NULL;
    }
    /* Each service asks this of each request: most paths differ in the first letters. */
    while (*path && *path == *uri) {
        path++;
        uri++;
    }
    return !*path && (!*uri || *uri == '/') ? uri : NULL;
}
