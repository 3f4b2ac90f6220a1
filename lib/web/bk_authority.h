/* bk_authority: the authority of an origin of the web (RFC 6454, and RFC 3986, section 3.2): its
 * host, and its port where that is not its scheme's own.
 */
#ifndef BK_AUTHORITY_H
#define BK_AUTHORITY_H

#include <apr_pools.h>
#include <apr_tables.h>

/**
 * Where the authority of an origin begins.
 * @param https  set to whether it is https
 * @return within the origin; NULL: it is no origin of the web
 */
const char *bk_authority_of(const char *origin, int *https);

/**
 * Tell whether two authorities are the same. Names are compared without regard to case, and the
 * port that a scheme has anyway may be there or not.
 * @param b      b_len bytes, not ending in NUL
 * @param https  of both: whether the scheme is https, or else http
 * @return 1 or 0
 */
int bk_authority_is_same(const char *a, const char *b, apr_size_t b_len, int https);

/**
 * Tell whether an origin is one of a list.
 * @param listed  origins (const char *), or NULL
 * @return 1 or 0
 */
int bk_authority_is_listed(const apr_array_header_t *listed, const char *origin);

/**
 * Check that a text is an origin as browsers send it: scheme, host and perhaps a port, nothing
 * else.
 * @return 1 or 0
 */
int bk_authority_is_origin(const char *text, apr_pool_t *p);

#endif
