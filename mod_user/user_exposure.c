#include "user_exposure.h"

#include <stdatomic.h>
#include <strings.h>

#include <ap_listen.h>
#include <http_core.h>

#include "bk_service.h"
#include "user_private.h"

static int is_loopback(const apr_sockaddr_t *address)
{
    if (address->family == APR_INET) {
        return (ntohl(address->sa.sin.sin_addr.s_addr) >> 24) == 127;
    }
#if APR_HAVE_IPV6
    if (address->family == APR_INET6) {
        const struct in6_addr *ip = &address->sa.sin6.sin6_addr;

        return IN6_IS_ADDR_LOOPBACK(ip) || (IN6_IS_ADDR_V4MAPPED(ip) && ip->s6_addr[12] == 127);
    }
#endif
    return 0;
}

/* Whether httpd listens on loopback addresses only. */
static int listens_on_loopback(void)
{
    ap_listen_rec *listener;

    for (listener = ap_listeners; listener; listener = listener->next) {
        if (!is_loopback(listener->bind_addr)) {
            return 0;
        }
    }
    return 1;
}

/* Whether a server is reached without TLS from other hosts, as far as httpd's configuration says.
 */
static int is_plain(const server_rec *s)
{
    ap_listen_rec *listener;

    for (listener = ap_listeners; listener; listener = listener->next) {
        if (!is_loopback(listener->bind_addr) &&
            (!listener->protocol || strcasecmp(listener->protocol, "https") != 0)) {
            return !s->server_scheme || strcasecmp(s->server_scheme, "https") != 0;
        }
    }
    return 0;
}

void user_exposure_check(server_rec *s)
{
    if (listens_on_loopback()) {
        return;
    }
    for (; s; s = s->next) {
        const bk_conf_t *common = bk_conf(s);
        const user_conf_t *conf = user_config_of(common);

        if (!bk_conf_is_on(common)) {
            continue;
        }
        if (conf->schemes & USER_SCHEME_SESSION_ID) {
            ap_log_error(BK_MARK, APLOG_WARNING, 0, s,
                         "BK0206: UserAuthSchemes has session-id, with which anyone can act as "
                         "anyone, and httpd listens on addresses other than loopback");
        }
        if ((conf->schemes & USER_SCHEME_COOKIE) && is_plain(s)) {
            ap_log_error(BK_MARK, APLOG_WARNING, 0, s,
                         "BK0388: UserAuthSchemes has cookie, and httpd listens without TLS on "
                         "addresses other than loopback: sessions can be read on their way, and "
                         "browsers keep the cookie without Secure. Where a proxy has the TLS, say "
                         "ServerName https://...");
        }
        if (conf->admin_signup) {
            ap_log_error(BK_MARK, APLOG_WARNING, 0, s,
                         "BK0250: UserAdminSignup makes an administrator of anyone who signs up as "
                         "admin, and httpd listens on addresses other than loopback");
        }
    }
}

/* ---- per request --------------------------------------------------------------------------------
 */

/* The name of a header that only proxies add; NULL if there is none. */
static const char *proxy_header(const request_rec *r)
{
    static const char *const names[] = {"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP",
                                        "X-Forwarded-Host"};
    unsigned int i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (apr_table_get(r->headers_in, names[i])) {
            return names[i];
        }
    }
    return NULL;
}

/* The sign that a request comes from another host: the address of the connection, the address that
 * mod_remoteip found, or a proxy's header; NULL if there is none. A subrequest, by which another
 * service calls, has its own headers, so the original request is looked at. */
static const char *sign_of_other_host(const request_rec *r)
{
    while (r->main) {
        r = r->main;
    }
    if (!is_loopback(r->connection->client_addr)) {
        return r->connection->client_ip;
    }
    return is_loopback(r->useragent_addr) ? proxy_header(r) : r->useragent_ip;
}

static void warn_once(const request_rec *r, const char *what, const char *of)
{
    ap_log_rerror(BK_MARK, APLOG_WARNING, 0, r,
                  "%s, and others reach this server: a request has come with %s", what, of);
}

int user_exposure_watch(request_rec *r)
{
    static atomic_int has_warned_of_schemes, has_warned_of_signup;
    const user_conf_t *conf;
    const char *of;
    int schemes, signup;

    if (!bk_service_is_own(r)) {
        return DECLINED;
    }
    conf = user_config_of(bk_conf(r->server));
    schemes = (conf->schemes & USER_SCHEME_SESSION_ID) &&
              !atomic_load_explicit(&has_warned_of_schemes, memory_order_relaxed);
    signup =
        conf->admin_signup && !atomic_load_explicit(&has_warned_of_signup, memory_order_relaxed);
    if ((!schemes && !signup) || !(of = sign_of_other_host(r))) {
        return DECLINED;
    }
    if (schemes && !atomic_exchange(&has_warned_of_schemes, 1)) {
        warn_once(r, "BK0251: UserAuthSchemes has session-id, with which anyone can act as anyone",
                  of);
    }
    if (signup && !atomic_exchange(&has_warned_of_signup, 1)) {
        warn_once(r,
                  "BK0252: UserAdminSignup makes an administrator of anyone who signs up as admin",
                  of);
    }
    return DECLINED;
}
