#include "bk_store_db.h"

#include <stdatomic.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <apr_optional.h>
#include <apr_strings.h>
#include <http_main.h>
#include <mod_dbd.h>

#include "bk_conf.h"
#include "bk_conf_dbd.h"
#include "bk_db.h"
#include "bk_lock.h"
#include "bk_pgsql_environment.h"
#include "bk_pools.h"
#include "bk_service.h"
#include "bk_shared.h"
#include "bk_store.h"
#include "bk_time.h"

/* The lock of writers is one for all services of this httpd, because they may share a database. */
typedef struct shared_t {
    apr_int64_t is_ready;
    bk_lock_t writers;
} shared_t;

static const bk_layout_member_t members[] = {
    BK_LAYOUT_ONE(shared_t, is_ready, BK_LAYOUT_ANEW),
    BK_LAYOUT_NESTED(shared_t, writers, &bk_lock_layout),
};

/* Children with another layout of this memory have another lock, and other programs have none: then
 * SQLite's own lock decides. */
static const bk_layout_t layout = BK_LAYOUT(shared_t, 1, members);

/* The connection of a request, and what has to be released with it. */
typedef struct lease_t {
    const bk_pools_entry_t *pool;
    bk_connection_t *connection;
    bk_db_t *db;
    bk_breaker_ticket_t ticket;
} lease_t;

static shared_t *shared;
static int is_of_root; /* the parent runs as root, so children inherit root's environment */

/* ---- start --------------------------------------------------------------------------------------
 */

static apr_status_t init_shared(server_rec *s)
{
    void *base;
    apr_status_t rv = bk_shared(&base, "bookable-db", &layout, s);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    shared = base;
    if (!shared->is_ready) {
        rv = bk_lock_init_fair(&shared->writers);
        shared->is_ready = rv == APR_SUCCESS;
    }
    return rv;
}

static server_rec *find_server(const char *name)
{
    server_rec *s;

    for (s = ap_server_conf; s; s = s->next) {
        if (s->server_hostname && strcasecmp(s->server_hostname, name) == 0) {
            return s;
        }
    }
    return NULL;
}

apr_status_t bk_store_db_post_config(const bk_store_t *store, server_rec *s)
{
    apr_pool_t *p = s->process->pconf;
    bk_conf_t *conf = bk_conf_writable(s);
    const bk_breaker_settings_t *settings = &conf->database_breaker;
    apr_status_t rv = init_shared(s);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    is_of_root = geteuid() == 0;
    conf->primary_pool = bk_pools_get(s, settings, p);
    if (conf->standby) {
        server_rec *standby = find_server(conf->standby);

        conf->standby_pool = bk_pools_get(standby, settings, p);
        bk_conf_switch_off(
            bk_conf_writable(standby)); /* serves no requests: only its DBD directives are used */
    }
    return conf->primary_pool && (conf->standby_pool || !conf->standby) ? APR_SUCCESS : APR_ENOMEM;
}

/* The kinds of databases, in words. */
static const char *list_drivers(apr_pool_t *p)
{
    const char *const *driver;
    const char *list = "";

    for (driver = bk_db_drivers; *driver; driver++) {
        list = apr_pstrcat(p, list, *list ? " or " : "", *driver, NULL);
    }
    return list;
}

static int has_driver(const char *name)
{
    const char *const *driver = bk_db_drivers;

    while (*driver && strcmp(*driver, name) != 0) {
        driver++;
    }
    return *driver != NULL;
}

/* Check the connection string of PostgreSQL, which must have a connect_timeout. */
static const char *check_pgsql(const char *params, apr_pool_t *p)
{
    const char *why = NULL;
    const bk_pgsql_target_t *target = bk_pgsql_target(params, &why, p);

    if (target) {
        why = bk_pgsql_target_refused(target, p);
    }
    if (why) {
        return apr_pstrcat(p, "DBDParams is not right: ", why, NULL);
    }
    return target->has_timeout
               ? NULL
               : "DBDParams of pgsql must set connect_timeout, in seconds, such as "
                 "connect_timeout=2: how long a request may wait for a server that does not answer";
}

