/* bk_conf: the settings that all four services have.
 *
 * Every module's server configuration begins with a bk_conf_t. The directives of the Bookable
 * prefix are registered by each module that is loaded (BK_DIRECTIVES): httpd hands such a directive
 * to all of them, so that one line sets it for all. While httpd reads its configuration, a value
 * that was not set is BK_VALUE_UNSET, which merging replaces by the main server's. After that,
 * before anything else reads them, the settings are completed with their defaults
 * (bk_conf_complete()): no request finds one that is not set.
 *
 * Configurations are written while httpd starts, in one thread, and only read from then on.
 */
#ifndef BK_CONF_H
#define BK_CONF_H

#include <httpd.h>
#include <http_config.h>

#include "bk_conf_cache.h"
#include "bk_conf_dependency.h"
#include "bk_consistency.h"
#include "bk_db.h"
#include "bk_error.h"
#include "bk_service.h"

/** Whether requests that create something need an Idempotency-Key. */
typedef enum bk_conf_idempotency_t {
    BK_CONF_IDEMPOTENCY_OPTIONAL,
    BK_CONF_IDEMPOTENCY_REQUIRED
} bk_conf_idempotency_t;

typedef struct bk_conf_t {
    const char *paths[BK_SERVICE_APIS];        /* URL path per API; "": that API is off */
    const char *const *inner[BK_SERVICE_APIS]; /* paths of other APIs below it, ending in NULL;
                                                  NULL: none. Set by post_config */
    const char *store;                         /* name of its store's provider */
    apr_int64_t store_size;                    /* bytes of shared memory for it */
    int statuses;                              /* a bk_error_statuses_t */
    apr_off_t body_limit;                      /* bytes */
    int synchronous;                           /* a bk_db_synchronous_t */
    apr_interval_time_t busy_timeout;          /* microseconds */
    apr_interval_time_t statement_timeout;     /* microseconds */
    apr_interval_time_t pool_timeout;          /* microseconds */
    int prepared_statements; /* 0: a pooler may give each transaction another connection */
    bk_breaker_settings_t database_breaker;
    const char *standby; /* name of the server whose database is a standby; NULL: none */
    int consistency;     /* a bk_consistency_t */
    int idempotency;     /* a bk_conf_idempotency_t */
    int retry_after;     /* seconds */
    int are_origins_set;
    const apr_array_header_t
        *origins; /* (const char *) that may send unsafe requests; NULL: none */
    int are_own_origins_set;
    const apr_array_header_t
        *own_origins; /* (const char *) under which browsers see this server; NULL: as Host says */
    bk_conf_cache_t cache;
    const bk_hash_key_t *key; /* of cursors; set by post_config, if no file was given */
    bk_conf_dependency_t dependencies[BK_DEPENDENCIES];
    const struct bk_store_t *provider; /* of the store; set by post_config */
    int is_in_memory;                  /* the store is in shared memory; set by post_config */
    /* set by post_config, if the store is a database: */
    const struct bk_pools_entry_t *primary_pool;
    const struct bk_pools_entry_t *standby_pool; /* NULL: there is none */
} bk_conf_t;

/** Set everything to unset. */
void bk_conf_init(bk_conf_t *conf);

/** The settings of a server: its own, and the main server's for those that it does not set. */
void bk_conf_merge(bk_conf_t *merged, const bk_conf_t *base, const bk_conf_t *own);

/** Replace all settings that are not set by their defaults, some of which are in bk_service(). */
void bk_conf_complete(bk_conf_t *conf);

/** The settings that concern connections to a database; the caller adds the lock of writers. */
bk_db_options_t bk_conf_db_options(const bk_conf_t *conf);

/** Tell whether any API of the service is on in this server. */
int bk_conf_is_on(const bk_conf_t *conf);

/** Tell whether API v1 of the service is on in this server. */
int bk_conf_has_v1(const bk_conf_t *conf);

/** Switch the service off in this server. */
void bk_conf_switch_off(bk_conf_t *conf);

/** The service's configuration in a server: the first member of the module's own. */
const bk_conf_t *bk_conf(const server_rec *s);

/** The same, writable, while httpd starts. */
bk_conf_t *bk_conf_writable(const server_rec *s);

/**
 * Find the API of the service that a path belongs to.
 * @param rest  set to the part after the API's own path: empty, or beginning with '/'
 * @return NULL: the path is not the service's
 */
const bk_api_t *bk_conf_api(const bk_conf_t *conf, const char *uri, const char **rest);

/**
 * Find the API of the service whose path covers another, even if the collection below it belongs to
 * another service, or to none.
 * @return NULL: there is none
 */
const bk_api_t *bk_conf_api_above(const bk_conf_t *conf, const char *uri);

/** The URL path of an API in a server. */
const char *bk_conf_api_path(const bk_conf_t *conf, const bk_api_t *api);

#endif
