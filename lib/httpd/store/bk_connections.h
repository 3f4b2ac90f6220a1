/* bk_connections: the connections of a child to a database.
 *
 * Connections to an SQLite file are mod_dbd's, which opens, keeps and closes them. Connections to
 * PostgreSQL are made here (bk_pgsql), because mod_dbd's driver opens only one at a time, waits for
 * one host after the other without a configurable limit, and takes missing parameters from the
 * environment. DBDMax, DBDKeep, DBDExptime, DBDInitSQL and DBDParams have the same meaning for
 * both.
 *
 * Any thread of the process may call; a connection belongs to the thread that has taken it.
 */
#ifndef BK_CONNECTIONS_H
#define BK_CONNECTIONS_H

#include <pthread.h>
#include <stdatomic.h>

#include <apr_dbd.h>
#include <apr_hash.h>
#include <httpd.h>
#include <mod_dbd.h>

#include "bk_conf_dbd.h"
#include "bk_pgsql.h"
#include "bk_queue.h"

typedef struct bk_connection_t {
    const char *driver; /* both as bk_db_attach_native() wants them */
    void *native;
    apr_pool_t *pool;     /* of the connection */
    apr_hash_t *prepared; /* a bk_db_t for each schema that was attached to it */
    ap_dbd_t *dbd;        /* mod_dbd's; NULL: to PostgreSQL, with these members: */
    apr_time_t since;     /* when it became idle */
    struct bk_connection_t *next;
} bk_connection_t;

/** The connections of a process for one set of DBD directives. */
typedef struct bk_connections_t {
    const bk_pgsql_target_t *target; /* NULL: mod_dbd's connections */
    _Atomic int era;                 /* incremented when all of mod_dbd's are to be reopened */
    _Atomic int discarded;           /* connections that mod_dbd has yet to close */
    int keep;
    apr_interval_time_t expiry;
    pthread_mutex_t mutex; /* protects the rest */
    bk_connection_t *idle; /* the most recently used one first */
    int count;
} bk_connections_t;

/**
 * Initialize the connections of a process, before it has threads.
 * @param target  the PostgreSQL servers; NULL: mod_dbd's connections
 * @param child   idle connections are closed when this pool ends
 * @return APR_SUCCESS, or the system's error
 */
apr_status_t bk_connections_init(bk_connections_t *connections, const bk_pgsql_target_t *target,
                                 const bk_conf_dbd_t *conf, apr_pool_t *child);

/**
 * Take one, or get a new one. Whoever takes one has a slot of the queue.
 * @param server  the server with the DBD directives
 * @param queue   waits until no other thread opens one, if it is mod_dbd that opens
 * @param wait    for that lock at most, microseconds
 * @param p       the request's pool
 * @return APR_SUCCESS; APR_TIMEUP: the lock was not free in time; APR_ECONNRESET: mod_dbd could not
 *         open one, and has logged why
 */
apr_status_t bk_connections_take(bk_connections_t *connections, bk_connection_t **connection,
                                 server_rec *server, bk_queue_t *queue, apr_interval_time_t wait,
                                 apr_pool_t *p);

/**
 * Have all connections of mod_dbd closed, each when it is next returned or taken, because one of
 * them has failed for good (bk_db_is_spoiled). Closing only that one is not enough: all SQLite
 * connections of a process share what was found when the file was opened, until the last is closed.
 */
void bk_connections_spoiled(bk_connections_t *connections);

/** Return a connection. */
void bk_connections_return(bk_connections_t *connections, bk_connection_t *connection,
                           server_rec *server);

#endif
