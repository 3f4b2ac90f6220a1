/* bk_store_db: stores that keep their data in a database.
 *
 * The connections are those of bk_connections, by the administrator's DBD directives. bk_pools
 * limits how long a request waits for one, and does not try while the breaker is open. A service's
 * schema is attached to a connection (bk_db_attach) the first time the service acquires it.
 */
#ifndef BK_STORE_DB_H
#define BK_STORE_DB_H

#include "bk_conf.h"
#include "bk_store.h"

/* The functions of a bk_store_t whose handle is a bk_db_t. */
apr_status_t bk_store_db_acquire(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                                 void **handle, void **lease);
apr_status_t bk_store_db_acquire_standby(const bk_store_t *store, request_rec *r,
                                         const bk_conf_t *conf, void **handle, void **lease);
void bk_store_db_release(const bk_store_t *store, server_rec *s, void *lease);
apr_status_t bk_store_db_post_config(const bk_store_t *store, server_rec *s);
void bk_store_db_child_init(const bk_store_t *store, apr_pool_t *p, server_rec *s,
                            const bk_conf_t *conf);
const char *bk_store_db_check(const bk_store_t *store, server_rec *s);
apr_status_t bk_store_db_ping(void *handle);
apr_status_t bk_store_db_ping_for_write(void *handle);
apr_status_t bk_store_db_confirm(void *handle);
const char *bk_store_db_error(void *handle);

/** A provider that keeps its data in a database.
 *  @param ...  its tables of verbs, by the service's numbers of groups */
#define BK_STORE_DB(its_schema, ...)                                                    \
    {                                                                                   \
        .verbs = {__VA_ARGS__}, .schema = (its_schema), .acquire = bk_store_db_acquire, \
        .acquire_standby = bk_store_db_acquire_standby, .release = bk_store_db_release, \
        .post_config = bk_store_db_post_config, .child_init = bk_store_db_child_init,   \
        .check = bk_store_db_check, .ping = bk_store_db_ping,                           \
        .ping_for_write = bk_store_db_ping_for_write, .confirm = bk_store_db_confirm,   \
        .error = bk_store_db_error                                                      \
    }

#endif
