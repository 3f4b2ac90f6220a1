/* bk_httpd_shm_store: stores that keep their data in memory, which all children of a server share.
 *
 * A service has one segment, whichever virtual hosts it answers in, of the size that the main
 * server's directive says. It is there from the first start: graceful and hard restarts keep it,
 * stopping the server ends it. Readers and writers go to it directly; there is nothing to be given
 * back.
 */
#ifndef BK_HTTPD_SHM_STORE_H
#define BK_HTTPD_SHM_STORE_H

#include "bk_httpd.h"

/* The members of a bk_store_t whose handle is what its bk_memory_schema_t attached. */
apr_status_t bk_httpd_shm_store_acquire(const bk_store_t *store, request_rec *r,
                                        const bk_httpd_conf_t *conf, void **handle, void **lease);
void bk_httpd_shm_store_release(const bk_store_t *store, server_rec *s, void *lease);
apr_status_t bk_httpd_shm_store_post_config(const bk_store_t *store, server_rec *s);
void bk_httpd_shm_store_child_init(const bk_store_t *store, apr_pool_t *p, server_rec *s,
                                   const bk_httpd_conf_t *conf);
const char *bk_httpd_shm_store_check(const bk_store_t *store, server_rec *s);
apr_status_t bk_httpd_shm_store_ping(void *handle);
const char *bk_httpd_shm_store_error(void *handle);

/** The first member of a provider that keeps its data in shared memory. */
#define BK_HTTPD_SHM_STORE(its_schema)                                                        \
    {                                                                                         \
        .memory = (its_schema), .acquire = bk_httpd_shm_store_acquire,                        \
        .release = bk_httpd_shm_store_release, .post_config = bk_httpd_shm_store_post_config, \
        .child_init = bk_httpd_shm_store_child_init, .check = bk_httpd_shm_store_check,       \
        .ping = bk_httpd_shm_store_ping, .error = bk_httpd_shm_store_error                    \
    }

#endif
