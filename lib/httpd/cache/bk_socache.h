/* bk_socache: the one cache that all services of an httpd share, whatever provides it.
 *
 * Each module has its own copy of this library: the first one whose post_config runs initialises
 * the provider's instance, and the others find it. A provider that is not safe for several
 * processes at once (shmcb) is called by one at a time; who does not get its turn within
 * milliseconds does without.
 */
#ifndef BK_SOCACHE_H
#define BK_SOCACHE_H

#include <httpd.h>

#include "bk_conf_cache.h"

/**
 * Get the cache, initialising it the first time. Called in post_config.
 * @param conf  of the main server
 * @return APR_SUCCESS, also where there is none; else httpd does not start, for a reason that has
 * been logged
 */
apr_status_t bk_socache_init(const bk_conf_cache_t *conf, apr_pool_t *pconf, server_rec *s);

/** Register what mod_status shows. Called once, from bk_cache_register(). */
void bk_socache_register(apr_pool_t *p);

/** Tell whether there is a cache. */
int bk_socache_exists(void);

/** Tell whether other hosts may share it: it can be called by several processes at once. */
int bk_socache_is_wide(void);

/** Tell whether it lies in memory that only the processes of this httpd reach, as
 * mod_socache_shmcb's does. */
int bk_socache_is_private(void);

/**
 * Get, keep or remove a value.
 * @param len  of bk_socache_get(): room on entry, bytes on success
 * @param ttl  microseconds
 * @return APR_SUCCESS; APR_NOTFOUND; APR_TIMEUP where one's turn did not come; or the provider's
 * error
 */
apr_status_t bk_socache_get(request_rec *r, const char *key, unsigned int key_len,
                            unsigned char *data, unsigned int *len);
apr_status_t bk_socache_keep(request_rec *r, const char *key, unsigned int key_len,
                             unsigned char *data, unsigned int len, apr_interval_time_t ttl);
apr_status_t bk_socache_remove(request_rec *r, const char *key, unsigned int key_len);

#endif
