/* bk_directives: the directives that all services have.
 *
 * Those of the Bookable prefix are registered by each module that is loaded: httpd hands such a
 * directive to all of them, so that one line sets it for all.
 */
#ifndef BK_DIRECTIVES_H
#define BK_DIRECTIVES_H

#include <httpd.h>
#include <http_config.h>

/* The Bookable directives. */
const char *bk_directives_set_statuses(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_body_limit(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_synchronous(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_busy_timeout(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_statement_timeout(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_pool_timeout(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_prepared_statements(cmd_parms *cmd, void *dir, int flag);
const char *bk_directives_set_database_breaker(cmd_parms *cmd, void *dir, const char *word);
const char *bk_directives_set_standby(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_consistency(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_retry_after(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_origins(cmd_parms *cmd, void *dir, int argc, char *const argv[]);
const char *bk_directives_set_own_origins(cmd_parms *cmd, void *dir, int argc, char *const argv[]);
const char *bk_directives_set_api(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_idempotency(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_key(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_path(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_store(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_store_size(cmd_parms *cmd, void *dir, const char *text);

/** The rows that every module has in its table of directives; prefix is "User" and so on. */
#define BK_DIRECTIVES(prefix)                                                                     \
    AP_INIT_TAKE1("BookableStatusCodes", bk_directives_set_statuses, NULL, RSRC_CONF,             \
                  "'reference' (the codes the reference clients expect) or 'standard' "           \
                  "(the codes HTTP means)"),                                                      \
        AP_INIT_TAKE1("BookableBodyLimit", bk_directives_set_body_limit, NULL, RSRC_CONF,         \
                      "Largest request body, in bytes"),                                          \
        AP_INIT_TAKE1("BookableSynchronous", bk_directives_set_synchronous, NULL, RSRC_CONF,      \
                      "What a commit to SQLite waits for: 'off', 'normal', 'full' or 'extra'"),   \
        AP_INIT_TAKE1("BookableBusyTimeout", bk_directives_set_busy_timeout, NULL, RSRC_CONF,     \
                      "How long a statement waits for other writers"),                            \
        AP_INIT_TAKE1("BookableStatementTimeout", bk_directives_set_statement_timeout, NULL,      \
                      RSRC_CONF, "How long a database server may work on a statement"),           \
        AP_INIT_TAKE1("BookablePoolTimeout", bk_directives_set_pool_timeout, NULL, RSRC_CONF,     \
                      "How long a request waits for a database connection"),                      \
        AP_INIT_FLAG("BookablePreparedStatements", bk_directives_set_prepared_statements, NULL,   \
                     RSRC_CONF,                                                                   \
                     "Off: a pooler may give each transaction another connection to PostgreSQL"), \
        AP_INIT_ITERATE("BookableDatabaseBreaker", bk_directives_set_database_breaker, NULL,      \
                        RSRC_CONF, "KEY=VALUE for the circuit breaker of a database server"),     \
        AP_INIT_TAKE1("BookableStandby", bk_directives_set_standby, NULL, RSRC_CONF,              \
                      "ServerName of the virtual host whose DBD directives reach a standby"),     \
        AP_INIT_TAKE1("BookableRetryAfter", bk_directives_set_retry_after, NULL, RSRC_CONF,       \
                      "What Retry-After says where a service is unavailable"),                    \
        AP_INIT_TAKE_ARGV("BookableOrigins", bk_directives_set_origins, NULL, RSRC_CONF,          \
                          "Origins whose pages may use the services, or None"),                   \
        AP_INIT_TAKE_ARGV("UserOrigin", bk_directives_set_own_origins, NULL, RSRC_CONF,           \
                          "Origins under which browsers see this server behind a gateway"),       \
        AP_INIT_TAKE1("BookableApi", bk_directives_set_api, NULL, RSRC_CONF,                      \
                      "URL path of API v1, '/v1', or Off"),                                       \
        AP_INIT_TAKE1("BookableIdempotency", bk_directives_set_idempotency, NULL, RSRC_CONF,      \
                      "'optional' or 'required': whether API v1 creates without a key"),          \
        AP_INIT_TAKE1("BookableKey", bk_directives_set_key, NULL, RSRC_CONF,                      \
                      "File with the key of cursors, for hosts behind one gateway"),              \
        AP_INIT_TAKE1(prefix "Path", bk_directives_set_path, NULL, RSRC_CONF,                     \
                      "URL path under which the service answers, or Off"),                        \
        AP_INIT_TAKE1(prefix "Store", bk_directives_set_store, NULL, RSRC_CONF,                   \
                      "Store that keeps the service's data: 'dbd' or 'shm'"),                     \
        AP_INIT_TAKE1(prefix "Consistency", bk_directives_set_consistency, NULL, RSRC_CONF,       \
                      "'strong' (reads go to the primary) or 'eventual' (to the standby)"),       \
        AP_INIT_TAKE1(prefix "StoreSize", bk_directives_set_store_size, NULL, RSRC_CONF,          \
                      "Bytes of memory that the store 'shm' has, such as 64M")

/* Of the cache. */
const char *bk_directives_set_cache(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_cache_key(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_cache_name(cmd_parms *cmd, void *dir, const char *text);
const char *bk_directives_set_cache_ttl(cmd_parms *cmd, void *dir, const char *text);

/** The rows for the cache that every module has. */
#define BK_DIRECTIVES_CACHE                                                                  \
    AP_INIT_TAKE1("BookableCache", bk_directives_set_cache, NULL, RSRC_CONF,                 \
                  "Where answers are cached: PROVIDER or PROVIDER:ARGUMENTS, such as shmcb " \
                  "or redis://HOST:PORT/DB, or Off"),                                        \
        AP_INIT_TAKE1("BookableCacheKey", bk_directives_set_cache_key, NULL, RSRC_CONF,      \
                      "File with the key of what is cached, for hosts that share a cache"),  \
        AP_INIT_TAKE1("BookableCacheName", bk_directives_set_cache_name, NULL, RSRC_CONF,    \
                      "Name of the data, where servers with different data share a cache")

/** The row of a module whose service caches answers. */
#define BK_DIRECTIVES_CACHE_TTL(prefix)                                            \
    AP_INIT_TAKE1(prefix "CacheTTL", bk_directives_set_cache_ttl, NULL, RSRC_CONF, \
                  "How long the service's answers are cached; 0: they are not")

/* Of dependencies: the services that a service calls. */
const char *bk_directives_set_call_timeout(cmd_parms *cmd, void *dir, const char *name,
                                           const char *duration);
const char *bk_directives_set_breaker(cmd_parms *cmd, void *dir, int argc, char *const argv[]);

/** The rows of a module whose service has dependencies. */
#define BK_DIRECTIVES_DEPENDENCIES(prefix)                                                   \
    AP_INIT_TAKE2(prefix "CallTimeout", bk_directives_set_call_timeout, NULL, RSRC_CONF,     \
                  "A service that is asked, and how long a call to it may take"),            \
        AP_INIT_TAKE_ARGV(prefix "Breaker", bk_directives_set_breaker, NULL, RSRC_CONF,      \
                          "A service that is asked, and KEY=VALUE for its circuit breaker: " \
                          "window, minimum-calls, failure-rate, slow-time, slow-rate, "      \
                          "open-time, probes, probe-timeout, dry-run")

#endif
