#include "bk_origin.h"

#include <strings.h>

#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>

#include "bk_authority.h"
#include "bk_conf.h"
#include "bk_consistency.h"
#include "bk_text.h"

/* The headers that a script of a listed origin may read of an answer, and send with a request. */
#define EXPOSED                                                                             \
    "X-Session-Token, Location, ETag, Retry-After, Allow, WWW-Authenticate, X-Request-Id, " \
    "Link, Idempotency-Replayed"
#define TAKEN                                                                           \
    "Authorization, Content-Type, If-Match, If-None-Match, " BK_CONSISTENCY_HEADER ", " \
    "X-Request-Id, Idempotency-Key, Prefer"
#define PREFLIGHT_SECONDS "600"

/* ---- proxies ------------------------------------------------------------------------------------
 */

/* A proxy is trusted if mod_remoteip has replaced the client's address by the one that the proxy
 * sent. */
static int is_proxy_trusted(request_rec *r)
{
    return r->useragent_addr != r->connection->client_addr;
}

static const char *forwarded(request_rec *r, const char *name)
{
    return is_proxy_trusted(r) ? apr_table_get(r->headers_in, name) : NULL;
}

int bk_origin_is_https(request_rec *r)
{
    const char *scheme = forwarded(r, "X-Forwarded-Proto");

    return strcasecmp(scheme ? scheme : ap_http_scheme(r), "https") == 0;
}

/* ---- names --------------------------------------------------------------------------------------
 */

/* The authority (host and port) that the client used: from X-Forwarded-Host if a trusted proxy sent
 * it, else from Host. Of several values, the first proxy's is the first.
 * @return *len bytes; NULL: there is none */
static const char *asked_authority(request_rec *r, apr_size_t *len)
{
    const char *host = forwarded(r, "X-Forwarded-Host");

    if (!host) {
        host = apr_table_get(r->headers_in, "Host");
    }
    *len = host ? strcspn(host, ", \t") : 0;
    return host;
}

int bk_origin_is_own(request_rec *r, const char *origin)
{
    int https;
    apr_size_t len;
    const char *authority = bk_authority_of(origin, &https);
    const char *asked = asked_authority(r, &len);

    return authority && asked && (https || !bk_origin_is_https(r)) &&
           bk_authority_is_same(authority, asked, len, https);
}

/* ---- unsafe requests ----------------------------------------------------------------------------
 */

int bk_origin_is_safe(request_rec *r)
{
    return r->method_number == M_GET || r->method_number == M_OPTIONS ||
           r->method_number == M_TRACE;
}

int bk_origin_is_seen(request_rec *r, const bk_conf_t *conf, const char *origin)
{
    return conf && conf->own_origins ? bk_authority_is_listed(conf->own_origins, origin)
                                     : bk_origin_is_own(r, origin);
}

int bk_origin_may_write(request_rec *r, const bk_conf_t *conf)
{
    const char *origin, *site;

    if (bk_origin_is_safe(r)) { /* HEAD is GET to httpd */
        return 1;
    }
    origin = apr_table_get(r->headers_in, "Origin");
    site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
    if (origin && conf && bk_authority_is_listed(conf->origins, origin)) {
        return 1;
    }
    return (!origin || bk_origin_is_seen(r, conf, origin)) &&
           (!site || strcasecmp(site, "same-origin") == 0 || strcasecmp(site, "none") == 0);
}

void bk_origin_open(request_rec *r, const bk_conf_t *conf)
{
    const char *origin;

    if (!conf->origins) {
        return;
    }
    apr_table_mergen(r->headers_out, "Vary", "Origin");
    origin = apr_table_get(r->headers_in, "Origin");
    if (origin && bk_authority_is_listed(conf->origins, origin)) {
        apr_table_setn(r->headers_out, "Access-Control-Allow-Origin", origin);
        apr_table_setn(r->headers_out, "Access-Control-Expose-Headers", EXPOSED);
    }
}

void bk_origin_preflight(request_rec *r, const bk_conf_t *conf, const char *methods)
{
    const char *origin = apr_table_get(r->headers_in, "Origin");

    if (origin && bk_authority_is_listed(conf->origins, origin) &&
        apr_table_get(r->headers_in, "Access-Control-Request-Method")) {
        apr_table_setn(r->headers_out, "Access-Control-Allow-Methods", methods);
        apr_table_setn(r->headers_out, "Access-Control-Allow-Headers", TAKEN);
        apr_table_setn(r->headers_out, "Access-Control-Max-Age", PREFLIGHT_SECONDS);
    }
}

/* ---- names of this server -----------------------------------------------------------------------
 */

static int is_loopback(const char *name)
{
    return strcasecmp(name, "localhost") == 0 || strcmp(name, "::1") == 0 ||
           (strncmp(name, "127.", 4) == 0 && strspn(name, "0123456789.") == strlen(name));
}

static int is_among(const apr_array_header_t *names, const char *name, int wild)
{
    int i;

    for (i = 0; names && i < names->nelts; i++) {
        const char *own = APR_ARRAY_IDX(names, i, const char *);

        /* A pattern that matches everything does not count as a name. */
        if (own && own[strspn(own, "*?.")] &&
            (wild ? ap_strcasecmp_match(name, own) : strcasecmp(name, own)) == 0) {
            return 1;
        }
    }
    return 0;
}

int bk_origin_is_own_name(request_rec *r)
{
    const server_rec *s = r->server;
    const char *name = r->hostname;

    if (name && *name == '[') {
        name = apr_pstrmemdup(r->pool, name + 1, strcspn(name + 1, "]"));
    }
    return name && (is_loopback(name) || strcmp(name, r->connection->local_ip) == 0 ||
                    (s->server_hostname && strcasecmp(name, s->server_hostname) == 0) ||
                    is_among(s->names, name, 0) || is_among(s->wild_names, name, 1));
}

/* The result of ap_construct_url() in a third of its time, which that function spends on formatting
 * the port. */
static const char *url_by_httpd(request_rec *r, const char *path)
{
    apr_port_t port = ap_get_server_port(r);
    char room[BK_TEXT_INT];
    int is_usual = ap_is_default_port(port, r);

    return apr_pstrcat(r->pool, ap_http_scheme(r), "://", ap_get_server_name_for_url(r),
                       is_usual ? "" : ":", is_usual ? "" : bk_text_of_int(port, room), path, NULL);
}

/* Whether a trusted proxy has passed on the client's scheme and Host. */
static int is_passed_on(request_rec *r, const char *host)
{
    const char *scheme = forwarded(r, "X-Forwarded-Proto");
    const char *asked;
    apr_size_t len;

    if (!scheme || !host || (strcasecmp(scheme, "http") != 0 && strcasecmp(scheme, "https") != 0)) {
        return 0;
    }
    asked = asked_authority(r, &len);
    return bk_authority_is_same(host, asked, len, bk_origin_is_https(r));
}

const char *bk_origin_url(request_rec *r, const char *path)
{
    const char *host = is_proxy_trusted(r) ? apr_table_get(r->headers_in, "Host") : NULL;

    return is_passed_on(r, host)
               ? apr_pstrcat(r->pool, bk_origin_is_https(r) ? "https://" : "http://", host, path,
                             NULL)
               : url_by_httpd(r, path);
}
