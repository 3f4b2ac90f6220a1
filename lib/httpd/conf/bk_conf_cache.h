/* bk_conf_cache: where answers are cached, and for how long.
 *
 * There is one cache for the whole httpd: BookableCache is allowed in the main server only. How
 * long a service's answers are cached, and under which name, is set per server.
 */
#ifndef BK_CONF_CACHE_H
#define BK_CONF_CACHE_H

#include <ap_socache.h>
#include <httpd.h>
#include <http_config.h>

#include "bk_hash.h"

typedef struct bk_conf_cache_t {
    const ap_socache_provider_t *provider; /* NULL: answers are not cached */
    ap_socache_instance_t *instance;       /* as made by the provider, not initialised */
    const bk_hash_key_t *key;              /* of entries, from a file; NULL: a random one */
    const char *name;                      /* of the data, in keys; NULL: none */
    apr_interval_time_t ttl;               /* microseconds; 0: never cached */
} bk_conf_cache_t;

void bk_conf_cache_init(bk_conf_cache_t *conf);
void bk_conf_cache_merge(bk_conf_cache_t *merged, const bk_conf_cache_t *base,
                         const bk_conf_cache_t *own);

#endif
