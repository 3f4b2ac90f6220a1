/* bk_store: the interface of stores, which keep a service's data.
 *
 * A store is an httpd provider (ap_provider.h), which modules register: those of Bookable are "dbd"
 * (bk_store_db.h) and "shm" (bk_store_shm.h).
 */
#ifndef BK_STORE_H
#define BK_STORE_H

#include <httpd.h>

#include "bk_conf.h"
#include "bk_db.h"
#include "bk_memory.h"
#include "bk_request.h"

typedef struct bk_store_t bk_store_t;

/** The most groups of functions of a store; the first is the core, which every store has. */
#define BK_STORE_GROUPS 8
#define BK_STORE_CORE 0

/** The provider of a store. Constant. */
struct bk_store_t {
    /** Tables of the service's functions, by the service's numbers of groups; NULL: the store does
     * not have that group. The first argument of these functions is the handle from acquire(). */
    const void *verbs[BK_STORE_GROUPS];

    const bk_db_schema_t *schema;     /* of its tables; NULL: it uses no database */
    const bk_memory_schema_t *memory; /* of its shared memory; NULL: it uses none */

    /**
     * Get a handle.
     * @param lease  set to the argument of release()
     * @return APR_SUCCESS, or an error: APR_TIMEUP, all connections were in use for too long;
     *         APR_EAGAIN, the breaker is open, and Retry-After is set; any other has been logged
     */
    apr_status_t (*acquire)(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                            void **handle, void **lease);

    /**
     * Get a handle of the standby, which may lag behind, for reads; NULL: the store has no
     * standbys.
     * @return as above; APR_ENOTIMPL: no standby is configured
     */
    apr_status_t (*acquire_standby)(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                                    void **handle, void **lease);

    /** Release a handle. */
    void (*release)(const bk_store_t *store, server_rec *s, void *lease);

    /**
     * Get, in the parent, the memory that the children share.
     * @return APR_SUCCESS; else an error, which has been logged and keeps httpd from starting
     */
    apr_status_t (*post_config)(const bk_store_t *store, server_rec *s);

    /** Initialize the store in a child; failures are logged, and tried again by acquire(). */
    void (*child_init)(const bk_store_t *store, apr_pool_t *p, server_rec *s,
                       const bk_conf_t *conf);

    /**
     * Check, also at configtest, that a server can use the store.
     * @return NULL, or what is wrong
     */
    const char *(*check)(const bk_store_t *store, server_rec *s);

    /** Check that the store answers. */
    apr_status_t (*ping)(void *handle);

    /** Check that the store answers and takes writes; NULL: ping() is enough. */
    apr_status_t (*ping_for_write)(void *handle);

    /** Make sure that data that can be read now is as durable as an acknowledged commit; NULL: it
     * always is. */
    apr_status_t (*confirm)(void *handle);

    /** The message of the last error, for the log. */
    const char *(*error)(void *handle);
};

/** The store of a server; NULL: no module has registered one of that name. */
const bk_store_t *bk_store_find(const bk_conf_t *conf);

/** The names of all stores of the service that have a group of functions, for messages. */
const char *bk_store_list(int group, apr_pool_t *p);

/**
 * Check that a store has the groups of functions that a server's directives need.
 * @return NULL, or what is wrong, in @a p
 */
const char *bk_store_check(const bk_store_t *store, const bk_conf_t *conf, apr_pool_t *p);

/**
 * Get the store for a request, or answer with an error. The store is released before the answer is
 * sent, and has to be acquired again if it is needed after that.
 * @return BK_CONTINUE, with request->store and request->handle set; else the handler's result
 */
int bk_store_acquire(bk_request_t *request);

/** The same without an answer. @return APR_SUCCESS, or an error: see bk_store_t.acquire */
apr_status_t bk_store_try_acquire(bk_request_t *request);

/**
 * Get the standby, which may lag behind, for a read.
 * @return APR_SUCCESS; or an error, if it is out of reach or not configured
 */
apr_status_t bk_store_try_standby(bk_request_t *request);

/** Release the store, if the request has it. */
void bk_store_release(bk_request_t *request);

/** Log that the store failed, for a caller that answers by itself. */
void bk_store_log_failure(const bk_request_t *request, apr_status_t rv);

/** Log that the store failed, and answer: for APR_ENOSPC, that it is full; for BK_DB_UNKNOWN, that
 * the outcome is unknown; for everything else, that it is out of reach and nothing was done. */
int bk_store_failed(bk_request_t *request, apr_status_t rv);

#endif
