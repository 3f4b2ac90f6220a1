#include "bk_pools.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>
#include <http_main.h>
#include <http_protocol.h>

#include "bk_breakers.h"
#include "bk_conf_dbd.h"
#include "bk_host.h"
#include "bk_memory.h"
#include "bk_prometheus.h"
#include "bk_service.h"
#include "bk_table.h"
#include "bk_time.h"

#define TABLE "bookable-pools"

/* The part of a pool in shared memory. */
typedef struct place_t {
    bk_queue_counts_t counts;  /* first, because it consists of whole cache lines */
    bk_pgsql_shared_t servers; /* what is known of the PostgreSQL servers */
    bk_db_file_t file;         /* the database's, if it is SQLite */
    int max;                   /* connections of a child, in the latest configuration */
    char rest[BK_MEMORY_LINE - sizeof(bk_pgsql_shared_t) - sizeof(bk_db_file_t) - sizeof(int)];
} place_t;

static const bk_layout_member_t members[] = {
    BK_LAYOUT_NESTED(place_t, counts, &bk_queue_counts_layout),
    BK_LAYOUT_NESTED(place_t, servers, &bk_pgsql_target_shared_layout),
    BK_LAYOUT_NESTED(place_t, file, &bk_db_file_layout),
    BK_LAYOUT_ONE(place_t, max, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(place_t, rest, BK_LAYOUT_ANEW),
};

static const bk_layout_t layout = BK_LAYOUT(place_t, 1, members);

/* The part of a pool in a process, shared by all modules, each of which has its own copy of this
 * file's static variables. */
struct bk_pools_part_t {
    pid_t pid;          /* the process that initialized it */
    int connect_failed; /* connecting failed when the process started */
    bk_queue_t queue;
    bk_connections_t connections;
    place_t *shared;
    bk_db_file_t file;          /* the file that the process has open */
    const char *log;            /* path of the write-ahead log; NULL: not SQLite */
    _Atomic apr_int64_t logged; /* when a missing file was last logged */
};

static bk_table_t *table;

apr_status_t bk_pools_init(apr_pool_t *p, server_rec *s)
{
    return bk_table(&table, TABLE, &layout, p, s);
}

static const char *part_name(const char *pool_name, apr_pool_t *p)
{
    return apr_psprintf(p, TABLE " %" APR_SIZE_T_FMT " %" APR_UINT64_T_FMT " %s",
                        sizeof(bk_pools_part_t), bk_layout_fingerprint(&layout), pool_name);
}

static bk_pools_part_t *find_part(const char *pool_name, apr_pool_t *p, apr_pool_t *pconf)
{
    void *part = NULL;

    (void)apr_pool_userdata_get(&part, part_name(pool_name, p), pconf);
    return part;
}

/* Get the process's part, which lives as long as the configuration. All modules with the same
 * layout find the same one. */
static bk_pools_part_t *part_of(const char *pool_name, apr_pool_t *pconf)
{
    bk_pools_part_t *part = find_part(pool_name, pconf, pconf);

    if (!part) {
        part = apr_pcalloc(pconf, sizeof(*part));
        (void)apr_pool_userdata_setn(part, part_name(pool_name, pconf), NULL, pconf);
    }
    return part;
}

static bk_breaker_place_t *find_breaker(const bk_pools_entry_t *pool,
                                        const bk_breaker_settings_t *settings, apr_pool_t *p)
{
    const char *name = apr_pstrcat(p, pool->name, " ", bk_service()->name, " database", NULL);
    bk_breaker_place_t *breaker = bk_breakers_get(name, pool->server);

    if (breaker) {
        breaker->settings = *settings;
    }
    return breaker;
}

/* The PostgreSQL servers of a configuration. The connection string has been checked by
 * check_config. */
static bk_pgsql_target_t *find_target(const bk_conf_dbd_t *conf, place_t *shared, apr_pool_t *p)
{
    const char *why;
    bk_pgsql_target_t *target = conf->driver && conf->params && strcmp(conf->driver, "pgsql") == 0
                                    ? bk_pgsql_target(conf->params, &why, p)
                                    : NULL;

    if (target) {
        APR_ARRAY_PUSH(conf->init, const char *) = NULL;
        target->init = (const char *const *)conf->init->elts;
        target->shared = &shared->servers;
    }
    return target;
}

const bk_pools_entry_t *bk_pools_get(server_rec *s, const bk_breaker_settings_t *settings,
                                     apr_pool_t *p)
{
    bk_pools_entry_t *pool = apr_pcalloc(p, sizeof(*pool));
    bk_conf_dbd_t conf;
    place_t *shared;

    bk_conf_dbd(&conf, s, p);
    pool->server = conf.is_own ? s : ap_server_conf;
    pool->name = bk_host_name(pool->server, p);
    shared = bk_table_get(table, pool->name, s);
    if (!shared) {
        return NULL;
    }
    shared->max = conf.max > 0 ? conf.max : 1;
    pool->part = part_of(pool->name, p);
    pool->part->shared = shared;
    pool->queue = &pool->part->queue;
    pool->connections = &pool->part->connections;
    pool->target = find_target(&conf, shared, p);
    if (conf.driver && strcmp(conf.driver, "sqlite3") != 0) {
        pool->breaker = find_breaker(pool, settings, p);
        return pool->breaker ? pool : NULL;
    }
    if (conf.driver && conf.params) {
        pool->file = apr_pstrdup(p, conf.params);
        pool->part->log = apr_pstrcat(p, conf.params, "-wal", NULL);
        bk_db_file_forget(&shared->file, pool->file);
    }
    return pool;
}

/* With httpd -X the child is the parent, and the part outlives the child's pool: the next start has
 * to initialize it again. */
static apr_status_t end_part(void *part)
{
    ((bk_pools_part_t *)part)->pid = 0;
    return APR_SUCCESS;
}

apr_status_t bk_pools_child_init(const bk_pools_entry_t *pool, apr_pool_t *child, server_rec *s)
{
    bk_pools_part_t *part = pool->part;
    bk_conf_dbd_t conf;
    apr_status_t rv;

    if (part->pid == getpid()) {
        return APR_SUCCESS;
    }
    bk_conf_dbd(&conf, pool->server, child);
    rv = bk_queue_init(&part->queue, part->shared->max, &part->shared->counts);
    if (rv == APR_SUCCESS) {
        rv = bk_connections_init(&part->connections, pool->target, &conf, child);
    }
    if (rv != APR_SUCCESS) {
        ap_log_error(BK_MARK, APLOG_ERR, rv, s, "BK0113: no pool for database connections");
        return rv;
    }
    part->pid = getpid();
    part->connect_failed = 0;
    apr_pool_cleanup_register(child, part, end_part, apr_pool_cleanup_null);
    return APR_SUCCESS;
}

int *bk_pools_connect_failed(const bk_pools_entry_t *pool)
{
    return &pool->part->connect_failed;
}

/* ---- the file of a database ---------------------------------------------------------------------
 */

#define LOG_INTERVAL 1000 /* milliseconds */

static void tell(const bk_pools_entry_t *pool, apr_status_t rv, apr_int64_t now, server_rec *s)
{
    apr_int64_t logged = atomic_load(&pool->part->logged);

    if ((logged == 0 || now - logged >= LOG_INTERVAL) &&
        atomic_compare_exchange_strong(&pool->part->logged, &logged, now)) {
        ap_log_error(
            BK_MARK, APLOG_ERR, rv == APR_EMISMATCH ? 0 : rv, s,
            "BK0116: the database is not ready: %s was moved, removed or replaced while it "
            "was open%s: put it back, or stop and start httpd",
            pool->file, rv == APR_EMISMATCH ? ", and another file is there" : "");
    }
}

const bk_db_file_t *bk_pools_file(const bk_pools_entry_t *pool)
{
    const bk_pools_part_t *part = pool->part;

    if (!pool->file) {
        return NULL;
    }
    return bk_db_file_is_known(&part->file) ? &part->file : &part->shared->file;
}

apr_status_t bk_pools_check_file(const bk_pools_entry_t *pool, server_rec *s)
{
    apr_status_t rv = pool->file ? bk_db_file_look(bk_pools_file(pool), pool->file) : APR_SUCCESS;

    if (rv != APR_SUCCESS) {
        tell(pool, rv, bk_time_monotonic_ms(), s);
    }
    return rv;
}

void bk_pools_opened(const bk_pools_entry_t *pool)
{
    place_t *shared = pool->part->shared;

    if (!pool->file || bk_db_file_is_known(&pool->part->file)) {
        return;
    }
    if (!bk_db_file_is_known(&shared->file)) {
        bk_db_file_learn(&shared->file, pool->file);
    }
    bk_db_file_copy(&pool->part->file, &shared->file);
}

/* ---- metrics ------------------------------------------------------------------------------------
 */

typedef double read_count_t(const place_t *shared);

static double read_max(const place_t *shared)
{
    return shared->max;
}

static double read_in_use(const place_t *shared)
{
    bk_queue_view_t view;

    bk_queue_look(&shared->counts, &view);
    return view.in_use;
}

static double read_waiting(const place_t *shared)
{
    bk_queue_view_t view;

    bk_queue_look(&shared->counts, &view);
    return view.waiting;
}

static double read_acquired(const place_t *shared)
{
    return (double)atomic_load(&shared->counts.acquired);
}

static double read_timeouts(const place_t *shared)
{
    return (double)atomic_load(&shared->counts.timeouts);
}

static double read_failures(const place_t *shared)
{
    return (double)atomic_load(&shared->counts.failures);
}

static double read_waited(const place_t *shared)
{
    return (double)atomic_load(&shared->counts.waited) / APR_USEC_PER_SEC;
}

/* Write the sizes of the write-ahead logs. There is no such file while no process has the database
 * open.
 */
static void write_logs(request_rec *r)
{
    const char *name;
    void *shared;
    int n;

    ap_rputs(bk_prometheus_head("bookable_db_wal_bytes", "gauge",
                                "Size of SQLite's write-ahead log.", r->pool),
             r);
    for (n = 0; (name = bk_table_at(table, n, &shared)); n++) {
        const bk_pools_part_t *part = find_part(name, r->pool, r->server->process->pconf);
        struct stat log;

        if (part && part->log) {
            ap_rprintf(r, "bookable_db_wal_bytes{pool=\"%s\"} %" APR_INT64_T_FMT "\n",
                       bk_prometheus_label(name, r->pool),
                       stat(part->log, &log) == 0 ? (apr_int64_t)log.st_size : 0);
        }
    }
}

void bk_pools_metrics(request_rec *r)
{
    static const struct {
        const char *name, *type, *help;
        read_count_t *read;
        int decimals;
    } metrics[] = {
        {"bookable_db_connections_max", "gauge", "Connections that one child may have (DBDMax).",
         read_max},
        {"bookable_db_connections_in_use", "gauge", "Connections in use, of all children.",
         read_in_use},
        {"bookable_db_connections_waiting", "gauge", "Requests that wait for a connection.",
         read_waiting},
        {"bookable_db_acquired_total", "counter", "Connections that were acquired.", read_acquired},
        {"bookable_db_timeouts_total", "counter", "Waits for a connection that were given up.",
         read_timeouts},
        {"bookable_db_failures_total", "counter",
         "Connections that could not be opened, or were lost.", read_failures},
        {"bookable_db_wait_seconds_total", "counter", "Time spent waiting for a connection.",
         read_waited, 6},
    };
    const char *name;
    void *shared;
    unsigned int i;
    int n;

    for (i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++) {
        ap_rputs(bk_prometheus_head(metrics[i].name, metrics[i].type, metrics[i].help, r->pool), r);
        for (n = 0; (name = bk_table_at(table, n, &shared)); n++) {
            ap_rprintf(r, "%s{pool=\"%s\"} %.*f\n", metrics[i].name,
                       bk_prometheus_label(name, r->pool), metrics[i].decimals,
                       metrics[i].read(shared));
        }
    }
    write_logs(r);
}
