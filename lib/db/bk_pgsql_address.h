/* bk_pgsql_address: the addresses of a host's name, each to be connected to by itself.
 *
 * libpq looks a name up itself, but its asynchronous calls go on to the second address only when
 * the first refuses: one that is silent would hide all others.
 *
 * Threads: any may call. A look-up waits for the resolver, as libpq's own does, so no lock is held.
 */
#ifndef BK_PGSQL_ADDRESS_H
#define BK_PGSQL_ADDRESS_H

#include <libpq-fe.h>

#include "bk_pgsql_target.h"

/** How many addresses of a name are tried. */
#define BK_PGSQL_ADDRESSES 8

typedef struct bk_pgsql_addresses_t {
    int count;                          /* 1 or more, once they are looked up */
    int next;                           /* the one to connect to next; count: none */
    char texts[BK_PGSQL_ADDRESSES][64]; /* "": as libpq has it */
} bk_pgsql_addresses_t;

/**
 * Look up the name of one of a target's hosts, in the order of getaddrinfo() (RFC 6724). Where it
 * is a socket's folder, where the administrator says the address (hostaddr) or a service may, and
 * where the resolver knows none there is one address, "": libpq then does it, and says what is
 * wrong.
 * @param good  the sum of the address to begin with, if it is among them
 */
void bk_pgsql_address_all(bk_pgsql_addresses_t *addresses, const bk_pgsql_target_t *target,
                          int host, apr_uint32_t good);

/** What an address is known by in shared memory. */
apr_uint32_t bk_pgsql_address_sum(const char *address);

/**
 * Begin to connect, as PQconnectStartParams() does. The host's name stays what a certificate and a
 * password file are compared with.
 * @param address  of the host; "": as libpq has it
 * @return the caller's, for PQfinish(); NULL: no memory
 */
PGconn *bk_pgsql_address_connect(const bk_pgsql_target_t *target, int host, const char *address);

#endif
