#include "bk_cookie.h"

#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "bk_conf.h"
#include "bk_origin.h"

#define SECURE_NAME "__Host-bookable"
#define PLAIN_NAME "bookable"

static const char *name_of(request_rec *r)
{
    return bk_origin_is_https(r) ? SECURE_NAME : PLAIN_NAME;
}

/* The value of a cookie in one Cookie header: name=value; name=value. NULL: it has none. */
static const char *find_value(const char *header, const char *name, apr_pool_t *p)
{
    apr_size_t name_len = strlen(name), len;

    for (; *header; header += len + strspn(header + len, ";")) {
        header += strspn(header, " \t");
        len = strcspn(header, ";");
        if (len > name_len && header[name_len] == '=' && memcmp(header, name, name_len) == 0) {
            const char *value = header + name_len + 1;

            return apr_pstrmemdup(p, value, len - name_len - 1);
        }
    }
    return NULL;
}

void bk_cookie_read(bk_request_t *request)
{
    request_rec *r = request->r;
    const char *header = apr_table_get(r->headers_in, "Cookie");
    const char *value;

    if (!header || !bk_conf_has_v1(request->conf) ||
        apr_table_get(r->headers_in, "Authorization")) {
        return;
    }
    value = find_value(header, name_of(r), r->pool);
    request->cookie = value && *value ? value : NULL;
}

/* Whether the Content-Type is one that pages of other origins can only send after a preflight. */
static int is_type_safe(request_rec *r)
{
    static const char *const types[] = {"application/json", "application/merge-patch+json",
                                        "text/csv", NULL};
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    apr_size_t len = type ? strcspn(type, "; \t") : 0;
    int i;

    for (i = 0; types[i]; i++) {
        if (strlen(types[i]) == len && strncasecmp(type, types[i], len) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Browsers say where a request comes from by Sec-Fetch-Site, older ones by Origin alone. Programs
 * that say neither have no cookie but one that was taken from a browser. */
const char *bk_cookie_wrong(request_rec *r, const bk_conf_t *conf)
{
    const char *site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
    const char *origin = apr_table_get(r->headers_in, "Origin");

    if (bk_origin_is_safe(r)) {
        return NULL;
    }
    if (site ? strcasecmp(site, "same-origin") != 0 && strcasecmp(site, "none") != 0
             : !origin || !bk_origin_is_seen(r, conf, origin)) {
        return "With the session's cookie, only a page of this origin may change anything";
    }
    return is_type_safe(r) ? NULL
                           : "With the session's cookie, a request that changes something needs "
                             "Content-Type: application/json";
}

static void set(request_rec *r, const char *value, const char *age)
{
    apr_table_addn(r->err_headers_out, "Set-Cookie",
                   apr_pstrcat(r->pool, name_of(r), "=", value, "; Path=/",
                               bk_origin_is_https(r) ? "; Secure" : "", "; HttpOnly; SameSite=Lax",
                               age, NULL));
}

void bk_cookie_set(request_rec *r, const char *token, apr_int64_t seconds)
{
    set(r, token, seconds > 0 ? apr_psprintf(r->pool, "; Max-Age=%" APR_INT64_T_FMT, seconds) : "");
}

void bk_cookie_clear(request_rec *r)
{
    set(r, "", "; Max-Age=0");
    apr_table_setn(r->headers_out, "Clear-Site-Data", "\"cache\", \"storage\"");
}
