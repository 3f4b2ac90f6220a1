/* bk_httpd_conf: the settings that all four services have.
 *
 * Every module's server configuration begins with a bk_httpd_conf_t. The directives of the Bookable
 * prefix are registered by each module that is loaded (BK_HTTPD_CONF_COMMANDS): httpd hands such a
 * directive to all of them, so that one line sets it for all. A value that was not set is
 * BK_HTTPD_CONF_UNSET, which merging replaces by the main server's and bk_httpd_conf_default() by
 * the default.
 *
 * Configurations are written while httpd reads its configuration, in one thread, and only read from
 * then on.
 */
#ifndef BK_HTTPD_CONF_H
#define BK_HTTPD_CONF_H

#include <httpd.h>
#include <http_config.h>

#include "bk_db.h"
#include "bk_error.h"
#include "bk_httpd_cache_conf.h"
#include "bk_httpd_dependency.h"

#define BK_HTTPD_CONF_UNSET (-1)

typedef struct bk_httpd_conf_t {
    const char *path;       /* URL path the service answers under; "": it is off; NULL: unset */
    const char *store;      /* name of its store's provider; NULL: unset */
    apr_int64_t store_size; /* bytes that it has in shared memory */
    int statuses;           /* a bk_error_statuses_t */
    apr_off_t body_limit;   /* bytes */
    int synchronous;        /* a bk_db_synchronous_t */
    apr_interval_time_t busy_timeout;      /* microseconds */
    apr_interval_time_t statement_timeout; /* microseconds */
    apr_interval_time_t pool_timeout;      /* microseconds */
    int prepared_statements;               /* 0: connections may be a pooler's of transactions */
    bk_breaker_settings_t database_breaker;
    const char *standby; /* name of the server whose database is a standby; NULL: unset */
    int consistency;     /* a bk_httpd_consistency_t */
    apr_interval_time_t retry_after; /* microseconds, whole seconds */
    int are_origins_set;
    const apr_array_header_t *origins; /* (const char *) whose pages may write; NULL: none */
    bk_cache_conf_t cache;
    bk_dependency_conf_t dependencies[BK_DEPENDENCIES];
    const struct bk_store_t *provider; /* the store's, found by post_config */
    /* set by post_config, where the store keeps its data in a database: */
    const struct bk_httpd_pool_t *primary_pool;
    const struct bk_httpd_pool_t *standby_pool; /* NULL: there is none */
} bk_httpd_conf_t;

/** Where reads may be answered from. */
typedef enum bk_httpd_consistency_t {
    BK_HTTPD_STRONG,  /* the primary: what was written last is read */
    BK_HTTPD_EVENTUAL /* a standby, which may be behind */
} bk_httpd_consistency_t;

/** Set everything to unset. */
void bk_httpd_conf_init(bk_httpd_conf_t *conf);

/** What a server has, from its own settings over those of the main server. */
void bk_httpd_conf_merge(bk_httpd_conf_t *merged, const bk_httpd_conf_t *base,
                         const bk_httpd_conf_t *own);

/** The value of a setting, or its default. */
#define bk_httpd_conf_default(value, otherwise) \
    ((value) == BK_HTTPD_CONF_UNSET ? (otherwise) : (value))

bk_error_statuses_t bk_httpd_conf_statuses(const bk_httpd_conf_t *conf);
apr_off_t bk_httpd_conf_body_limit(const bk_httpd_conf_t *conf);
int bk_httpd_conf_retry_after(const bk_httpd_conf_t *conf);       /* seconds */
apr_size_t bk_httpd_conf_store_size(const bk_httpd_conf_t *conf); /* bytes */
apr_interval_time_t bk_httpd_conf_pool_timeout(const bk_httpd_conf_t *conf);
bk_httpd_consistency_t bk_httpd_conf_consistency(const bk_httpd_conf_t *conf);
bk_breaker_settings_t bk_httpd_conf_database_breaker(const bk_httpd_conf_t *conf);
bk_db_options_t bk_httpd_conf_db_options(const bk_httpd_conf_t *conf); /* without a queue */

/** Tell whether the service answers in this server. */
int bk_httpd_conf_is_on(const bk_httpd_conf_t *conf);

/* ---- for the directives of a module: each returns NULL, or an error that says what would be right
 */

/**
 * Read a duration, as httpd writes them: "5s", "500ms", "1h"; a bare number counts in @a unit.
 * @param value  set, in microseconds
 * @param least, most  the bounds, in microseconds
 */
const char *bk_httpd_conf_duration(cmd_parms *cmd, const char *text, const char *unit,
                                   apr_interval_time_t least, apr_interval_time_t most,
                                   apr_interval_time_t *value);

/** Read an integer between two bounds. */
const char *bk_httpd_conf_integer(cmd_parms *cmd, const char *text, int least, int most,
                                  int *value);

