/* bk_pgsql_target: the servers that a connection string names, as bk_pgsql connects to them.
 *
 * libpq tries the hosts of a string in its order, always from the first, and its asynchronous calls
 * know no time-out at all: one host that is silent would keep all others from being asked. So the
 * string is taken apart once, and each host has its own parameters.
 */
#ifndef BK_PGSQL_TARGET_H
#define BK_PGSQL_TARGET_H

#include <stdatomic.h>

#include <apr_pools.h>
#include <apr_time.h>

#include "bk_layout.h"

/** How many hosts a target may have; a string may name half of them. */
#define BK_PGSQL_HOSTS 32

/** What all connections to a target know together: in shared memory, or a process's own. Zeros at
 * first. */
typedef struct bk_pgsql_shared_t {
    _Atomic apr_int32_t good;     /* the host that was connected to last */
    _Atomic apr_uint32_t address; /* the sum of its address, of those of its name; 0: none */
    _Atomic apr_int64_t since;    /* when the host became that; monotonic, milliseconds */
    _Atomic apr_int64_t looked; /* when somebody last looked for another; monotonic, milliseconds */
    _Atomic apr_uint64_t life;  /* of the primary that was connected to: in the upper half which
                                   cluster it is, in the lower its timeline; 0: not known */
} bk_pgsql_shared_t;

extern const bk_layout_t bk_pgsql_target_shared_layout; /* all of it begins anew */

typedef struct bk_pgsql_target_t {
    int hosts;             /* 1 or more; where a standby is preferred each is there twice: as a
                              standby, and then as anything */
    int is_exclusive;      /* only one of the hosts is the right one: whatever can be written to */
    apr_int64_t timeout;   /* for a host, milliseconds; 0: the string says nothing of it */
    int has_timeout;       /* whether the string says what it is */
    const char **keywords; /* as PQconnectStartParams() takes them, ending in NULL */
    const char **values[BK_PGSQL_HOSTS]; /* the same, for each host */
    const char *const *init;             /* statements for each new connection, ending in NULL */
    bk_pgsql_shared_t *shared;
} bk_pgsql_target_t;

/**
 * Take a connection string apart.
 * @param params  key=value pairs or a URI, as libpq's manual has them (34.1.1)
 * @param why     set, where NULL is returned, to what is wrong: nothing of the string, which may
 *                hold a password
 * @param p       the result lives here; its shared part is one of its own
 */
bk_pgsql_target_t *bk_pgsql_target(const char *params, const char **why, apr_pool_t *p);

/** What an option is for one of the hosts. @return NULL: it is not said */
const char *bk_pgsql_target_value(const bk_pgsql_target_t *target, int host, const char *keyword);

/**
 * Have libpq judge the values of a target's options, as it does only when a connection begins. No
 * server is asked. A target that names a service (libpq's manual, 34.17) is refused: its hosts are
 * in a file, which only libpq reads, and so could not be asked beside each other.
 * @return NULL, or what is wrong
 */
const char *bk_pgsql_target_refused(const bk_pgsql_target_t *target, apr_pool_t *p);

#endif
