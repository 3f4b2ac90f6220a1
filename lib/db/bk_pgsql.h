/* bk_pgsql: a connection to PostgreSQL that is made, lost and made again.
 *
 * It is made to one of its target's hosts, beginning with the one that was good last. Each host has
 * its own deadline, and the others are not kept waiting for it: after BK_PGSQL_STAGGER milliseconds
 * without an answer the next one is asked beside it, as RFC 8305 (Happy Eyeballs) does with
 * addresses. A name's addresses are tried as hosts are. So a host that hangs costs that much, once;
 * from then on all processes begin with another.
 *
 * Threads: a connection is used by one at a time.
 */
#ifndef BK_PGSQL_H
#define BK_PGSQL_H

#include <apr_errno.h>
#include <apr_pools.h>
#include <libpq-fe.h>

#include "bk_pgsql_target.h"

#define BK_PGSQL_STAGGER 250 /* milliseconds */

typedef struct bk_pgsql_t {
    const bk_pgsql_target_t *target;
    PGconn *connection;  /* NULL: none */
    int host;            /* of the target, that it is to */
    apr_uint32_t number; /* counts those that were made: what belongs to an earlier one is gone */
    int is_new;          /* nothing was run on it yet */
    char why[512];       /* there is none, in libpq's words */
} bk_pgsql_t;

/**
 * Get one that is not made yet.
 * @param target  lives as long as @a p
 * @param p       it is closed when this pool ends
 */
bk_pgsql_t *bk_pgsql(const bk_pgsql_target_t *target, apr_pool_t *p);

/**
 * Make it, closing what was.
 * @param timeout  for a host, milliseconds, where the target does not say
 * @return APR_SUCCESS; APR_ETIMEDOUT: no host answered in time; APR_ECONNRESET: none took it
 */
apr_status_t bk_pgsql_connect(bk_pgsql_t *pgsql, apr_int64_t timeout);

/** Shut it down, whatever the server does: libpq then sees that it is over. */
void bk_pgsql_shut(bk_pgsql_t *pgsql);

/** Whether it is over. An idle connection has nothing else to say; a last message may come before
 * that. Not for one that awaits an answer. */
int bk_pgsql_is_over(bk_pgsql_t *pgsql);

/** Whether another host was found to be the right one since, where there is only one. */
int bk_pgsql_is_left(const bk_pgsql_t *pgsql);

/** Look whether another host has become the right one, while this one is silent. Of all who call,
 * one looks, twice a second. */
void bk_pgsql_look(bk_pgsql_t *pgsql);

/**
 * Have the server cancel what it is doing for this connection, by another connection.
 * @param process  the server's process
 * @param timeout  for all of it, milliseconds
 * @return 1: the server was told
 */
int bk_pgsql_cancel(const bk_pgsql_t *pgsql, int process, apr_int64_t timeout);

/** Wait until its socket is ready. @param events  of poll() @param deadline  monotonic,
 * milliseconds
 * @return 1; 0: the deadline has passed */
int bk_pgsql_wait(PGconn *connection, short events, apr_int64_t deadline);

#endif
