/* bk_pgsql: a connection to PostgreSQL that can be reopened.
 *
 * It connects to one of its target's hosts, beginning with the last good one. Each host has its own
 * deadline, and does not delay the others: after BK_PGSQL_STAGGER milliseconds without an answer
 * the next host is tried in parallel, as RFC 8305 (Happy Eyeballs) does with addresses. The
 * addresses of a name are tried in the same way. So a host that hangs costs BK_PGSQL_STAGGER once;
 * from then on all processes begin with another host.
 *
 * Threads: a connection is used by one thread at a time.
 *
 * In a build without PostgreSQL (configure --without-pgsql) lib/db/none stands for it: no
 * connection string is right, so that there is never a target, and nothing that needs one is
 * called.
 */
#ifndef BK_PGSQL_H
#define BK_PGSQL_H

#include <apr_errno.h>
#include <apr_pools.h>
#ifdef BK_WITHOUT_PGSQL
typedef struct pg_conn PGconn; /* of which there is none */
#else
#include <libpq-fe.h>
#endif

#include "bk_pgsql_target.h"

#define BK_PGSQL_STAGGER 250 /* milliseconds */

typedef struct bk_pgsql_t {
    const bk_pgsql_target_t *target;
    PGconn *connection;  /* NULL: none */
    int host;            /* index of the connected host in the target */
    apr_uint32_t number; /* counts connects: state of earlier connections is lost */
    int is_new;          /* the initial statements have not run yet */
    char why[512];       /* why there is no connection, by libpq */
} bk_pgsql_t;

/**
 * Create a connection, without connecting.
 * @param target  lives as long as @a p
 * @param p       the connection is closed when this pool ends
 */
bk_pgsql_t *bk_pgsql(const bk_pgsql_target_t *target, apr_pool_t *p);

/**
 * Connect, closing the connection before.
 * @param timeout  per host, milliseconds, if the target has none
 * @return APR_SUCCESS; APR_ETIMEDOUT: a host did not answer in time; APR_ECONNRESET: all refused
 */
apr_status_t bk_pgsql_connect(bk_pgsql_t *pgsql, apr_int64_t timeout);

/** Shut the connection down, whatever the server does, so that libpq considers it as broken. */
void bk_pgsql_shut(bk_pgsql_t *pgsql);

/** Tell whether the last connect went well, and libpq has noticed no loss since. */
int bk_pgsql_is_connected(const bk_pgsql_t *pgsql);

/** Tell whether an idle connection is broken. The only data that an idle connection receives is a
 * last message and its end. Not to be called while an answer is awaited. */
int bk_pgsql_is_broken(bk_pgsql_t *pgsql);

/** Tell whether another host has been found to be the primary since, if the target wants a primary.
 */
int bk_pgsql_is_replaced(const bk_pgsql_t *pgsql);

/** Check whether another host has become the primary, while this one does not answer. Of all
 * callers on this host, only one does so, twice a second. */
void bk_pgsql_look(bk_pgsql_t *pgsql);

/**
 * Cancel the running statement, by another connection.
 * @param process  id of the server's process
 * @param timeout  in all, milliseconds
 * @return 1: the cancellation was sent
 */
int bk_pgsql_cancel(const bk_pgsql_t *pgsql, int process, apr_int64_t timeout);

/**
 * Wait until a connection's socket is ready.
 * @param events    of poll()
 * @param deadline  monotonic, milliseconds
 * @return 1; 0: the deadline has passed
 */
int bk_pgsql_wait(PGconn *connection, short events, apr_int64_t deadline);

#endif
