/* mod_socache_hiredis: Redis as a cache for small objects that any module of httpd can use.
 *
 *     SSLSessionCache    redis://127.0.0.1:6379/1
 *     AuthnCacheSOCache  redis://:password@127.0.0.1/2
 *     BookableCache      redis:///run/redis/redis.sock?db=3
 *
 * A provider of httpd's socache interface (ap_socache.h), over lib/redis/bk_redis.h. It has the
 * provider name of httpd's own mod_socache_redis, which it replaces, because that module's
 * time-outs are a million times too long.
 */
#include <ap_provider.h>
#include <ap_socache.h>
#include <apr_shm.h>
#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_log.h>
#include <http_protocol.h>
#include <mod_status.h>

#include "bk_version.h"
#include "bk_redis.h"

extern module AP_MODULE_DECLARE_DATA socache_hiredis_module;
APLOG_USE_MODULE(socache_hiredis);

#define PROVIDER "redis"

/* The cache of one consumer. */
struct ap_socache_instance_t {
    bk_redis_url_t url;
    const char *prefix; /* begins every key: the URL's own, and the consumer's name */
    bk_redis_state_t *state;
    bk_redis_t *redis;
    server_rec *s;
    ap_socache_instance_t *next;
};

static ap_socache_instance_t *instances; /* all initialized caches */

static const char *create(ap_socache_instance_t **instance, const char *arg, apr_pool_t *tmp,
                          apr_pool_t *p)
{
    const char *wrong;

    *instance = apr_pcalloc(p, sizeof(**instance));
    wrong = bk_redis_url_parse(&(*instance)->url, arg, p);
    return wrong ? apr_pstrcat(p, PROVIDER ": ", wrong, NULL) : NULL;
}

static void tell(void *baton, bk_redis_event_t event, const char *why)
{
    const ap_socache_instance_t *cache = baton;

    switch (event) {
    case BK_REDIS_AWAY:
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, cache->s, "BK0401: %s is away: %s",
                     cache->url.shown, why);
        break;
    case BK_REDIS_REFUSES:
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, cache->s, "BK0402: %s refuses: %s",
                     cache->url.shown, why);
        break;
    case BK_REDIS_BACK:
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, cache->s, "BK0403: %s is back", cache->url.shown);
        break;
    }
}

static apr_status_t forget(void *data)
{
    instances = NULL;
    return APR_SUCCESS;
}

/* The state of Redis is in shared memory, so that all children know when it is away. */
static apr_status_t init(ap_socache_instance_t *cache, const char *cname,
                         const struct ap_socache_hints *hints, server_rec *s, apr_pool_t *p)
{
    apr_shm_t *shm;
    apr_status_t rv = apr_shm_create(&shm, sizeof(*cache->state), NULL, p);

    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_EMERG, rv, s, "BK0404: no shared memory for %s", cname);
        return rv;
    }
    cache->state = memset(apr_shm_baseaddr_get(shm), 0, sizeof(*cache->state));
    cache->prefix = apr_pstrcat(p, cache->url.prefix, cname, ":", NULL);
    cache->s = s;
    cache->redis = bk_redis_create(&cache->url, cache->state, tell, cache, p);
    if (!instances) {
        apr_pool_cleanup_register(p, NULL, forget, apr_pool_cleanup_null);
    }
    cache->next = instances;
    instances = cache;
    return APR_SUCCESS;
}

/* Nothing to do: the pool of init() closes the connections. init() may not have been called at all:
 * mod_ssl also destroys a cache that was created when httpd only checked its configuration. */
static void destroy(ap_socache_instance_t *cache, server_rec *s)
{
}

static const char *key_of(const ap_socache_instance_t *cache, const unsigned char *id,
                          unsigned int id_len, apr_size_t *len, apr_pool_t *p)
{
    apr_size_t prefix = strlen(cache->prefix);
    char *key = apr_palloc(p, prefix + id_len);

    memcpy(key, cache->prefix, prefix);
    memcpy(key + prefix, id, id_len);
    *len = prefix + id_len;
    return key;
}

