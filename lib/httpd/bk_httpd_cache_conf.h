/* bk_httpd_cache_conf: where answers are cached, and for how long.
 *
 * The cache itself is one for the whole httpd: BookableCache stands in the main server. How long a
 * service's answers are kept, and under which name, is each server's own.
 */
#ifndef BK_HTTPD_CACHE_CONF_H
#define BK_HTTPD_CACHE_CONF_H

#include <ap_socache.h>
#include <httpd.h>
#include <http_config.h>

#include "bk_hash.h"

typedef struct bk_cache_conf_t {
    const ap_socache_provider_t *provider; /* NULL: answers are not cached */
    ap_socache_instance_t *instance;       /* as made by the provider, not initialised */
    const bk_hash_key_t *key;              /* of entries, from a file; NULL: a random one */
    const char *name;                      /* of the data, in keys; NULL: unset */
    apr_interval_time_t ttl;               /* microseconds; 0: never cached */
} bk_cache_conf_t;

void bk_cache_conf_init(bk_cache_conf_t *conf);
void bk_cache_conf_merge(bk_cache_conf_t *merged, const bk_cache_conf_t *base,
                         const bk_cache_conf_t *own);

/** How long the service's answers are kept, in microseconds; 0: they are not. */
apr_interval_time_t bk_cache_conf_ttl(const bk_cache_conf_t *conf);

/**
 * Check, at configtest too, that no other server has other data under the same name.
 * @return NULL, or what is wrong
 */
const char *bk_cache_conf_check(server_rec *s, apr_pool_t *p);

/** Warn, once for all modules, where hosts may share a cache and no key is given for that.
 *  @param conf   of the main server
 *  @param pconf  the configuration that it is said once for */
void bk_cache_conf_warn(const bk_cache_conf_t *conf, apr_pool_t *pconf, server_rec *s);

/* Directives; cmd->info is the module. */
const char *bk_cache_set_cache(cmd_parms *cmd, void *dir, const char *text);
const char *bk_cache_set_key(cmd_parms *cmd, void *dir, const char *text);
const char *bk_cache_set_name(cmd_parms *cmd, void *dir, const char *text);
const char *bk_cache_set_ttl(cmd_parms *cmd, void *dir, const char *text);

/** The rows that all modules have. */
#define BK_CACHE_COMMANDS(module)                                                            \
    AP_INIT_TAKE1("BookableCache", bk_cache_set_cache, &(module), RSRC_CONF,                 \
                  "Where answers are cached: PROVIDER or PROVIDER:ARGUMENTS, such as shmcb " \
                  "or redis://HOST:PORT/DB, or Off"),                                        \
        AP_INIT_TAKE1("BookableCacheKey", bk_cache_set_key, &(module), RSRC_CONF,            \
                      "File with the key of what is cached, for hosts that share a cache"),  \
        AP_INIT_TAKE1("BookableCacheName", bk_cache_set_name, &(module), RSRC_CONF,          \
                      "Name of the data, where servers with different data share a cache")

/** The row of a module whose service caches answers. */
#define BK_CACHE_TTL_COMMAND(module, prefix)                                 \
    AP_INIT_TAKE1(prefix "CacheTTL", bk_cache_set_ttl, &(module), RSRC_CONF, \
                  "How long the service's answers are cached; 0: they are not")

#endif
