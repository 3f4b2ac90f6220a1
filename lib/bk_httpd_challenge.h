/* bk_httpd_challenge: what a 401 asks for (RFC 9110, section 11.6.1).
 *
 * A challenge of another module of the server stays as it is: a client has to answer that one
 * first. Otherwise Bearer is offered, and Basic, where the user service of this httpd takes names
 * and passwords or there is none to ask. A browser that is offered Basic asks for a password in a
 * window of its own and sends it from then on with every request to this host, whichever page makes
 * it: for what a script of a page fetches it is not offered.
 */
#ifndef BK_HTTPD_CHALLENGE_H
#define BK_HTTPD_CHALLENGE_H

#include <apr_optional.h>

#include "bk_httpd.h"

/** Tell whether the user service takes names and passwords in a server. Registered by mod_user.
 *  @return 0: no; 1: yes; -1: the service is off there */
APR_DECLARE_OPTIONAL_FN(int, bk_user_takes_basic, (const server_rec *));

/** Set WWW-Authenticate for an answer with status 401, where nobody has. */
void bk_httpd_challenge(request_rec *r);

#endif
