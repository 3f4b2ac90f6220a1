/* bk_service: what a module says of its service.
 *
 * The library is linked into each module, so what is static in it exists once for each: the service
 * that this copy serves.
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

/** What a service says of a dependency. Constant. */
typedef struct bk_dependency_t {
    const char *name;              /* NULL: there are no more */
    const char *path;              /* where it is asked by default */
    apr_interval_time_t timeout;   /* how long a call may take by default, microseconds */
    apr_interval_time_t slow_time; /* and from when on it is slow */
} bk_dependency_t;

/** APIs of a service, at the most. Their table is declared with one more, as dependencies are. */
#define BK_SERVICE_APIS 2

/** An API of a service: a table of routes, below a path of its own (bk_conf_t.paths). Constant. */
typedef struct bk_api_t {
    const bk_route_t *routes; /* ending in a row without a method; NULL: there are no more APIs */
    const char *label;        /* stands in front of its patterns in metrics; NULL: nothing does */

    /* The first segments below its path that are the service's, ending in NULL: for services that
     * share a path. NULL: all are */
    const char *const *collections;

    /** Answer with an error, in the shape that errors have in this API.
     *  @param details  what is wrong with this request
     *  @return the request's result */
    int (*answer_error)(struct bk_request_t *request, const bk_error_t *error, const char *details);
} bk_api_t;

/** A service. Constant. */
typedef struct bk_service_t {
    const char *name; /* "user" */
    module *module;
    const bk_api_t *apis;      /* at least one, ending in one without routes */
    const char *store_group;   /* provider group of its stores: "bookable-user-store" */
    const char *store_version; /* and their version, which changes with the verbs */

    int is_personal; /* whether what it answers is for one caller: no cache on the way may keep it
                      */

    apr_interval_time_t cache_ttl; /* how long answers are cached by default; 0: none is */

    const bk_dependency_t *dependencies; /* ending in one without a name; NULL: it asks nobody */

    /** Put defaults in the place of those of the module's own settings that are not set; NULL: it
     * has none. Called behind bk_conf_complete(). */
    void (*complete)(struct bk_conf_t *conf);

    /** The directive that needs a group of a store's verbs, as its settings are in a server; NULL:
     *  none does. NULL where none ever does. @see bk_store_t */
    const char *(*needs)(const struct bk_conf_t *conf, int group);

    /** Find out who is calling; NULL where no route asks.
     *  @return BK_CONTINUE, with request->caller set; else the request's result */
    int (*identify)(struct bk_request_t *request);
} bk_service_t;

/** Set the service that this copy of the library serves. Called once, from register_hooks.
 *  @param p  configuration pool */
void bk_service_set(const bk_service_t *service, apr_pool_t *p);

/** The service that this copy of the library serves. */
const bk_service_t *bk_service(void);

/** Tell whether a request is the service's own to handle. */
int bk_service_is_own(const request_rec *r);

/** Make a request the service's own to handle. */
void bk_service_take(request_rec *r);

/** Place and module of a log line: APLOG_MARK for what does not know the module. */
#define BK_MARK __FILE__, __LINE__, bk_service()->module->module_index

#endif