static const char *check_params(const bk_conf_dbd_t *dbd, apr_pool_t *p)
{
    if (!dbd->driver) {
        return apr_psprintf(p,
                            "there is no DBDriver: must be %s, with DBDParams that say where "
                            "the database is",
                            list_drivers(p));
    }
    if (!has_driver(dbd->driver)) {
        return apr_psprintf(p, "DBDriver is not right: must be %s (got '%s')", list_drivers(p),
                            dbd->driver);
    }
    if (!dbd->params || !*dbd->params) {
        return "there are no DBDParams: must be the file's path for sqlite3, and a connection "
               "string for pgsql, such as \"host=db1 dbname=bookable user=bookable "
               "connect_timeout=2\"";
    }
    return strcmp(dbd->driver, "pgsql") == 0 ? check_pgsql(dbd->params, p) : NULL;
}

static const char *check_standby(const bk_store_t *store, const char *name, server_rec *s,
                                 apr_pool_t *p)
{
    server_rec *standby = find_server(name);
    bk_conf_dbd_t dbd;

    if (!standby) {
        return apr_psprintf(p,
                            "BookableStandby is not right: must be the ServerName of a virtual "
                            "host (got '%s')",
                            name);
    }
    bk_conf_dbd(&dbd, standby, p);
    if (!dbd.is_own) {
        return apr_psprintf(p,
                            "BookableStandby is not right: the virtual host %s must have DBD "
                            "directives of its own, with which a standby is reached",
                            name);
    }
    return check_params(&dbd, p);
}

const char *bk_store_db_check(const bk_store_t *store, server_rec *s)
{
    apr_pool_t *p = s->process->pconf;
    const bk_conf_t *conf = bk_conf(s);
    bk_conf_dbd_t dbd;
    const char *wrong;

    if (!APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open)) {
        return "the dbd store needs mod_dbd: load it, and set DBDriver and DBDParams";
    }
    bk_conf_dbd(&dbd, s, p);
    wrong = check_params(&dbd, p);
    return wrong || !conf->standby ? wrong : check_standby(store, conf->standby, s, p);
}

/* ---- connections --------------------------------------------------------------------------------
 */

static void note_spoiled(const lease_t *lease)
{
    if (lease->db && bk_db_is_spoiled(lease->db)) {
        bk_connections_spoiled(lease->pool->connections);
        bk_queue_failed(lease->pool->queue);
    }
}

#define WAITING_EVERY 60000 /* milliseconds */

/* Log that another process has what is needed to attach a schema, as one that brings the tables up
 * to date has for minutes. That is no error, and each request until then would say it again: so a
 * child logs it once a minute for each service. */
static void log_waiting(const bk_store_t *store, server_rec *s, const char *what)
{
    static _Atomic apr_int64_t next;
    apr_int64_t now = bk_time_monotonic_ms(), due = atomic_load(&next);

    if (now >= due && atomic_compare_exchange_strong(&next, &due, now + WAITING_EVERY)) {
        ap_log_error(BK_MARK, APLOG_WARNING, 0, s,
                     "BK0735: %s: the database is not ready yet, and is tried again: %s",
                     store->schema->component, what);
    }
}

static void log_not_ready(const lease_t *lease, const bk_store_t *store, server_rec *s,
                          apr_status_t rv)
{
    const char *why = rv == APR_ENOTIMPL ? "DBDriver is none that this store has SQL for"
                                         : bk_db_error(lease->db);

    if (rv == APR_TIMEUP) {
        log_waiting(store, s, why);
    }
    else {
        ap_log_error(BK_MARK, APLOG_ERR, 0, s, "BK0111: %s: the database is not ready: %s",
                     store->schema->component, why);
    }
}

/* Attach the store's schema to a connection; failures are logged. */
static apr_status_t attach(lease_t *lease, const bk_store_t *store, server_rec *s,
                           const bk_conf_t *conf)
{
    const bk_connection_t *connection = lease->connection;
    bk_db_options_t options = bk_conf_db_options(conf);
    apr_pool_t *pool;
    apr_status_t rv;

    options.writers = &shared->writers;
    options.file = bk_pools_file(lease->pool);
    /* A subpool of the connection's, so that it ends before the connection is closed. */
    apr_pool_create(&pool, connection->pool);
    apr_pool_tag(pool, "bk_db");
    rv = bk_db_attach_native(&lease->db, connection->driver, connection->native, store->schema,
                             &options, pool);
    if (rv != APR_SUCCESS) {
        log_not_ready(lease, store, s, rv);
        note_spoiled(lease);
        lease->db = NULL;
        apr_pool_destroy(pool);
        /* Who waits for a lock, as for who makes the tables, has a connection: see acquire(). */
        return rv == APR_TIMEUP ? APR_EBUSY : rv;
    }
    /* The key is the schema's bytes, which are constant. mod_dbd keeps prepared statements in the
     * same table, but their labels, from the configuration, cannot be equal to these bytes. */
    apr_hash_set(connection->prepared, store->schema, sizeof(*store->schema), lease->db);
    return APR_SUCCESS;
}

