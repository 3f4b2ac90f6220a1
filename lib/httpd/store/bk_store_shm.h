/* bk_store_shm: stores that keep their data in memory that all children of an httpd share.
 *
 * A service has one segment, shared by all virtual hosts, of the size that is set in the main
 * server. Graceful and hard restarts keep it; it ends when httpd stops. Readers and writers access
 * it directly; there is nothing to release.
 */
#ifndef BK_STORE_SHM_H
#define BK_STORE_SHM_H

#include "bk_conf.h"
#include "bk_store.h"

/* The functions of a bk_store_t whose handle is the memory that its bk_memory_schema_t attached. */
apr_status_t bk_store_shm_acquire(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                                  void **handle, void **lease);
void bk_store_shm_release(const bk_store_t *store, server_rec *s, void *lease);
apr_status_t bk_store_shm_post_config(const bk_store_t *store, server_rec *s);
void bk_store_shm_child_init(const bk_store_t *store, apr_pool_t *p, server_rec *s,
                             const bk_conf_t *conf);
const char *bk_store_shm_check(const bk_store_t *store, server_rec *s);
apr_status_t bk_store_shm_ping(void *handle);
const char *bk_store_shm_error(void *handle);

/** A provider that keeps its data in shared memory.
 *  @param ...  its tables of verbs, by the service's numbers of groups */
#define BK_STORE_SHM(its_schema, ...)                                                    \
    {                                                                                    \
        .verbs = {__VA_ARGS__}, .memory = (its_schema), .acquire = bk_store_shm_acquire, \
        .release = bk_store_shm_release, .post_config = bk_store_shm_post_config,        \
        .child_init = bk_store_shm_child_init, .check = bk_store_shm_check,              \
        .ping = bk_store_shm_ping, .error = bk_store_shm_error                           \
    }

#endif
