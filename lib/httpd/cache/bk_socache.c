#include "bk_socache.h"

#include <string.h>

#include <ap_provider.h>
#include <apr_optional_hooks.h>
#include <http_core.h>
#include <http_protocol.h>
#include <mod_status.h>

#include "bk_cache_check.h"
#include "bk_lock.h"
#include "bk_service.h"
#include "bk_shared.h"

#define GROUP "bookable-cache"
#define NAME "instance"
#define VERSION "1"
#define WAIT apr_time_from_msec(20)

typedef struct shared_t {
    apr_int64_t is_ready;
    bk_lock_t lock;
} shared_t;

static const bk_layout_member_t members[] = {
    BK_LAYOUT_ONE(shared_t, is_ready, BK_LAYOUT_ANEW),
    BK_LAYOUT_NESTED(shared_t, lock, &bk_lock_layout),
};

static const bk_layout_t layout = BK_LAYOUT(shared_t, 1, members);

/* The cache, which the module that created it registers for the other modules. */
typedef struct cache_t {
    const ap_socache_provider_t *provider;
    ap_socache_instance_t *instance;
    bk_lock_t *lock; /* NULL: the provider needs none */
    server_rec *s;
} cache_t;

static const cache_t *cache;
static int is_ours; /* this module created the cache */

/* ---- start --------------------------------------------------------------------------------------
 */

static apr_status_t destroy(void *data)
{
    const cache_t *made = data;

    made->provider->destroy(made->instance, made->s);
    return APR_SUCCESS;
}

static apr_status_t make_lock(bk_lock_t **lock, server_rec *s)
{
    void *base;
    shared_t *shared;
    apr_status_t rv = bk_shared(&base, "bookable-socache", &layout, s);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    shared = base;
    if (!shared->is_ready) {
        rv = bk_lock_init(&shared->lock);
        shared->is_ready = rv == APR_SUCCESS;
    }
    *lock = &shared->lock;
    return rv;
}

static apr_status_t make_cache(const bk_conf_cache_t *conf, apr_pool_t *pconf, server_rec *s)
{
    /* sizes of a space or a product */
    static const struct ap_socache_hints hints = {24, 256, apr_time_from_sec(5)};
    cache_t *made = apr_pcalloc(pconf, sizeof(*made));
    apr_status_t rv = APR_SUCCESS;

    *made = (cache_t){conf->provider, conf->instance, NULL, s};
    if (conf->provider->flags & AP_SOCACHE_FLAG_NOTMPSAFE) {
        rv = make_lock(&made->lock, s);
    }
    if (rv == APR_SUCCESS) {
        rv = conf->provider->init(conf->instance, "bookable", &hints, s, pconf);
    }
    if (rv != APR_SUCCESS) {
        ap_log_error(BK_MARK, APLOG_EMERG, rv, s, "BK0151: BookableCache %s cannot be used",
                     conf->provider->name);
        return rv;
    }
    if (ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG) {
        bk_cache_check_key(conf, pconf, s);
    }
    apr_pool_cleanup_register(pconf, made, destroy, apr_pool_cleanup_null);
    ap_register_provider(pconf, GROUP, NAME, VERSION, made);
    cache = made;
    is_ours = 1;
    return APR_SUCCESS;
}

apr_status_t bk_socache_init(const bk_conf_cache_t *conf, apr_pool_t *pconf, server_rec *s)
{
    cache = ap_lookup_provider(GROUP, NAME, VERSION);
    return cache || !conf->provider ? APR_SUCCESS : make_cache(conf, pconf, s);
}

int bk_socache_exists(void)
{
    return cache != NULL;
}

int bk_socache_is_shared(void)
{
    return !cache->lock;
}

int bk_socache_is_private(void)
{
    return cache && strcmp(cache->provider->name, "shmcb") == 0;
}

/* ---- values -------------------------------------------------------------------------------------
 */

static apr_status_t enter(void)
{
    return cache->lock ? bk_lock_acquire(cache->lock, WAIT) : APR_SUCCESS;
}

static void leave(void)
{
    if (cache->lock) {
        bk_lock_release(cache->lock);
    }
}

apr_status_t bk_socache_get(request_rec *r, const char *key, unsigned int key_len,
                            unsigned char *data, unsigned int *len)
{
    apr_status_t rv = enter();

    if (rv == APR_SUCCESS) {
        rv = cache->provider->retrieve(cache->instance, r->server, (const unsigned char *)key,
                                       key_len, data, len, r->pool);
        leave();
    }
    return rv;
}

apr_status_t bk_socache_keep(request_rec *r, const char *key, unsigned int key_len,
                             unsigned char *data, unsigned int len, apr_interval_time_t ttl)
{
    apr_status_t rv = enter();

    if (rv == APR_SUCCESS) {
        rv = cache->provider->store(cache->instance, r->server, (const unsigned char *)key, key_len,
                                    apr_time_now() + ttl, data, len, r->pool);
        leave();
    }
    return rv;
}

apr_status_t bk_socache_remove(request_rec *r, const char *key, unsigned int key_len)
{
    apr_status_t rv = enter();

    if (rv == APR_SUCCESS) {
        rv = cache->provider->remove(cache->instance, r->server, (const unsigned char *)key,
                                     key_len, r->pool);
        leave();
    }
    return rv;
}

/* ---- mod_status ---------------------------------------------------------------------------------
 */

/* Of the modules that share the cache, the one that created it shows its status. */
static int show_status(request_rec *r, int flags)
{
    if (!is_ours || enter() != APR_SUCCESS) {
        return OK;
    }
    if (flags & AP_STATUS_SHORT) {
        ap_rprintf(r, "BookableCache: %s\n", cache->provider->name);
    }
    else {
        ap_rputs("<hr>\n<h2>Bookable cache</h2>\n", r);
    }
    cache->provider->status(cache->instance, r, flags);
    leave();
    return OK;
}

void bk_socache_register(apr_pool_t *p)
{
    APR_OPTIONAL_HOOK(ap, status_hook, show_status, NULL, NULL, APR_HOOK_MIDDLE);
}
