/* bk_socache: the one cache that all services of an httpd share, from any socache provider.
 *
 * Each module has its own copy of this library: the first one whose post_config runs initialises
 * the provider's instance, and the others find it. A provider that is not safe for several
 * processes at once (shmcb) is called under a lock; a caller that does not get the lock within
 * milliseconds does without the cache.
 */
#ifndef BK_SOCACHE_H
#define BK_SOCACHE_H

#include <httpd.h>

#include "bk_conf_cache.h"

/**
 * Get the cache, initialising it the first time. Called in post_config.
 * @param conf  of the main server
 * @return APR_SUCCESS, also if no cache is configured; else an error, which has been logged and
 *         keeps httpd from starting
 */
apr_status_t bk_socache_init(const bk_conf_cache_t *conf, apr_pool_t *pconf, server_rec *s);

/** Register the hook of mod_status. Called once, from bk_cache_register(). */
void bk_socache_register(apr_pool_t *p);

/** Tell whether a cache is configured. */
int bk_socache_exists(void);

/** Tell whether other hosts may share the cache, which is assumed of every provider that needs no
 * lock. */
int bk_socache_is_shared(void);

/** Tell whether the cache lies in memory that only this httpd can access, as that of
 * mod_socache_shmcb does. */
int bk_socache_is_private(void);

/**
 * Get, keep or remove a value.
 * @param len  of bk_socache_get(): size of data before, length of the value after
 * @param ttl  microseconds
 * @return APR_SUCCESS; APR_NOTFOUND; APR_TIMEUP if the lock was not free in time; or the provider's
 *         error
 */
apr_status_t bk_socache_get(request_rec *r, const char *key, unsigned int key_len,
                            unsigned char *data, unsigned int *len);
apr_status_t bk_socache_keep(request_rec *r, const char *key, unsigned int key_len,
                             unsigned char *data, unsigned int len, apr_interval_time_t ttl);
apr_status_t bk_socache_remove(request_rec *r, const char *key, unsigned int key_len);

#endif
