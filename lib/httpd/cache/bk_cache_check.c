#include "bk_cache_check.h"

#include <strings.h>

#include <apr_strings.h>
#include <http_main.h>

#include "bk_conf.h"
#include "bk_conf_dbd.h"
#include "bk_service.h"

static int same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Whether a virtual host only describes a standby (BookableStandby): it serves no requests. */
static int is_standby(const server_rec *s)
{
    const server_rec *other;

    for (other = ap_server_conf; other && s->server_hostname; other = other->next) {
        const char *name = bk_conf(other)->standby;

        if (name && strcasecmp(name, s->server_hostname) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_used(const server_rec *s)
{
    const bk_conf_t *conf = bk_conf(s);

    return bk_conf_is_on(conf) && conf->cache.provider && conf->cache.ttl > 0 && !is_standby(s);
}

/* Whether two servers have the same data. Only databases differ: all servers share the memory of a
 * shm store.
 */
static int same_data(server_rec *a, server_rec *b, apr_pool_t *p)
{
    bk_conf_dbd_t of_a, of_b;

    bk_conf_dbd(&of_a, a, p);
    bk_conf_dbd(&of_b, b, p);
    return same(bk_conf(a)->store, bk_conf(b)->store) &&
           (!same(bk_conf(a)->store, "dbd") ||
            (same(of_a.driver, of_b.driver) && same(of_a.params, of_b.params)));
}

const char *bk_cache_check(server_rec *s, apr_pool_t *p)
{
    const char *name = bk_conf(s)->cache.name;
    server_rec *other;

    for (other = ap_server_conf; is_used(s) && other != s; other = other->next) {
        if (is_used(other) && same(name, bk_conf(other)->cache.name) && !same_data(s, other, p)) {
            return apr_psprintf(p,
                                "it has another store or database than %s, and BookableCache would "
                                "mix them up: must have a BookableCacheName of its own, or a "
                                "CacheTTL of 0",
                                other->server_hostname ? other->server_hostname
                                                       : "the main server");
        }
    }
    return NULL;
}

void bk_cache_check_key(const bk_conf_cache_t *conf, apr_pool_t *pconf, server_rec *s)
{
    static const char *const said = "bookable-cache-key";
    void *was_said = NULL;

    (void)apr_pool_userdata_get(&was_said, said, pconf);
    if (was_said || !conf->provider || conf->key ||
        (conf->provider->flags & AP_SOCACHE_FLAG_NOTMPSAFE)) {
        return;
    }
    (void)apr_pool_userdata_setn(said, said, NULL, pconf);
    ap_log_error(BK_MARK, APLOG_WARNING, 0, s,
                 "BK0132: without a BookableCacheKey no other httpd can use what this one keeps in "
                 "BookableCache %s, nor this one what it kept before it was started",
                 conf->provider->name);
}
