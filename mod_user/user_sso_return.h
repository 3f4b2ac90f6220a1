/* user_sso_return: where a browser goes after it has signed on.
 *
 * A link that leads through the sign-on says where to, and anyone may write such a link. It may
 * lead to pages of this site only, or else a trusted address would be the way to any other (an open
 * redirect, CWE-601).
 *
 * Does not depend on httpd. Any thread may call.
 */
#ifndef USER_SSO_RETURN_H
#define USER_SSO_RETURN_H

#include <apr_pools.h>

/** Characters of such a path, at the most. */
#define USER_SSO_RETURN_MOST 2000

/**
 * Make a Location of what a client asks to be sent to.
 * @param path  UTF-8: a path of this site, and what follows it: "/book/?day=2030-05-14#now". It
 *              begins with one '/', and holds no backslash and no control character, which some
 *              browsers read as '/' or leave out
 * @return the path with all characters that no URL holds percent-encoded, in @a p; NULL: it is no
 *         path of this site
 */
const char *user_sso_return_location(const char *path, apr_pool_t *p);

#endif
