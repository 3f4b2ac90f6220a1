/* bk_challenge: what a 401 asks for (RFC 9110, section 11.6.1).
 *
 * A challenge of another module of the server stays as it is: a client has to answer that one
 * first. Otherwise those of Bearer and Basic are offered that the user service of this httpd takes,
 * or both where there is none to ask. A browser that is offered Basic asks for a password in a
 * window of its own and sends it from then on with every request to this host, whichever page makes
 * it: for what a script of a page fetches it is not offered, but Bearer, for a 401 offers
 * something.
 */
#ifndef BK_CHALLENGE_H
#define BK_CHALLENGE_H

#include <apr_optional.h>
#include <httpd.h>

/** Tell how callers may say who they are to the user service of a server. Registered by mod_user.
 *  @return BK_CHALLENGE_...; all, if the service is off there */
APR_DECLARE_OPTIONAL_FN(int, bk_user_takes, (const server_rec *));

#define BK_CHALLENGE_BEARER 1
#define BK_CHALLENGE_BASIC 2
#define BK_CHALLENGE_ALL (BK_CHALLENGE_BEARER | BK_CHALLENGE_BASIC)

/** Set WWW-Authenticate for an answer with status 401, where nobody has. */
void bk_challenge(request_rec *r);

#endif
