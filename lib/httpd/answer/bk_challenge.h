/* bk_challenge: the challenges of a 401 (RFC 9110, section 11.6.1).
 *
 * If another module has set a challenge, it stays as it is: a client has to answer that one first.
 * Otherwise the challenges are those of Bearer and Basic that the user service of this httpd
 * accepts, or both if it does not run in this httpd. A browser that gets a Basic challenge asks for
 * a password in a dialog and sends it from then on with every request to this host, whichever page
 * makes it. So requests of a page's scripts get no Basic challenge; they get Bearer, because a 401
 * must have a challenge.
 */
#ifndef BK_CHALLENGE_H
#define BK_CHALLENGE_H

#include <apr_optional.h>
#include <httpd.h>

/**
 * The authentication schemes that the user service of a server accepts. Registered by mod_user.
 * @return a set of BK_CHALLENGE_...; all of them if the service is off there
 */
APR_DECLARE_OPTIONAL_FN(int, bk_user_takes, (const server_rec *));

#define BK_CHALLENGE_BEARER 1
#define BK_CHALLENGE_BASIC 2
#define BK_CHALLENGE_ALL (BK_CHALLENGE_BEARER | BK_CHALLENGE_BASIC)

/** Set WWW-Authenticate for an answer with status 401, unless it is set. */
void bk_challenge(request_rec *r);

#endif
