#include "bk_directives.h"

#include <strings.h>

#include <ap_provider.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>

#include "bk_authority.h"
#include "bk_conf.h"
#include "bk_conf_breaker.h"
#include "bk_conf_cache.h"
#include "bk_conf_dependency.h"
#include "bk_key_file.h"
#include "bk_service.h"
#include "bk_value.h"

#define BODY_LIMIT_LEAST 256
#define BODY_LIMIT_MOST 1048576
#define MEGA (APR_INT64_C(1024) * 1024)
#define GIGA (1024 * MEGA)
#define STORE_SIZE_LEAST MEGA
#define STORE_SIZE_MOST (sizeof(apr_size_t) > 4 ? 64 * GIGA : GIGA)
#define CACHE_NAME_MOST 32
#define CACHE_TTL_MOST apr_time_from_sec(3600)

static bk_conf_t *conf_of(cmd_parms *cmd)
{
    return bk_conf_writable(cmd->server);
}

/* The index of a word in a list that ends in NULL; BK_VALUE_UNSET if it is not in it. */
static int find_word(const char *const *words, const char *text)
{
    int i;

    for (i = 0; words[i]; i++) {
        if (strcasecmp(words[i], text) == 0) {
            return i;
        }
    }
    return BK_VALUE_UNSET;
}

const char *bk_directives_set_statuses(cmd_parms *cmd, void *dir, const char *text)
{
    static const char *const words[] = {"reference", "standard", NULL};
    int found = find_word(words, text);

    if (found == BK_VALUE_UNSET) {
        return bk_value_wrong(cmd, "'reference' or 'standard'", text);
    }
    conf_of(cmd)->statuses = found;
    return NULL;
}

/* Directives about connections to a database are allowed in the main server only: virtual hosts
 * share pools, and connections of one pool have the same settings. */
const char *bk_directives_set_synchronous(cmd_parms *cmd, void *dir, const char *text)
{
    static const char *const words[] = {"off", "normal", "full", "extra", NULL};
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    int found = find_word(words, text);

    if (!error && found == BK_VALUE_UNSET) {
        error = bk_value_wrong(cmd, "'off', 'normal', 'full' or 'extra'", text);
    }
    if (!error) {
        conf_of(cmd)->synchronous = found;
    }
    return error;
}

const char *bk_directives_set_body_limit(cmd_parms *cmd, void *dir, const char *text)
{
    int bytes;
    const char *error = bk_value_integer(cmd, text, BODY_LIMIT_LEAST, BODY_LIMIT_MOST, &bytes);

    if (!error) {
        conf_of(cmd)->body_limit = bytes;
    }
    return error;
}

static const char *set_database_timeout(cmd_parms *cmd, const char *text,
                                        apr_interval_time_t *timeout)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error ? error
                 : bk_value_duration(cmd, text, "s", apr_time_from_msec(1), apr_time_from_sec(60),
                                     timeout);
}

const char *bk_directives_set_busy_timeout(cmd_parms *cmd, void *dir, const char *text)
{
    return set_database_timeout(cmd, text, &conf_of(cmd)->busy_timeout);
}

const char *bk_directives_set_statement_timeout(cmd_parms *cmd, void *dir, const char *text)
{
    return set_database_timeout(cmd, text, &conf_of(cmd)->statement_timeout);
}

const char *bk_directives_set_pool_timeout(cmd_parms *cmd, void *dir, const char *text)
{
    return set_database_timeout(cmd, text, &conf_of(cmd)->pool_timeout);
}

const char *bk_directives_set_prepared_statements(cmd_parms *cmd, void *dir, int flag)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    if (!error) {
        conf_of(cmd)->prepared_statements = flag;
    }
    return error;
}

const char *bk_directives_set_database_breaker(cmd_parms *cmd, void *dir, const char *word)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error ? error : bk_conf_breaker_set(cmd, word, &conf_of(cmd)->database_breaker);
}

const char *bk_directives_set_standby(cmd_parms *cmd, void *dir, const char *text)
{
    conf_of(cmd)->standby = apr_pstrdup(cmd->pool, text);
    return NULL;
}

const char *bk_directives_set_consistency(cmd_parms *cmd, void *dir, const char *text)
{
    static const char *const words[] = {"strong", "eventual", NULL};
    int found = find_word(words, text);

    if (found == BK_VALUE_UNSET) {
        return bk_value_wrong(cmd, "'strong' or 'eventual'", text);
    }
    conf_of(cmd)->consistency = found;
    return NULL;
}

