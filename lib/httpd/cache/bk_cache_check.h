/* bk_cache_check: whether the settings of the cache go together with all others. */
#ifndef BK_CACHE_CHECK_H
#define BK_CACHE_CHECK_H

#include <httpd.h>

#include "bk_conf_cache.h"

/**
 * Check, at configtest too, that no other server has other data under the same name.
 * @return NULL, or what is wrong
 */
const char *bk_cache_check(server_rec *s, apr_pool_t *p);

/** Warn, once for all modules, where hosts may share a cache and no key is given for that.
 *  @param conf   of the main server
 *  @param pconf  the configuration that it is said once for */
void bk_cache_check_key(const bk_conf_cache_t *conf, apr_pool_t *pconf, server_rec *s);

#endif