/** Read a size in bytes, with K, M or G for 1024, 1024 K or 1024 M: "64M". */
const char *bk_httpd_conf_size(cmd_parms *cmd, const char *text, apr_int64_t least,
                               apr_int64_t most, apr_int64_t *value);

/** Read a URL path that begins and does not end with '/', or "Off". */
const char *bk_httpd_conf_url_path(cmd_parms *cmd, const char *text, const char **value);

/** The same, for a service that is asked and so cannot be off. */
const char *bk_httpd_conf_service_path(cmd_parms *cmd, const char *text, const char **value);

/** The error for a word that is none of those wanted. */
const char *bk_httpd_conf_wrong(cmd_parms *cmd, const char *wanted, const char *got);

/* The Bookable directives; cmd->info is the module. */
const char *bk_httpd_conf_set_statuses(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_body_limit(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_synchronous(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_busy_timeout(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_statement_timeout(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_pool_timeout(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_prepared_statements(cmd_parms *cmd, void *dir, int flag);
const char *bk_httpd_conf_set_database_breaker(cmd_parms *cmd, void *dir, const char *word);
const char *bk_httpd_conf_set_standby(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_consistency(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_retry_after(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_origins(cmd_parms *cmd, void *dir, int argc, char *const argv[]);
const char *bk_httpd_conf_set_path(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_store(cmd_parms *cmd, void *dir, const char *text);
const char *bk_httpd_conf_set_store_size(cmd_parms *cmd, void *dir, const char *text);

/** The rows of a module's table of directives that all modules have; prefix is "User" and so on. */
#define BK_HTTPD_CONF_COMMANDS(module, prefix)                                                     \
    AP_INIT_TAKE1("BookableStatusCodes", bk_httpd_conf_set_statuses, &(module), RSRC_CONF,         \
                  "'reference' (the codes the reference clients expect) or 'standard' "            \
                  "(the codes HTTP means)"),                                                       \
        AP_INIT_TAKE1("BookableBodyLimit", bk_httpd_conf_set_body_limit, &(module), RSRC_CONF,     \
                      "Largest request body, in bytes"),                                           \
        AP_INIT_TAKE1("BookableSynchronous", bk_httpd_conf_set_synchronous, &(module), RSRC_CONF,  \
                      "What a commit to SQLite waits for: 'off', 'normal', 'full' or 'extra'"),    \
        AP_INIT_TAKE1("BookableBusyTimeout", bk_httpd_conf_set_busy_timeout, &(module), RSRC_CONF, \
                      "How long a statement waits for other writers"),                             \
        AP_INIT_TAKE1("BookableStatementTimeout", bk_httpd_conf_set_statement_timeout, &(module),  \
                      RSRC_CONF, "How long a database server may work on a statement"),            \
        AP_INIT_TAKE1("BookablePoolTimeout", bk_httpd_conf_set_pool_timeout, &(module), RSRC_CONF, \
                      "How long a request waits for a database connection"),                       \
        AP_INIT_FLAG("BookablePreparedStatements", bk_httpd_conf_set_prepared_statements,          \
                     &(module), RSRC_CONF,                                                         \
                     "Off: a pooler may give each transaction another connection to PostgreSQL"),  \
        AP_INIT_ITERATE("BookableDatabaseBreaker", bk_httpd_conf_set_database_breaker, &(module),  \
                        RSRC_CONF, "KEY=VALUE for the circuit breaker of a database server"),      \
        AP_INIT_TAKE1("BookableStandby", bk_httpd_conf_set_standby, &(module), RSRC_CONF,          \
                      "ServerName of the virtual host whose DBD directives reach a standby"),      \
        AP_INIT_TAKE1("BookableRetryAfter", bk_httpd_conf_set_retry_after, &(module), RSRC_CONF,   \
                      "What Retry-After says where a service is unavailable"),                     \
        AP_INIT_TAKE_ARGV("BookableOrigins", bk_httpd_conf_set_origins, &(module), RSRC_CONF,      \
                          "Origins whose pages may use the services, or None"),                    \
        AP_INIT_TAKE1(prefix "Path", bk_httpd_conf_set_path, &(module), RSRC_CONF,                 \
                      "URL path under which the service answers, or Off"),                         \
        AP_INIT_TAKE1(prefix "Store", bk_httpd_conf_set_store, &(module), RSRC_CONF,               \
                      "Store that keeps the service's data: 'dbd' or 'shm'"),                      \
        AP_INIT_TAKE1(prefix "Consistency", bk_httpd_conf_set_consistency, &(module), RSRC_CONF,   \
                      "'strong' (reads go to the primary) or 'eventual' (to the standby)"),        \
        AP_INIT_TAKE1(prefix "StoreSize", bk_httpd_conf_set_store_size, &(module), RSRC_CONF,      \
                      "Bytes of memory that the store 'shm' has, such as 64M")

#endif
