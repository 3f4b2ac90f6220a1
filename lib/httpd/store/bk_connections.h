/* bk_connections: the connections of a child to a database.
 *
 * Those to a file are mod_dbd's, which opens, keeps and closes them. Those to PostgreSQL are made
 * here (bk_pgsql): mod_dbd's driver makes one at a time, waits for each host in turn without a
 * limit of ours, and takes from the environment what the administrator did not write. Of its
 * directives DBDMax, DBDKeep, DBDExptime, DBDInitSQL and DBDParams mean here what they mean there.
 *
 * Any thread of the process may call; a connection belongs to who has taken it.
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
    const char *driver; /* as bk_db_attach_native() wants both */
    void *native;
    apr_pool_t *pool;     /* it lives here */
    apr_hash_t *prepared; /* what was made ready on it: a bk_db_t for each schema */
    ap_dbd_t *dbd;        /* mod_dbd's; NULL: it is one of these: */
    apr_time_t since;     /* it is idle */
    struct bk_connection_t *next;
} bk_connection_t;

/** A process's, of one set of DBD directives. */
typedef struct bk_connections_t {
    const bk_pgsql_target_t *target; /* NULL: they are mod_dbd's */
    _Atomic int era;                 /* of mod_dbd's: goes up when all are to be opened anew */
    _Atomic int discarded;           /* those that mod_dbd has yet to close */
    int keep;
    apr_interval_time_t expiry;
    pthread_mutex_t mutex; /* of the rest */
    bk_connection_t *idle; /* the one that was used last is first */
    int count;
} bk_connections_t;

/**
 * Prepare a process's, before it has threads.
 * @param target  where PostgreSQL is; NULL: they are mod_dbd's
 * @param child   those that are idle are closed when this pool ends
 * @return APR_SUCCESS, or the system's error
 */
apr_status_t bk_connections_init(bk_connections_t *connections, const bk_pgsql_target_t *target,
                                 const bk_conf_dbd_t *conf, apr_pool_t *child);

/**
 * Take one, or get a new one. Whoever takes one has a slot of the queue.
 * @param server  whose DBD directives they are of
 * @param queue   waits until no other thread opens one, if it is mod_dbd that opens
 * @param wait    for how long, microseconds
 * @param p       the request's pool
 * @return APR_SUCCESS; APR_TIMEUP: others were opening; APR_ECONNRESET: mod_dbd has logged why
 */
apr_status_t bk_connections_take(bk_connections_t *connections, bk_connection_t **connection,
                                 server_rec *server, bk_queue_t *queue, apr_interval_time_t wait,
                                 apr_pool_t *p);

/**
 * A connection of mod_dbd's failed in a way that lasts as long as it is open (bk_db_is_spoiled).
 * What SQLite found as it opened a file, all connections of a process share, for as long as there
 * is one: so all are closed, each when it is the next to be given back or taken.
 */
void bk_connections_spoiled(bk_connections_t *connections);

/** Give it back. */
void bk_connections_give(bk_connections_t *connections, bk_connection_t *connection,
                         server_rec *server);

#endif
