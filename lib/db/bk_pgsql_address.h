/* bk_pgsql_address: the addresses of a host's name, each of which is connected to separately.
 *
 * libpq looks a name up itself, but its asynchronous calls go on to the second address only if the
 * first refuses: one that does not answer would hide all others.
 *
 * Any thread may call. A look-up waits for the resolver, as libpq's own does, so no lock is held.
 */
#ifndef BK_PGSQL_ADDRESS_H
#define BK_PGSQL_ADDRESS_H

#include <libpq-fe.h>

#include "bk_pgsql_target.h"

/** The most addresses of a name that are tried. */
#define BK_PGSQL_ADDRESSES 8

typedef struct bk_pgsql_addresses_t {
    int count;                          /* 1 or more, after the look-up */
    int next;                           /* index of the next one to try; count: none */
    char texts[BK_PGSQL_ADDRESSES][64]; /* "": up to libpq */
} bk_pgsql_addresses_t;

/**
 * Look up the name of one of a target's hosts, in the order of getaddrinfo() (RFC 6724). There is
 * just one address, "", if the host is a directory of Unix sockets, if hostaddr or a service may
 * give the address, or if the resolver finds none: libpq then handles the host, and reports errors.
 * @param good  the hash of the address to begin with, if it is among them
 */
void bk_pgsql_address_all(bk_pgsql_addresses_t *addresses, const bk_pgsql_target_t *target,
                          int host, apr_uint32_t good);

/** The hash of an address, for shared memory. */
apr_uint32_t bk_pgsql_address_sum(const char *address);

/**
 * Begin to connect, by PQconnectStartParams(). Certificates and password files are still checked by
 * the host's name.
 * @param address  of the host; "": up to libpq
 * @return to be closed by PQfinish(); NULL: no memory
 */
PGconn *bk_pgsql_address_connect(const bk_pgsql_target_t *target, int host, const char *address);

#endif
