/* bk_cookie: the session in a browser (RFC 6265bis): one place reads its cookie, one sets it.
 *
 * Over TLS the name is __Host-bookable, which a browser takes and sends only with Secure, Path=/
 * and without a Domain: no other host of the site can set it. Over plain HTTP, which is for
 * loopback, the name is bookable. HttpOnly keeps it from scripts; SameSite=Lax lets links arrive
 * signed in.
 *
 * A browser sends a cookie with requests that other pages make, too. So a request that may change
 * something and whose caller is known by the cookie has to come from a page of this very origin,
 * and has to have a Content-Type that neither a form nor a script of another origin can send
 * without asking first (bk_cookie_wrong()).
 */
#ifndef BK_COOKIE_H
#define BK_COOKIE_H

#include "bk_conf.h"
#include "bk_request.h"

/**
 * Note the session in a request's cookie, for bk_request_credentials(). Authorization comes first:
 * a request that has it, and one where API v1 is off, has no session in a cookie.
 */
void bk_cookie_read(bk_request_t *request);

/**
 * Check an unsafe request whose caller is known by the cookie.
 * @return NULL; or what is wrong with it, in English
 */
const char *bk_cookie_wrong(request_rec *r, const bk_conf_t *conf);

/**
 * Give the browser a session.
 * @param token    of the session
 * @param seconds  how long the browser keeps it; 0: until it is closed
 */
void bk_cookie_set(request_rec *r, const char *token, apr_int64_t seconds);

/** Take the session from the browser, and what it has stored of this origin (Clear-Site-Data). */
void bk_cookie_clear(request_rec *r);

#endif
