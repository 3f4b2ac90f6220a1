/* bk_authority: compares web origins by their authority (RFC 6454; RFC 3986, section 3.2): host and
 * port, where the default port of the scheme may be left out. Any thread may call.
 */
#ifndef BK_AUTHORITY_H
#define BK_AUTHORITY_H

#include <apr_pools.h>
#include <apr_tables.h>

/**
 * Find the authority in an origin.
 * @param https  set to whether the scheme is https
 * @return the authority, which is the rest of @a origin; NULL if the scheme is neither http nor
 *         https
 */
const char *bk_authority_of(const char *origin, int *https);

/**
 * Tell whether two authorities are the same. Case does not matter, and the default port of the
 * scheme may be present or not.
 * @param b      the second authority, @a b_len bytes, which need not end in NUL
 * @param https  the scheme of both: 1 for https, 0 for http
 * @return 1 or 0
 */
int bk_authority_is_same(const char *a, const char *b, apr_size_t b_len, int https);

/**
 * Tell whether an origin is one of a list.
 * @param listed  array of origins (const char *), or NULL for none
 * @return 1 or 0
 */
int bk_authority_is_listed(const apr_array_header_t *listed, const char *origin);

/**
 * Tell whether a text is an origin as browsers send it: a scheme, a host and perhaps a port, and
 * nothing else.
 * @return 1 or 0
 */
int bk_authority_is_origin(const char *text, apr_pool_t *p);

#endif
