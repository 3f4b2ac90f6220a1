/* bk_store: where a service keeps its data, and how a request comes to it.
 *
 * A store is a provider of httpd's, which modules register: those of Bookable are "dbd"
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

/** Groups of verbs that a service may have, at the most; the first is the core, which every store
 *  has. */
#define BK_STORE_GROUPS 8
#define BK_STORE_CORE 0

/** A store's provider. Constant. */
struct bk_store_t {
    /** Tables of the service's verbs, by the service's numbers of its groups; NULL: the store does
     *  not have that group. A verb's first argument is the handle that acquire() got. */
    const void *verbs[BK_STORE_GROUPS];

    const bk_db_schema_t *schema;     /* what it asks of a database; NULL: it uses none */
    const bk_memory_schema_t *memory; /* what it asks of shared memory; NULL: the same */

    /** Get a handle.
     *  @param lease  set to what release() takes
     *  @return APR_SUCCESS, or why there is none: APR_TIMEUP, all were in use for too long;
     *          APR_EAGAIN, it is not asked for now, and Retry-After is set; else logged */
    apr_status_t (*acquire)(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                            void **handle, void **lease);

    /** Get one of a copy that may be behind, for reads. @return as above; APR_ENOTIMPL: there is no
     *  such copy. NULL: there never is */
    apr_status_t (*acquire_standby)(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                                    void **handle, void **lease);

    /** Give it back. */
    void (*release)(const bk_store_t *store, server_rec *s, void *lease);

    /** Get, in the parent, what the children are to share.
     *  @return APR_SUCCESS; else httpd does not start, for a reason that has been logged */
    apr_status_t (*post_config)(const bk_store_t *store, server_rec *s);

    /** Make the store ready as a child starts; what fails is logged, and tried again by acquire().
     */
    void (*child_init)(const bk_store_t *store, apr_pool_t *p, server_rec *s,
                       const bk_conf_t *conf);

    /** Check, at configtest too, that a server can use the store.
     *  @return NULL, or what is wrong */
    const char *(*check)(const bk_store_t *store, server_rec *s);

    /** Ask the store for an answer, any answer. */
    apr_status_t (*ping)(void *handle);

    /** The same, of one that is to be written to; NULL: whatever answers can be. */
    apr_status_t (*ping_for_write)(void *handle);

    /** Make sure that what can be read now is as durable as what is acknowledged; NULL: it is. */
    apr_status_t (*confirm)(void *handle);

    /** What went wrong last, for the log. */
    const char *(*error)(void *handle);
};

/** The store of a server; NULL: no module has registered one of that name. */
const bk_store_t *bk_store_find(const bk_conf_t *conf);

/** The names of all stores of the service that have a group of verbs, for people. */
const char *bk_store_list(int group, apr_pool_t *p);

/** Check that a store has the groups of verbs which a server's directives need.
 *  @return NULL, or what is wrong, in @a p */
const char *bk_store_check(const bk_store_t *store, const bk_conf_t *conf, apr_pool_t *p);

/**
 * Get the store for a request, or answer why there is none. It is given back before the answer is
 * sent, and got again by whoever needs it after that.
 * @return BK_CONTINUE, with request->store and request->handle set; else the request's result
 */
int bk_store_acquire(bk_request_t *request);

/** The same, and nothing is answered. @return why there is none: see bk_store_t.acquire */
apr_status_t bk_store_try_acquire(bk_request_t *request);

/** Get a copy of the store that may be behind, for a read. @return APR_SUCCESS; else there is none,
 *  now or at all */
apr_status_t bk_store_try_standby(bk_request_t *request);

/** Give the store back, if the request has it. */
void bk_store_release(bk_request_t *request);

/** Log that the store failed, and answer: APR_ENOSPC as full, BK_DB_UNKNOWN as what is not known,
 * everything else as out of reach: nothing was done. */
int bk_store_failed(bk_request_t *request, apr_status_t rv);

#endif
