/* bk_httpd: how httpd reaches a service, and a service its handlers.
 *
 * A module describes its service once (bk_service_t) and registers it (bk_httpd_register). From
 * then on, in every server where the service is on:
 *
 *     translate_name                  what other modules leave under the service's path is ours
 *     map_to_storage, type_checker    and is not looked for among the files
 *     handler                         route, headers of the body, who is calling, path, body, and
 *                                     then the route's own handler
 *     insert_error_filter             error pages that httpd itself makes become JSON
 *     check_config                    the store exists (also under configtest)
 *     post_config                     what the store's children are to share is made
 *     child_init                      the store is made ready
 *
 * The library is linked into each module, so what is static here exists once for each: the service
 * that this copy serves.
 *
 * Only lib/httpd and the modules know httpd; the rest of lib/ does not.
 */
#ifndef BK_HTTPD_H
#define BK_HTTPD_H

#include <httpd.h>
#include <http_config.h>
#include <http_log.h>
#include <jansson.h>

#include "bk_error.h"
#include "bk_httpd_conf.h"
#include "bk_json.h"
#include "bk_lock.h"
#include "bk_memory.h"
#include "bk_route.h"

struct bk_request_t;

/** Somebody whose credentials were found good. */
typedef struct bk_caller_t {
    apr_int64_t id;   /* user id; 0: nobody was asked for */
    const char *name; /* user name */
    int is_admin;
} bk_caller_t;

typedef struct bk_store_t bk_store_t;

/** A store's provider, as far as every service has it. Services extend it with their verbs, whose
 *  first argument is the handle that acquire() got. Constant. */
struct bk_store_t {
    const bk_db_schema_t *schema;     /* what it asks of a database; NULL: it uses none */
    const bk_memory_schema_t *memory; /* what it asks of shared memory; NULL: the same */

    /** Get a handle.
     *  @param lease  set to what release() takes
     *  @return APR_SUCCESS, or why there is none: APR_TIMEUP, all were in use for too long;
     *          APR_EAGAIN, it is not asked for now, and Retry-After is set; else logged */
    apr_status_t (*acquire)(const bk_store_t *store, request_rec *r, const bk_httpd_conf_t *conf,
                            void **handle, void **lease);

    /** Get one of a copy that may be behind, for reads. @return as above; APR_ENOTIMPL: there is no
     *  such copy. NULL: there never is */
    apr_status_t (*acquire_standby)(const bk_store_t *store, request_rec *r,
                                    const bk_httpd_conf_t *conf, void **handle, void **lease);

    /** Give it back. */
    void (*release)(const bk_store_t *store, server_rec *s, void *lease);

    /** Get, in the parent, what the children are to share.
     *  @return APR_SUCCESS; else httpd does not start, for a reason that has been logged */
    apr_status_t (*post_config)(const bk_store_t *store, server_rec *s);

    /** Make the store ready as a child starts; what fails is logged, and tried again by acquire().
     */
    void (*child_init)(const bk_store_t *store, apr_pool_t *p, server_rec *s,
                       const bk_httpd_conf_t *conf);

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

/** A service. Constant. */
typedef struct bk_service_t {
    const char *name; /* "user" */
    module *module;
    const bk_route_t *routes;  /* ending in a row without a method */
    const char *store_group;   /* provider group of its stores: "bookable-user-store" */
    const char *store_version; /* and their version, which changes with the verbs */

    /** The body of an error; a new reference. */
    json_t *(*error_body)(const bk_error_t *error, const char *details);

    int is_personal; /* whether what it answers is for one caller: no cache on the way may keep it
                      */

    apr_interval_time_t cache_ttl; /* how long answers are cached by default; 0: none is */

    const bk_dependency_t *dependencies; /* ending in one without a name; NULL: it asks nobody */

    /** Find out who is calling; NULL where no route asks.
     *  @return BK_CONTINUE, with request->caller set; else the request's result */
    int (*identify)(struct bk_request_t *request);
} bk_service_t;

/** A request on its way through a service; lives as long as the request. */
typedef struct bk_request_t {
    request_rec *r;
    const bk_httpd_conf_t *conf;
    const char *const *params; /* the segments of the path that stand for parameters, decoded */
    apr_int64_t id;            /* the numeric one of them, where the route's path check sets it */
    const bk_json_t *body;     /* the object that was sent; NULL on routes that take none */
    int is_body_read;          /* or as much of it as will be */
    bk_caller_t caller;        /* set on routes that ask for one */
    const bk_store_t *store;   /* set by bk_httpd_acquire() */
    void *handle;              /* what the store's verbs take first */
    void *lease;               /* what the store wants back when the request is handled */
    int is_behind;             /* the store is a standby, now and when it is acquired again */
    bk_lock_t *turn;           /* at reading the store for the cache: see bk_httpd_cache.h */
} bk_request_t;

/** Steps on a request's way return this where nothing was answered and the next step may follow;
 * all else they return is the request's result, and goes back to httpd as it is. */
#define BK_CONTINUE (-100)

/**
 * Register the hooks of a service. Called once, from a module's register_hooks.
 * @param service  this copy of the library serves it from now on
 * @param p        configuration pool
 */
void bk_httpd_register(const bk_service_t *service, apr_pool_t *p);

/** The service that this copy of the library serves. */
const bk_service_t *bk_httpd_service(void);

/** The service's configuration in a server; the module's own begins with it. */
const bk_httpd_conf_t *bk_httpd_conf(const server_rec *s);

/** The same, while the configuration is being made. */
bk_httpd_conf_t *bk_httpd_conf_writable(const server_rec *s);

/**
 * Get the store for a request, or answer why there is none. It is given back before the answer is
 * sent, and got again by whoever needs it after that.
 * @return BK_CONTINUE, with request->store and request->handle set; else the request's result
 */
int bk_httpd_acquire(bk_request_t *request);

/** The same, and nothing is answered. @return why there is none: see bk_store_t.acquire */
apr_status_t bk_httpd_try_acquire(bk_request_t *request);

/** Give the store back, if the request has it. */
void bk_httpd_release(bk_request_t *request);

/** The note of a request that has the URL which a rule has made of the one that was asked for. */
#define BK_HTTPD_REWRITTEN "bookable-rewritten"

/** Tell whether a request is the service's own to handle. */
int bk_httpd_is_own(const request_rec *r);

/** Where a path goes on behind the service's own; NULL if it is not under that. */
const char *bk_httpd_subpath(const bk_httpd_conf_t *conf, const char *uri);

/** Place and module of a log line, in the library's files: as APLOG_MARK in a module's. */
#define BK_HTTPD_MARK __FILE__, __LINE__, bk_httpd_service()->module->module_index

#endif
