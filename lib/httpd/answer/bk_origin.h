/* bk_origin: the web origin of a request, and the name of this server in URLs.
 *
 * A page of any site can make a browser send requests to any server. Without a check, a page could
 * change data here by requests that need no CORS preflight, sent from inside the visitor's network.
 * Browsers say where a request comes from (Origin, RFC 6454, and Sec-Fetch-Site, Fetch Metadata),
 * and pages cannot forge that; programs that are not browsers send neither header. So an unsafe
 * request from another origin is refused unless the administrator has listed the origin
 * (BookableOrigins). Listed origins get CORS headers in their answers (the Fetch standard,
 * "HTTP-network-or-cache fetch").
 *
 * X-Forwarded-Host and X-Forwarded-Proto of a proxy are trusted if mod_remoteip, or a module of
 * that kind, trusted the client's address that the proxy sent.
 */
#ifndef BK_ORIGIN_H
#define BK_ORIGIN_H

#include "bk_conf.h"

/**
 * Tell whether a request is allowed with respect to its origin: it is safe (GET, HEAD...), or comes
 * from no other origin, or from a listed one (BookableOrigins).
 * @param conf  NULL: there are no settings
 * @return 1 or 0
 */
int bk_origin_may_write(request_rec *r, const bk_conf_t *conf);

/** Tell whether a request's method is one that changes nothing (RFC 9110, section 9.2.1). */
int bk_origin_is_safe(request_rec *r);

/** Tell whether the client's connection is TLS: to this server, or to a trusted proxy that says so.
 */
int bk_origin_is_https(request_rec *r);

/**
 * Tell whether an origin is one under which browsers see this server: one that the administrator
 * has named (UserOrigin), which a server behind a gateway cannot know; without that, this
 * server's.
 * @param origin  as in the header Origin
 */
int bk_origin_is_seen(request_rec *r, const bk_conf_t *conf, const char *origin);

/**
 * Tell whether an origin is this server's. An http origin is not that of an https server. An https
 * origin may be that of a server without TLS, because a proxy in front may terminate TLS without
 * saying so.
 * @param origin  as in the header Origin
 */
int bk_origin_is_own(request_rec *r, const char *origin);

/** Set the CORS headers of an answer to a listed origin, and Vary. Does nothing if no origin is
 * listed. */
void bk_origin_open(request_rec *r, const bk_conf_t *conf);

/**
 * Set the further CORS headers of the answer to a preflight.
 * @param methods  those of the path, as in Allow
 */
void bk_origin_preflight(request_rec *r, const bk_conf_t *conf, const char *methods);

/**
 * Tell whether the request's Host is a configured name of this server (ServerName, ServerAlias), a
 * loopback name, or the address that the request came to. Any other name may be an attacker's,
 * whose DNS points here (DNS rebinding): a page of that name is then of the same origin as the
 * request.
 * @return 1 or 0
 */
int bk_origin_is_own_name(request_rec *r);

/**
 * An absolute URL of a path on this server, by httpd's rules (UseCanonicalName), so that a
 * ProxyPassReverse matches it. Behind a trusted proxy that passes on the client's Host, the URL has
 * the client's scheme and port.
 * @param path  begins with '/'
 * @return in the request's pool
 */
const char *bk_origin_url(request_rec *r, const char *path);

#endif