const char *bk_directives_set_idempotency(cmd_parms *cmd, void *dir, const char *text)
{
    static const char *const words[] = {"optional", "required", NULL};
    int found = find_word(words, text);

    if (found == BK_VALUE_UNSET) {
        return bk_value_wrong(cmd, "'optional' or 'required'", text);
    }
    conf_of(cmd)->idempotency = found;
    return NULL;
}

const char *bk_directives_set_retry_after(cmd_parms *cmd, void *dir, const char *text)
{
    bk_conf_t *conf = conf_of(cmd);
    apr_interval_time_t t;
    const char *error =
        bk_value_duration(cmd, text, "s", apr_time_from_sec(1), apr_time_from_sec(3600), &t);

    if (error) {
        return error;
    }
    if (t % apr_time_from_sec(1)) {
        return bk_value_wrong(cmd, "whole seconds, which is all that Retry-After can say", text);
    }
    conf->retry_after = (int)apr_time_sec(t);
    return NULL;
}

/* @param origins  set to what is listed; NULL: None. @return NULL, or what is wrong */
static const char *read_origins(cmd_parms *cmd, int argc, char *const argv[],
                                const apr_array_header_t **origins)
{
    int is_none = argc == 1 && strcasecmp(argv[0], "None") == 0;
    apr_array_header_t *list = apr_array_make(cmd->pool, argc, sizeof(const char *));
    int i;

    for (i = 0; i < argc && !is_none && bk_authority_is_origin(argv[i], cmd->temp_pool); i++) {
        APR_ARRAY_PUSH(list, const char *) = apr_pstrdup(cmd->pool, argv[i]);
    }
    if (argc == 0 || (i < argc && !is_none)) {
        return bk_value_wrong(
            cmd, "None, or origins such as https://rooms.example.org or http://localhost:3000",
            argc ? argv[i] : "");
    }
    *origins = is_none ? NULL : list;
    return NULL;
}

const char *bk_directives_set_origins(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    bk_conf_t *conf = conf_of(cmd);
    const char *wrong = read_origins(cmd, argc, argv, &conf->origins);

    conf->are_origins_set |= !wrong;
    return wrong;
}

const char *bk_directives_set_own_origins(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    bk_conf_t *conf = conf_of(cmd);
    const char *wrong = read_origins(cmd, argc, argv, &conf->own_origins);

    conf->are_own_origins_set |= !wrong;
    return wrong;
}

/* Read a key from a file while the configuration is read, as root, also at configtest; children
 * only have the key in memory. */
static const char *read_key(cmd_parms *cmd, const char *text, const bk_hash_key_t **set)
{
    const char *path = ap_server_root_relative(cmd->temp_pool, text);
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    bk_hash_key_t *key = apr_palloc(cmd->pool, sizeof(*key));

    if (!wrong && !path) {
        return bk_value_wrong(cmd, "the path of a file", text);
    }
    if (!wrong) {
        wrong = bk_key_file_read(key, path, cmd->temp_pool);
        wrong = wrong ? apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, wrong) : NULL;
    }
    *set = key;
    return wrong;
}

const char *bk_directives_set_key(cmd_parms *cmd, void *dir, const char *text)
{
    return read_key(cmd, text, &conf_of(cmd)->key);
}

/* Clients know the types of problems by their URIs, so the path is always the same. */
const char *bk_directives_set_api(cmd_parms *cmd, void *dir, const char *text)
{
    if (strcmp(text, "/v1") != 0 && strcasecmp(text, "Off") != 0) {
        return bk_value_wrong(cmd, "/v1 or Off", text);
    }
    conf_of(cmd)->paths[1] = *text == '/' ? "/v1" : "";
    return NULL;
}

const char *bk_directives_set_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_url_path(cmd, text, &conf_of(cmd)->paths[0]);
}

const char *bk_directives_set_store(cmd_parms *cmd, void *dir, const char *text)
{
    conf_of(cmd)->store = apr_pstrdup(cmd->pool, text);
    return NULL;
}

/* Allowed in the main server only: virtual hosts share the memory of a service. */
const char *bk_directives_set_store_size(cmd_parms *cmd, void *dir, const char *text)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error ? error
                 : bk_value_size(cmd, text, STORE_SIZE_LEAST, STORE_SIZE_MOST,
                                 &conf_of(cmd)->store_size);
}

/* ---- the cache --------------------------------------------------------------------------------
 */