/* Attach the store's schema, unless it is attached already; the file of a new connection is checked
 * again, because it may have been replaced meanwhile. */
static apr_status_t ready(lease_t *lease, const bk_store_t *store, server_rec *s,
                          const bk_conf_t *conf)
{
    apr_status_t rv;

    lease->db = apr_hash_get(lease->connection->prepared, store->schema, sizeof(*store->schema));
    if (lease->db) {
        return APR_SUCCESS;
    }
    rv = attach(lease, store, s, conf);
    if (rv == APR_SUCCESS) {
        bk_pools_opened(lease->pool);
        rv = bk_pools_check_file(lease->pool, s);
    }
    return rv;
}

static void close_connection(lease_t *lease)
{
    note_spoiled(lease);
    bk_connections_return(lease->pool->connections, lease->connection, lease->pool->server);
}

static apr_status_t open_connection(lease_t *lease, const bk_store_t *store, apr_pool_t *p,
                                    server_rec *s, const bk_conf_t *conf)
{
    const bk_pools_entry_t *pool = lease->pool;
    /* Checked before the file is opened, because SQLite would create a missing one. */
    apr_status_t rv = bk_pools_check_file(pool, s);

    if (rv == APR_SUCCESS) {
        rv = bk_connections_take(pool->connections, &lease->connection, pool->server, pool->queue,
                                 conf->pool_timeout, p);
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = ready(lease, store, s, conf);
    if (rv != APR_SUCCESS) {
        close_connection(lease);
    }
    return rv;
}

/* What a result means for the breaker. A pool without free connections, or tables of a later
 * version, are not the database server's fault. */
static bk_breaker_outcome_t outcome_of(apr_status_t rv)
{
    switch (rv) {
    case APR_SUCCESS:
        return BK_BREAKER_SUCCESS;
    case APR_ECONNRESET:
    case APR_ETIMEDOUT:
    case BK_DB_UNKNOWN:
        return BK_BREAKER_FAILURE;
    default:
        return BK_BREAKER_IGNORED;
    }
}

static void leave_pool(lease_t *lease, apr_status_t rv)
{
    const bk_pools_entry_t *pool = lease->pool;

    if (outcome_of(rv) == BK_BREAKER_FAILURE) {
        bk_queue_failed(pool->queue);
    }
    if (pool->breaker) {
        bk_breaker_leave(&pool->breaker->breaker, &pool->breaker->settings, bk_time_monotonic_ms(),
                         &lease->ticket, outcome_of(rv));
    }
}

/* @return APR_EAGAIN: the breaker is open, with *wait set to the time until it probes, milliseconds
 */
static apr_status_t enter_pool(lease_t *lease, const bk_conf_t *conf, apr_int64_t *wait)
{
    const bk_pools_entry_t *pool = lease->pool;
    apr_status_t rv;

    if (pool->breaker) {
        *wait = bk_breaker_enter(&pool->breaker->breaker, &pool->breaker->settings,
                                 bk_time_monotonic_ms(), &lease->ticket);
        if (*wait) {
            return APR_EAGAIN;
        }
    }
    rv = bk_queue_enter(pool->queue, conf->pool_timeout);
    if (rv != APR_SUCCESS) {
        leave_pool(lease, rv);
    }
    return rv;
}

static apr_status_t take(lease_t *lease, const bk_store_t *store, apr_pool_t *p, server_rec *s,
                         const bk_conf_t *conf, apr_int64_t *wait)
{
    apr_status_t rv = enter_pool(lease, conf, wait);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = open_connection(lease, store, p, s, conf);
    if (rv != APR_SUCCESS) {
        bk_queue_leave(lease->pool->queue);
        leave_pool(lease, rv);
    }
    return rv;
}

/* Log that the write-ahead log grows, once for each so many pages. */
static void log_wal_size(const lease_t *lease, server_rec *s)
{
    int pages = bk_db_log_pages(lease->db);

    if (pages) {
        ap_log_error(BK_MARK, APLOG_WARNING, 0, s,
                     "BK0117: %s-wal has %d pages and grows: some program has been reading one "
                     "state of the database for long, as a backup or an open transaction does",
                     lease->pool->file, pages);
    }
}

void bk_store_db_release(const bk_store_t *store, server_rec *s, void *taken)
{
    lease_t *lease = taken;
    apr_status_t rv = bk_db_was_away(lease->db) ? APR_ECONNRESET : APR_SUCCESS;

    log_wal_size(lease, s);
    close_connection(lease);
    bk_queue_leave(lease->pool->queue);
    leave_pool(lease, rv);
}

/* ---- requests -----------------------------------------------------------------------------------
 */

static apr_status_t acquire(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                            const bk_pools_entry_t *pool, void **handle, void **taken)
{
    lease_t *lease = apr_pcalloc(r->pool, sizeof(*lease));
    apr_int64_t wait = 0;
    apr_status_t rv;

    lease->pool = pool;
    rv = take(lease, store, r->pool, r->server, conf, &wait);
    if (rv == APR_TIMEUP) {
        ap_log_rerror(BK_MARK, APLOG_INFO, 0, r,
                      "BK0112: no database connection of %s came free in time", pool->name);
    }
    if (rv == APR_EAGAIN) {
        apr_table_setn(r->headers_out, "Retry-After",
                       apr_psprintf(r->pool, "%" APR_INT64_T_FMT, (wait + 999) / 1000));
    }
    *handle = lease->db;
    *taken = lease;
    return rv;
}

apr_status_t bk_store_db_acquire(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                                 void **handle, void **lease)
{
    return acquire(store, r, conf, conf->primary_pool, handle, lease);
}

apr_status_t bk_store_db_acquire_standby(const bk_store_t *store, request_rec *r,
                                         const bk_conf_t *conf, void **handle, void **lease)
{
    apr_status_t rv = APR_ENOTIMPL;

    if (conf->standby_pool) {
        rv = acquire(store, r, conf, conf->standby_pool, handle, lease);
        /* Retry-After is up to the primary, which is tried next. */
        apr_table_unset(r->headers_out, "Retry-After");
    }
    return rv;
}

/* Open and release one connection, so that the tables exist before the first request. If the
 * database is out of reach, the other services and virtual hosts do not try, because each attempt
 * may take the whole time-out. */
static void make_ready(const bk_store_t *store, apr_pool_t *p, server_rec *s, const bk_conf_t *conf)
{
    lease_t lease = {.pool = conf->primary_pool};
    int *connect_failed = bk_pools_connect_failed(lease.pool);
    apr_int64_t wait;

    if (*connect_failed) {
        return;
    }
    if (take(&lease, store, p, s, conf, &wait) == APR_SUCCESS) {
        bk_store_db_release(store, s, &lease);
    }
    else {
        *connect_failed = 1;
    }
}

/* Remove PG* variables that children have inherited from root's environment: PostgreSQL's library
 * would use them, but only DBDParams is to count. */
static void leave_environment(server_rec *s, const bk_conf_t *conf)
{
    static const char *const none[] = {NULL};

    if (is_of_root && conf->primary_pool->target && bk_pgsql_environment(none) > 0) {
        ap_log_error(BK_MARK, APLOG_INFO, 0, s,
                     "BK0180: variables PG* of root's environment do not reach PostgreSQL's "
                     "library: DBDParams says all");
    }
}

void bk_store_db_child_init(const bk_store_t *store, apr_pool_t *p, server_rec *s,
                            const bk_conf_t *conf)
{
    static const bk_queue_t *latest;

    leave_environment(s, conf);

    if (bk_pools_child_init(conf->primary_pool, p, s) != APR_SUCCESS ||
        (conf->standby_pool && bk_pools_child_init(conf->standby_pool, p, s) != APR_SUCCESS)) {
        return;
    }
    if (conf->primary_pool->queue != latest) {
        make_ready(store, p, s, conf);
    }
    latest = conf->primary_pool->queue;
}

apr_status_t bk_store_db_ping(void *handle)
{
    return bk_db_ping(handle);
}

apr_status_t bk_store_db_ping_for_write(void *handle)
{
    return bk_db_ping_for_write(handle);
}

apr_status_t bk_store_db_confirm(void *handle)
{
    return bk_db_confirm(handle);
}

const char *bk_store_db_error(void *handle)
{
    return bk_db_error(handle);
}
