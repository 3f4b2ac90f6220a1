#include "bk_httpd_cache_conf.h"

#include <strings.h>

#include <ap_provider.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>

#include "bk_key_file.h"
#include "bk_httpd.h"
#include "bk_httpd_dbd_conf.h"

#define NAME_MOST 32
#define TTL_MOST apr_time_from_sec(3600)

void bk_cache_conf_init(bk_cache_conf_t *conf)
{
    conf->provider = NULL;
    conf->instance = NULL;
    conf->key = NULL;
    conf->name = NULL;
    conf->ttl = BK_HTTPD_CONF_UNSET;
}

void bk_cache_conf_merge(bk_cache_conf_t *merged, const bk_cache_conf_t *base,
                         const bk_cache_conf_t *own)
{
    merged->provider = base->provider; /* the main server's */
    merged->instance = base->instance;
    merged->key = base->key;
    merged->name = own->name ? own->name : base->name;
    merged->ttl = bk_httpd_conf_default(own->ttl, base->ttl);
}

apr_interval_time_t bk_cache_conf_ttl(const bk_cache_conf_t *conf)
{
    return bk_httpd_conf_default(conf->ttl, bk_httpd_service()->cache_ttl);
}

static int same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* A standby's server is there for its connections alone. */
static int is_standby(const server_rec *s)
{
    const server_rec *other;

    for (other = ap_server_conf; other && s->server_hostname; other = other->next) {
        const char *name = bk_httpd_conf(other)->standby;

        if (name && strcasecmp(name, s->server_hostname) == 0) {
            return 1;
        }
    }
    return 0;
}

static int is_used(const server_rec *s)
{
    const bk_httpd_conf_t *conf = bk_httpd_conf(s);

    return bk_httpd_conf_is_on(conf) && conf->cache.provider &&
           bk_cache_conf_ttl(&conf->cache) > 0 && !is_standby(s);
}

static const char *store_of(server_rec *s)
{
    const bk_httpd_conf_t *conf = bk_httpd_conf(s);

    return conf->store ? conf->store : "dbd";
}

/* All servers that have a store of another kind share it: only of databases there may be several.
 */
static int same_data(server_rec *a, server_rec *b, apr_pool_t *p)
{
    bk_httpd_dbd_conf_t of_a, of_b;

    bk_httpd_dbd_conf(&of_a, a, p);
    bk_httpd_dbd_conf(&of_b, b, p);
    return same(store_of(a), store_of(b)) &&
           (!same(store_of(a), "dbd") ||
            (same(of_a.driver, of_b.driver) && same(of_a.params, of_b.params)));
}

const char *bk_cache_conf_check(server_rec *s, apr_pool_t *p)
{
    const char *name = bk_httpd_conf(s)->cache.name;
    server_rec *other;

    for (other = ap_server_conf; is_used(s) && other != s; other = other->next) {
        if (is_used(other) && same(name, bk_httpd_conf(other)->cache.name) &&
            !same_data(s, other, p)) {
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

void bk_cache_conf_warn(const bk_cache_conf_t *conf, apr_pool_t *pconf, server_rec *s)
{
    static const char *const said = "bookable-cache-key";
    void *was_said = NULL;

    (void)apr_pool_userdata_get(&was_said, said, pconf);
    if (was_said || !conf->provider || conf->key ||
        (conf->provider->flags & AP_SOCACHE_FLAG_NOTMPSAFE)) {
        return;
    }
    (void)apr_pool_userdata_setn(said, said, NULL, pconf);
    ap_log_error(BK_HTTPD_MARK, APLOG_WARNING, 0, s,
                 "BK0132: without a BookableCacheKey no other httpd can use what this one keeps in "
                 "BookableCache %s, nor this one what it kept before it was started",
                 conf->provider->name);
}

static bk_cache_conf_t *conf_of(cmd_parms *cmd)
{
    bk_httpd_conf_t *conf =
        ap_get_module_config(cmd->server->module_config, (const module *)cmd->info);

    return &conf->cache;
}

/* What has to be loaded for a provider; of the two that call themselves redis, one. */
static const char *wrong_provider(cmd_parms *cmd, const char *name)
{
    int is_redis = strcmp(name, "redis") == 0;
    const char *module =
        is_redis ? "mod_socache_hiredis" : apr_pstrcat(cmd->temp_pool, "mod_socache_", name, NULL);

    if (ap_lookup_provider(AP_SOCACHE_PROVIDER_GROUP, name, AP_SOCACHE_PROVIDER_VERSION) &&
        (!is_redis || ap_find_linked_module("mod_socache_hiredis.c"))) {
        return NULL;
    }
    return bk_httpd_conf_wrong(
        cmd,
        apr_psprintf(cmd->temp_pool,
                     "Off, or a cache whose module is loaded before, such as shmcb of "
                     "mod_socache_shmcb or redis of mod_socache_hiredis; this one would need %s",
                     module),
        name);
}

const char *bk_cache_set_cache(cmd_parms *cmd, void *dir, const char *text)
{
    bk_cache_conf_t *conf = conf_of(cmd);
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY), *args = strchr(text, ':');
    const char *name = args ? apr_pstrmemdup(cmd->pool, text, (apr_size_t)(args - text)) : text;

    conf->provider = NULL;
    if (error || strcasecmp(text, "Off") == 0) {
        return error;
    }
    error = wrong_provider(cmd, name);
    if (error) {
        return error;
    }
    conf->provider =
        ap_lookup_provider(AP_SOCACHE_PROVIDER_GROUP, name, AP_SOCACHE_PROVIDER_VERSION);
    /* Its words, and not the text, in which a password may stand. */
    error =
        conf->provider->create(&conf->instance, args ? args + 1 : NULL, cmd->temp_pool, cmd->pool);
    return error ? apr_psprintf(cmd->pool, "%s is not right: %s", cmd->cmd->name, error) : NULL;
}

/* Read here, as root, and at configtest; the children have it in memory alone. */
const char *bk_cache_set_key(cmd_parms *cmd, void *dir, const char *text)
{
    const char *path = ap_server_root_relative(cmd->temp_pool, text);
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    bk_hash_key_t *key = apr_palloc(cmd->pool, sizeof(*key));

    if (!wrong && !path) {
        return bk_httpd_conf_wrong(cmd, "the path of a file", text);
    }
    if (!wrong) {
        wrong = bk_key_file_read(key, path, cmd->temp_pool);
        wrong = wrong ? apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, wrong) : NULL;
    }
    conf_of(cmd)->key = key;
    return wrong;
}

const char *bk_cache_set_name(cmd_parms *cmd, void *dir, const char *text)
{
    const char *c = text;

    while (apr_isalnum(*c) || *c == '-' || *c == '_' || *c == '.') {
        c++;
    }
    if (!*text || *c || c - text > NAME_MOST) {
        return bk_httpd_conf_wrong(
            cmd,
            apr_psprintf(cmd->temp_pool, "1 to %d letters, digits, '-', '_' or '.'", NAME_MOST),
            text);
    }
    conf_of(cmd)->name = apr_pstrdup(cmd->pool, text);
    return NULL;
}

const char *bk_cache_set_ttl(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_httpd_conf_duration(cmd, text, "s", 0, TTL_MOST, &conf_of(cmd)->ttl);
}
