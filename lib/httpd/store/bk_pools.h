/* bk_pools: pools of database connections, one for each set of DBD directives.
 *
 * A pool is in front of the connections: it bounds how long a thread waits for one (bk_queue), and,
 * where the database is a server, asks a circuit breaker first, which is named "HOST:PORT SERVICE
 * database". All services of an httpd share the pool, as they share the connections; each has its
 * own breaker.
 */
#ifndef BK_POOLS_H
#define BK_POOLS_H

#include <httpd.h>

#include "bk_breakers.h"
#include "bk_conf_dependency.h"
#include "bk_connections.h"
#include "bk_db_file.h"
#include "bk_queue.h"

/** The part of a pool in this process, shared by all modules. */
typedef struct bk_pools_part_t bk_pools_part_t;

typedef struct bk_pools_entry_t {
    bk_pools_part_t *part;
    server_rec *server;            /* the server with the DBD directives */
    const char *name;              /* the server's (bk_host.h) */
    bk_queue_t *queue;             /* of this process */
    bk_connections_t *connections; /* of this process */
    bk_pgsql_target_t *target;     /* NULL: the database is a file */
    bk_breaker_place_t *breaker;   /* NULL: the database is a file */
    const char *file;              /* path of the database; NULL: a server */
} bk_pools_entry_t;

/**
 * Get the shared memory of the pools. Called in post_config.
 * @return APR_SUCCESS, or an error, which has been logged
 */
apr_status_t bk_pools_init(apr_pool_t *p, server_rec *s);

/**
 * Get the pool of a server, creating it if there is none. Called in post_config.
 * @param s         the server; one without DBD directives of its own shares the main server's
 * @param settings  of the breaker
 * @param p         the configuration's pool: the result lives here
 * @return NULL if there is no memory, which has been logged
 */
const bk_pools_entry_t *bk_pools_get(server_rec *s, const bk_breaker_settings_t *settings,
                                     apr_pool_t *p);

/**
 * Initialize this process's part of a pool, once: the first service to call does it. Called in
 * child_init.
 * @param child  the child's pool
 * @return APR_SUCCESS, or the system's error, which has been logged
 */
apr_status_t bk_pools_child_init(const bk_pools_entry_t *pool, apr_pool_t *child, server_rec *s);

/**
 * Check that the file of a database is still the one that this process has open, or, if it has none
 * open, the one that the other processes have.
 * @return APR_SUCCESS, also if the database is a server; else an error of bk_db_file_look(), which
 *         has been logged
 */
apr_status_t bk_pools_check_file(const bk_pools_entry_t *pool, server_rec *s);

/** The known file of a database; NULL: the database is a server. */
const bk_db_file_t *bk_pools_file(const bk_pools_entry_t *pool);

/** Note the file of the first connection that was opened, for bk_pools_check_file(). If another
 * process has opened another file meanwhile, the next check fails. */
void bk_pools_opened(const bk_pools_entry_t *pool);

/** Whether a service has failed to connect when this process started: the other services then do
 * not try, because each attempt may take the whole time-out. To be read and set in child_init. */
int *bk_pools_connect_failed(const bk_pools_entry_t *pool);

/** Write the metrics of the pools. */
void bk_pools_metrics(request_rec *r);

#endif
