#include "bk_authority.h"

#include <string.h>
#include <strings.h>

#include <apr_uri.h>

#include "bk_text.h"

const char *bk_authority_of(const char *origin, int *https)
{
    if (strncasecmp(origin, "http://", 7) == 0) {
        *https = 0;
        return origin + 7;
    }
    if (strncasecmp(origin, "https://", 8) == 0) {
        *https = 1;
        return origin + 8;
    }
    return NULL;
}

/* The length of an authority without the default port of its scheme. */
static apr_size_t length_of(const char *authority, apr_size_t len, int https)
{
    const char *port = https ? ":443" : ":80";
    apr_size_t port_len = strlen(port);

    return len > port_len && memcmp(authority + len - port_len, port, port_len) == 0
               ? len - port_len
               : len;
}

int bk_authority_is_same(const char *a, const char *b, apr_size_t b_len, int https)
{
    apr_size_t len = length_of(a, strlen(a), https);

    return len == length_of(b, b_len, https) && strncasecmp(a, b, len) == 0;
}

int bk_authority_is_listed(const apr_array_header_t *listed, const char *origin)
{
    int i, https = 0, listed_https = 0;
    const char *authority = bk_authority_of(origin, &https);

    for (i = 0; authority && listed && i < listed->nelts; i++) {
        const char *other = bk_authority_of(APR_ARRAY_IDX(listed, i, const char *), &listed_https);

        if (https == listed_https && bk_authority_is_same(authority, other, strlen(other), https)) {
            return 1;
        }
    }
    return 0;
}

static int is_host(const char *host, int is_address)
{
    const char *letters = is_address ? "0123456789abcdefABCDEF:." /* IPv6 */
                                     : "0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ-.";

    return *host && strspn(host, letters) == strlen(host);
}

static int is_port(const char *text)
{
    apr_int64_t port;

    return bk_text_int(text, &port) && port > 0 && port <= 65535;
}

int bk_authority_is_origin(const char *text, apr_pool_t *p)
{
    apr_uri_t uri;
    int https;

    return bk_authority_of(text, &https) && apr_uri_parse(p, text, &uri) == APR_SUCCESS &&
           uri.hostname && is_host(uri.hostname, strchr(text, '[') != NULL) && !uri.path &&
           !uri.query && !uri.fragment && !uri.user && !uri.password &&
           (!uri.port_str || is_port(uri.port_str));
}
