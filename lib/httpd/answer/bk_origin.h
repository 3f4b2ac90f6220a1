/* bk_origin: whose page a request comes from, and how clients call this server.
 *
 * A page of any site can make a browser send requests to any server; with what a script may send
 * without asking first, a page could write here in the name of a visitor's network. Browsers say
 * where a request comes from (Origin, RFC 6454, and Sec-Fetch-Site, Fetch Metadata), which no page
 * can forge; programs that are no browsers say neither. So a request that changes something is
 * refused where it comes from another origin that the administrator has not listed
 * (BookableOrigins), and to those that are listed answers are opened as CORS has it (the Fetch
 * standard, "HTTP-network-or-cache fetch").
 *
 * What a proxy says of the client's own request (X-Forwarded-Host, X-Forwarded-Proto) is believed
 * where mod_remoteip, or a module of that kind, believed what it said of the client's address.
 */
#ifndef BK_ORIGIN_H
#define BK_ORIGIN_H

#include "bk_conf.h"

/**
 * Tell whether a request that changes something may: it is a safe one, or does not come from
 * another origin, or from one of those listed.
 * @param listed  origins (const char *), or NULL
 * @return 1 or 0
 */
int bk_origin_may_write(request_rec *r, const apr_array_header_t *listed);

/** Open an answer to a listed origin: the Access-Control headers, and Vary. Does nothing where no
 *  origin is listed. */
void bk_origin_open(request_rec *r, const bk_conf_t *conf);

/** Answer, on top of that, the question that a browser asks before a request (a preflight).
 *  @param methods  those of the path, as in Allow */
void bk_origin_preflight(request_rec *r, const bk_conf_t *conf, const char *methods);

/**
 * Tell whether a request names this server as its administrator did (ServerName, ServerAlias), or
 * by a loopback name, or by the address that it came to. Another name in Host may be one that
 * somebody else's DNS has pointed here, and the page that is behind the request be of that name.
 * @return 1 or 0
 */
int bk_origin_is_own_name(request_rec *r);

/**
 * An absolute URL of a path on this server, by httpd's rules (UseCanonicalName), so that a
 * ProxyPassReverse finds it. Behind a proxy that is believed and passes the client's Host on, with
 * the client's scheme and port.
 * @param path  begins with '/'
 * @return in the request's pool
 */
const char *bk_origin_url(request_rec *r, const char *path);

#endif
