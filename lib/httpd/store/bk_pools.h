/* bk_pools: the ways to databases of this httpd, one for each set of DBD directives.
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

/** This process's part of a pool, of all its modules. */
typedef struct bk_pools_part_t bk_pools_part_t;

typedef struct bk_pools_entry_t {
    bk_pools_part_t *part;
    server_rec *server;            /* whose DBD directives it is of */
    const char *name;              /* of that server */
    bk_queue_t *queue;             /* this process's part */
    bk_connections_t *connections; /* the same */
    bk_pgsql_target_t *target;     /* NULL: the database is a file */
    bk_breaker_place_t *breaker;   /* NULL: the database is a file */
    const char *file;              /* its path; NULL: the database is none */
} bk_pools_entry_t;

/** Get the memory they are counted in. Called in post_config. @return APR_SUCCESS, or why not,
 * logged
 */
apr_status_t bk_pools_init(apr_pool_t *p, server_rec *s);

/**
 * Get the pool of a server, made if there is none. Called in post_config.
 * @param s         the server; one without DBD directives of its own shares the main server's
 * @param settings  of the breaker
 * @param p         the configuration's pool: the result lives here
 * @return NULL, logged, if there is no memory or no place for it
 */
const bk_pools_entry_t *bk_pools_get(server_rec *s, const bk_breaker_settings_t *settings,
                                     apr_pool_t *p);

/** Prepare this process's part of a pool, once, whichever service asks first. In child_init.
 *  @param child  the child's pool
 *  @return APR_SUCCESS, or the system's error, which has been logged */
apr_status_t bk_pools_child_init(const bk_pools_entry_t *pool, apr_pool_t *child, server_rec *s);

/**
 * Check that the file of a database is the one that this process has open, or, where it has none
 * yet, the one that the others have.
 * @return APR_SUCCESS, also for what is no file; else why it is not to be used, which has been
 * logged: see bk_db_file_look()
 */
apr_status_t bk_pools_check_file(const bk_pools_entry_t *pool, server_rec *s);

/** What is known of the file of a database; NULL: it is none. */
const bk_db_file_t *bk_pools_file(const bk_pools_entry_t *pool);

/** A connection was opened: from now on, its file is the one. Where another process has opened
 * another one meanwhile, that is what the next check will say. */
void bk_pools_opened(const bk_pools_entry_t *pool);

/** Whether a service of this process has tried in vain to open a connection as the process began:
 * the others then do not try, for each time may cost the time-out. To be read and set in
 * child_init. */
int *bk_pools_in_vain(const bk_pools_entry_t *pool);

/** Write what Prometheus is to know of the pools. */
void bk_pools_metrics(request_rec *r);

#endif
