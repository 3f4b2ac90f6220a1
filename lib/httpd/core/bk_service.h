/* bk_service: the description of a module's service.
 *
 * The library is linked statically into each module, so each module has its own copy of the
 * library's static variables: each copy serves one service.
 */
#ifndef BK_SERVICE_H
#define BK_SERVICE_H

#include <httpd.h>
#include <http_config.h>
#include <http_log.h>

#include "bk_error.h"
#include "bk_route.h"

struct bk_conf_t;
struct bk_request_t;

/** Dependencies of a service, at the most. Their table is declared with one more,
 *  dependencies[BK_DEPENDENCIES + 1], for the row that ends it: so the compiler tells of one too
 * many. */
#define BK_DEPENDENCIES 2

/** A service that a service calls, and the defaults of its settings. Constant. */
typedef struct bk_dependency_t {
    const char *name;              /* NULL: there are no more */
    const char *path;              /* default URL path of it */
    apr_interval_time_t timeout;   /* default time-out of a call, microseconds */
    apr_interval_time_t slow_time; /* default time from which a call is slow */
    int is_v1;                     /* only routes of API v1 call it */
} bk_dependency_t;

/** The most APIs of a service. Their table is declared with one more, as dependencies are. */
#define BK_SERVICE_APIS 2

/** An API of a service: a table of routes, below a path of its own (bk_conf_t.paths). Constant. */
typedef struct bk_api_t {
    const bk_route_t *routes; /* end with a row without a method; NULL: there are no more APIs */
    const char *label;        /* precedes its patterns in metrics; NULL: nothing does */

    /* The first segments below the path that belong to the service, ending in NULL, if services
     * share a path; NULL: all do */
    const char *const *collections;

    /** Whether the conventions of API v1 hold (lib/httpd/answer/bk_answer_v1.h). */
    int is_v1;

    /** The group of store verbs that the API needs; BK_STORE_CORE: none of its own. A store that
     * lacks it is refused at configtest. */
    int group;

    /**
     * Answer with an error, in the format of this API.
     * @param details  what is wrong with this request
     *
     * @return the handler's result
     */
    int (*answer_error)(struct bk_request_t *request, const bk_error_t *error, const char *details);
} bk_api_t;

/** A service. Constant. */
typedef struct bk_service_t {
    const char *name; /* "user" */
    module *module;
    const bk_api_t *apis;      /* at least one; end with one without routes */
    const char *store_group;   /* provider group of its stores: "bookable-user-store" */
    const char *store_version; /* and version, to be raised when the store's functions change */

    int is_personal; /* whether answers are for one caller only: no HTTP cache may store them */
    int sweeps;      /* 1: it has rows whose time runs out: bk_counts_swept() */

    apr_interval_time_t cache_ttl; /* default time for which answers are cached; 0: none is */

    const bk_dependency_t
        *dependencies; /* ends with one without a name; NULL: it calls no service */

    /** Replace those of the module's own settings that are not set by their defaults; NULL: it has
     * none. Called after bk_conf_complete(). */
    void (*complete)(struct bk_conf_t *conf);

    /**
     * The name of a directive that needs a group of a store's functions, with the settings of a
     * server; NULL: none does. NULL if none ever does.
     * @see bk_store_t
     */
    const char *(*needs)(const struct bk_conf_t *conf, int group);

    /**
     * Authenticate the caller; NULL if no route needs one.
     * @return BK_CONTINUE, with request->caller set; else the handler's result
     */
    int (*identify)(struct bk_request_t *request);
} bk_service_t;

/**
 * Set the service of this copy of the library. Called once, from register_hooks.
 * @param p  configuration pool
 */
void bk_service_set(const bk_service_t *service, apr_pool_t *p);

/** The service of this copy of the library. */
const bk_service_t *bk_service(void);

/** Tell whether this service handles a request. */
int bk_service_is_own(const request_rec *r);

/** Make this service the handler of a request. */
void bk_service_take(request_rec *r);

/** File, line and module of a log message, in place of APLOG_MARK: the library belongs to no one
 * module. */
#define BK_MARK __FILE__, __LINE__, bk_service()->module->module_index

#endif