/* The error for a provider that is not loaded, or that is mod_socache_redis's in place of
 * mod_socache_hiredis's: both are named "redis". */
static const char *wrong_provider(cmd_parms *cmd, const char *name)
{
    int is_redis = strcmp(name, "redis") == 0;
    const char *module =
        is_redis ? "mod_socache_hiredis" : apr_pstrcat(cmd->temp_pool, "mod_socache_", name, NULL);

    if (ap_lookup_provider(AP_SOCACHE_PROVIDER_GROUP, name, AP_SOCACHE_PROVIDER_VERSION) &&
        (!is_redis || ap_find_linked_module("mod_socache_hiredis.c"))) {
        return NULL;
    }
    return bk_value_wrong(
        cmd,
        apr_psprintf(cmd->temp_pool,
                     "Off, or a cache whose module is loaded before, such as shmcb of "
                     "mod_socache_shmcb or redis of mod_socache_hiredis; this one would need %s",
                     module),
        name);
}

const char *bk_directives_set_cache(cmd_parms *cmd, void *dir, const char *text)
{
    bk_conf_cache_t *conf = &conf_of(cmd)->cache;
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
    /* The provider's message, without the argument, which may hold a password. */
    error =
        conf->provider->create(&conf->instance, args ? args + 1 : NULL, cmd->temp_pool, cmd->pool);
    return error ? apr_psprintf(cmd->pool, "%s is not right: %s", cmd->cmd->name, error) : NULL;
}

const char *bk_directives_set_cache_key(cmd_parms *cmd, void *dir, const char *text)
{
    return read_key(cmd, text, &conf_of(cmd)->cache.key);
}

const char *bk_directives_set_cache_name(cmd_parms *cmd, void *dir, const char *text)
{
    const char *c = text;

    while (apr_isalnum(*c) || *c == '-' || *c == '_' || *c == '.') {
        c++;
    }
    if (!*text || *c || c - text > CACHE_NAME_MOST) {
        return bk_value_wrong(cmd,
                              apr_psprintf(cmd->temp_pool,
                                           "1 to %d letters, digits, '-', '_' or '.'",
                                           CACHE_NAME_MOST),
                              text);
    }
    conf_of(cmd)->cache.name = apr_pstrdup(cmd->pool, text);
    return NULL;
}

const char *bk_directives_set_cache_ttl(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_duration(cmd, text, "s", 0, CACHE_TTL_MOST, &conf_of(cmd)->cache.ttl);
}

/* ---- dependencies -----------------------------------------------------------------------------
 */

static const char *list_dependencies(apr_pool_t *p)
{
    const bk_dependency_t *dependency;
    const char *list = "";

    for (dependency = bk_service()->dependencies; dependency->name; dependency++) {
        list = apr_pstrcat(p, list, *list ? " or " : "", "'", dependency->name, "'", NULL);
    }
    return list;
}

/* A server's settings for the dependency of a name; NULL if there is none, with *error set. */
static bk_conf_dependency_t *dependency_of(cmd_parms *cmd, const char *name, const char **error)
{
    const bk_dependency_t *dependencies = bk_service()->dependencies;
    int i;

    for (i = 0; dependencies[i].name; i++) {
        if (strcasecmp(dependencies[i].name, name) == 0) {
            *error = NULL;
            return &bk_conf_writable(cmd->server)->dependencies[i];
        }
    }
    *error =
        bk_value_wrong(cmd,
                       apr_pstrcat(cmd->temp_pool, "first one of the services that are asked, ",
                                   list_dependencies(cmd->temp_pool), NULL),
                       name);
    return NULL;
}

const char *bk_directives_set_call_timeout(cmd_parms *cmd, void *dir, const char *name,
                                           const char *duration)
{
    const char *error;
    bk_conf_dependency_t *conf = dependency_of(cmd, name, &error);

    return conf ? bk_value_duration(cmd, duration, "s", apr_time_from_msec(1),
                                    apr_time_from_sec(600), &conf->timeout)
                : error;
}

const char *bk_directives_set_breaker(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    const char *error;
    bk_conf_dependency_t *conf;
    int i;

    if (argc < 2) {
        return bk_value_wrong(cmd, "a service that is asked, and one or more KEY=VALUE",
                              argc ? argv[0] : "");
    }
    conf = dependency_of(cmd, argv[0], &error);
    for (i = 1; !error && i < argc; i++) {
        error = bk_conf_breaker_set(cmd, argv[i], &conf->settings);
    }
    return error;
}
