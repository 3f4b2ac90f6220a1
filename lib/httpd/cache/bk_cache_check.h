/* bk_cache_check: checks of the cache's settings. */
#ifndef BK_CACHE_CHECK_H
#define BK_CACHE_CHECK_H

#include <httpd.h>

#include "bk_conf_cache.h"

/**
 * Check, also at configtest, that no other server has other data under the same BookableCacheName.
 * @return NULL, or what is wrong
 */
const char *bk_cache_check(server_rec *s, apr_pool_t *p);

/**
 * Warn, once for all modules, if other hosts may share the cache and BookableCacheKey is not set.
 * @param conf   of the main server
 * @param pconf  the configuration's pool: the warning is once per configuration
 */
void bk_cache_check_key(const bk_conf_cache_t *conf, apr_pool_t *pconf, server_rec *s);

#endif