static apr_status_t store(ap_socache_instance_t *cache, server_rec *s, const unsigned char *id,
                          unsigned int id_len, apr_time_t expiry, unsigned char *data,
                          unsigned int data_len, apr_pool_t *p)
{
    apr_interval_time_t left = expiry - apr_time_now();
    apr_size_t len;
    const char *key = key_of(cache, id, id_len, &len, p);

    if (left < apr_time_from_msec(1)) {
        return bk_redis_remove(cache->redis, key, len);
    }
    return bk_redis_set(cache->redis, key, len, data, data_len, left);
}

static apr_status_t retrieve(ap_socache_instance_t *cache, server_rec *s, const unsigned char *id,
                             unsigned int id_len, unsigned char *data, unsigned int *data_len,
                             apr_pool_t *p)
{
    apr_size_t len, got = *data_len;
    const char *key = key_of(cache, id, id_len, &len, p);
    apr_status_t rv = bk_redis_get(cache->redis, key, len, data, &got);

    if (rv == APR_SUCCESS) {
        *data_len = (unsigned int)got;
    }
    return rv;
}

static apr_status_t drop(ap_socache_instance_t *cache, server_rec *s, const unsigned char *id,
                         unsigned int id_len, apr_pool_t *p)
{
    apr_size_t len;
    const char *key = key_of(cache, id, id_len, &len, p);

    return bk_redis_remove(cache->redis, key, len);
}

/* ---- mod_status ---------------------------------------------------------------------------------
 */

static void status(ap_socache_instance_t *cache, request_rec *r, int flags)
{
    bk_redis_state_t *state = cache->state;
    const struct {
        const char *name;
        apr_uint64_t count;
    } counts[] = {
        {"Hits", atomic_load(&state->hits)},         {"Misses", atomic_load(&state->misses)},
        {"Stores", atomic_load(&state->stores)},     {"Removes", atomic_load(&state->removes)},
        {"Failures", atomic_load(&state->failures)}, {"Attempts", atomic_load(&state->attempts)}};
    int is_short = flags & AP_STATUS_SHORT, is_away = atomic_load(&state->not_before) != 0;
    unsigned int i;

    ap_rprintf(r,
               is_short ? "RedisAddress: %s\nRedisState: %s\n"
                        : "cache type: <b>Redis</b>, at <b>%s</b>, which is <b>%s</b><br>\n",
               ap_escape_html(r->pool, cache->url.shown), is_away ? "away" : "there");
    for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        ap_rprintf(
            r, is_short ? "Redis%s: %" APR_UINT64_T_FMT "\n" : "%s: <b>%" APR_UINT64_T_FMT "</b> ",
            counts[i].name, counts[i].count);
    }
    if (!is_short) {
        ap_rputs("<br>\n", r);
    }
}

/* Not implemented: entries of other consumers and hosts are in the same Redis. */
static apr_status_t iterate(ap_socache_instance_t *cache, server_rec *s, void *baton,
                            ap_socache_iterator_t *iterator, apr_pool_t *p)
{
    return APR_ENOTIMPL;
}

/* ---- hooks --------------------------------------------------------------------------------------
 */

static const ap_socache_provider_t provider = {PROVIDER, 0,        create, init,   destroy,
                                               store,    retrieve, drop,   status, iterate};

/* Refuse to start beside mod_socache_redis: of two providers with one name the one loaded last
 * would win silently. */
static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    if (ap_find_linked_module("mod_socache_redis.c")) {
        ap_log_error(
            APLOG_MARK, APLOG_EMERG, 0, NULL,
            "BK0405: mod_socache_redis and mod_socache_hiredis both are the cache '" PROVIDER
            "': take the LoadModule line of mod_socache_redis out");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    return OK;
}

static apr_status_t close_all(void *data)
{
    ap_socache_instance_t *cache;

    for (cache = instances; cache; cache = cache->next) {
        bk_redis_close(cache->redis);
    }
    return APR_SUCCESS;
}

static void child_init(apr_pool_t *p, server_rec *s)
{
    apr_pool_cleanup_register(p, NULL, close_all, apr_pool_cleanup_null);
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    bk_version_add(pconf);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_register_provider(p, AP_SOCACHE_PROVIDER_GROUP, PROVIDER, AP_SOCACHE_PROVIDER_VERSION,
                         &provider);
}

module AP_MODULE_DECLARE_DATA socache_hiredis_module = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks};
