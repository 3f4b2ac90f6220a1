/* bk_pgsql_target: the hosts of a connection string, for bk_pgsql.
 *
 * libpq tries the hosts in the order of the string, always from the first, and its asynchronous
 * calls have no time-out: one host that does not answer would keep all others from being tried. So
 * the string is parsed once, and each host gets parameters of its own.
 */
#ifndef BK_PGSQL_TARGET_H
#define BK_PGSQL_TARGET_H

#include <stdatomic.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "bk_layout.h"

/** The most hosts of a target; a connection string may have half of that. */
#define BK_PGSQL_HOSTS 32

/** What all connections to a target share, in shared memory or in a process's own. Initially zeros.
 */
typedef struct bk_pgsql_shared_t {
    _Atomic apr_int32_t good;     /* the host that was connected to last */
    _Atomic apr_uint32_t address; /* hash of its address; 0: none */
    _Atomic apr_int64_t since;    /* when it became the good host; monotonic, milliseconds */
    _Atomic apr_int64_t looked;   /* time of the last bk_pgsql_look(); monotonic, milliseconds */
    _Atomic apr_uint64_t life; /* of the last primary: its cluster in the upper half, its timeline
                                  in the lower; 0: unknown */
} bk_pgsql_shared_t;

extern const bk_layout_t bk_pgsql_target_shared_layout; /* no member keeps its value */

typedef struct bk_pgsql_target_t {
    int hosts; /* 1 or more; for prefer-standby each host is there twice: as a standby, and then as
                  any server */
    int is_exclusive;                    /* only the primary will do */
    apr_int64_t timeout;                 /* per host, milliseconds; 0: the string has none */
    int has_timeout;                     /* whether the string says what it is */
    const char **keywords;               /* for PQconnectStartParams(), ending in NULL */
    const char **values[BK_PGSQL_HOSTS]; /* the same, per host */
    const char *const *init;             /* statements for each new connection, ending in NULL */
    bk_pgsql_shared_t *shared;
} bk_pgsql_target_t;

/**
 * Parse a connection string.
 * @param params  key=value pairs or a URI (libpq's manual, 34.1.1)
 * @param why     set if NULL is returned: what is wrong, without any part of the string, which may
 *                hold a password
 * @param p       of the result, including its initial shared part
 */
bk_pgsql_target_t *bk_pgsql_target(const char *params, const char **why, apr_pool_t *p);

/** The value of an option for one of the hosts. @return NULL: it is not set */
const char *bk_pgsql_target_value(const bk_pgsql_target_t *target, int host, const char *keyword);

/**
 * Let libpq check the values of a target's options, which it does only when a connection is begun.
 * No server is contacted. A target that names a service (libpq's manual, 34.17) is refused: its
 * hosts are in a file, which only libpq reads, and so could not be asked beside each other.
 * @return NULL, or what is wrong
 */
const char *bk_pgsql_target_refused(const bk_pgsql_target_t *target, apr_pool_t *p);

#endif
