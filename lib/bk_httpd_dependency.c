#include "bk_httpd_dependency.h"

#include <stddef.h>
#include <strings.h>

#include <apr_strings.h>

#include "bk_httpd.h"
#include "bk_httpd_breakers.h"

#define UNSET BK_HTTPD_CONF_UNSET
#define SECOND 1000 /* milliseconds */

/* What a breaker goes by where nothing else is said; times that follow from the call's time-out are
 * left to complete(). */
static const bk_breaker_settings_t defaults = {
    .window = 10 * SECOND,
    .minimum_calls = 10,
    .failure_rate = 50,
    .slow_time = UNSET,
    .slow_rate = 80,
    .open_time = 5 * SECOND,
    .probes = 3,
    .probe_timeout = UNSET,
    .dry_run = 0,
};

/* Every setting of a breaker: init, merge and complete treat them alike. */
#define EACH_SETTING(X) \
    X(window)           \
    X(minimum_calls)    \
    X(failure_rate)     \
    X(slow_time)        \
    X(slow_rate)        \
    X(open_time)        \
    X(probes)           \
    X(probe_timeout)    \
    X(dry_run)

void bk_dependency_conf_init(bk_dependency_conf_t conf[BK_DEPENDENCIES])
{
    int i;

    for (i = 0; i < BK_DEPENDENCIES; i++) {
        conf[i].path = NULL;
        conf[i].timeout = UNSET;
#define INIT(name) conf[i].settings.name = UNSET;
        EACH_SETTING(INIT)
#undef INIT
    }
}

void bk_dependency_conf_merge(bk_dependency_conf_t merged[BK_DEPENDENCIES],
                              const bk_dependency_conf_t base[BK_DEPENDENCIES],
                              const bk_dependency_conf_t own[BK_DEPENDENCIES])
{
    int i;

    for (i = 0; i < BK_DEPENDENCIES; i++) {
        merged[i].path = own[i].path ? own[i].path : base[i].path;
        merged[i].timeout = bk_httpd_conf_default(own[i].timeout, base[i].timeout);
#define MERGE(name) \
    merged[i].settings.name = bk_httpd_conf_default(own[i].settings.name, base[i].settings.name);
        EACH_SETTING(MERGE)
#undef MERGE
    }
}

/* ---- from settings to a breaker -----------------------------------------------------------------
 */

static void complete(bk_dependency_conf_t *conf, const bk_dependency_t *dependency)
{
    bk_breaker_settings_t *settings = &conf->settings;

    conf->path = conf->path ? conf->path : dependency->path;
    conf->timeout = bk_httpd_conf_default(conf->timeout, dependency->timeout);
#define COMPLETE(name) settings->name = bk_httpd_conf_default(settings->name, defaults.name);
    EACH_SETTING(COMPLETE)
#undef COMPLETE
    if (settings->slow_time == UNSET) {
        settings->slow_time = apr_time_as_msec(dependency->slow_time);
    }
    if (settings->probe_timeout == UNSET) {
        settings->probe_timeout = 2 * apr_time_as_msec(conf->timeout);
    }
}

/* A server by which an administrator knows it: its name, and its port where it has one of its own.
 */
static const char *name_server(const server_rec *s, apr_pool_t *p)
{
    const char *host = s->server_hostname ? s->server_hostname : "*";
    unsigned int port = s->port ? s->port : s->addrs ? s->addrs->host_port : 0;

    return port ? apr_psprintf(p, "%s:%u", host, port) : host;
}

int bk_dependency_post_config(apr_pool_t *p, server_rec *s)
{
    const bk_dependency_t *dependency = bk_httpd_service()->dependencies;
    bk_dependency_conf_t *conf = bk_httpd_conf_writable(s)->dependencies;

    for (; dependency && dependency->name; dependency++, conf++) {
        const char *name = apr_pstrcat(p, name_server(s, p), " ", bk_httpd_service()->name, " ",
                                       dependency->name, NULL);

        complete(conf, dependency);
        conf->place = bk_httpd_breakers_place(name, s);
        if (!conf->place) {
            return HTTP_INTERNAL_SERVER_ERROR;
        }
        conf->place->settings = conf->settings;
    }
    return OK;
}

/* ---- directives ---------------------------------------------------------------------------------
 */

static const char *list_dependencies(apr_pool_t *p)
{
    const bk_dependency_t *dependency;
    const char *list = "";

    for (dependency = bk_httpd_service()->dependencies; dependency->name; dependency++) {
        list = apr_pstrcat(p, list, *list ? " or " : "", "'", dependency->name, "'", NULL);
    }
    return list;
}

/* A server's settings for the dependency of a name; else *error is set. */
static bk_dependency_conf_t *conf_of(cmd_parms *cmd, const char *name, const char **error)
{
    const bk_dependency_t *dependencies = bk_httpd_service()->dependencies;
    int i;

    for (i = 0; dependencies[i].name; i++) {
        if (strcasecmp(dependencies[i].name, name) == 0) {
            *error = NULL;
            return &bk_httpd_conf_writable(cmd->server)->dependencies[i];
        }
    }
    *error = bk_httpd_conf_wrong(cmd,
                                 apr_pstrcat(cmd->temp_pool,
                                             "first one of the services that are asked, ",
                                             list_dependencies(cmd->temp_pool), NULL),
                                 name);
    return NULL;
}

const char *bk_dependency_set_timeout(cmd_parms *cmd, void *dir, const char *name,
                                      const char *duration)
{
    const char *error;
    bk_dependency_conf_t *conf = conf_of(cmd, name, &error);

    return conf ? bk_httpd_conf_duration(cmd, duration, "s", apr_time_from_msec(1),
                                         apr_time_from_sec(600), &conf->timeout)
                : error;
}

/* The numbers of BookingBreaker and its like. Durations are kept in milliseconds. */
typedef struct breaker_key_t {
    const char *name;
    apr_size_t offset;
    int is_duration;
    int least, most; /* durations: in milliseconds */
} breaker_key_t;

static const breaker_key_t keys[] = {
    {"window", offsetof(bk_breaker_settings_t, window), 1, 100, 600 * SECOND},
    {"minimum-calls", offsetof(bk_breaker_settings_t, minimum_calls), 0, 1, 10000},
    {"failure-rate", offsetof(bk_breaker_settings_t, failure_rate), 0, 1, 100},
    {"slow-time", offsetof(bk_breaker_settings_t, slow_time), 1, 1, 600 * SECOND},
    {"slow-rate", offsetof(bk_breaker_settings_t, slow_rate), 0, 1, 100},
    {"open-time", offsetof(bk_breaker_settings_t, open_time), 1, 1, 3600 * SECOND},
    {"probes", offsetof(bk_breaker_settings_t, probes), 0, 1, BK_BREAKER_PROBES},
    {"probe-timeout", offsetof(bk_breaker_settings_t, probe_timeout), 1, 1, 3600 * SECOND},
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static const char *set_number(cmd_parms *cmd, const breaker_key_t *key, const char *text,
                              bk_breaker_settings_t *settings)
{
    char *member = (char *)settings + key->offset;
    apr_interval_time_t duration;
    const char *error;

    if (!key->is_duration) {
        return bk_httpd_conf_integer(cmd, text, key->least, key->most, (int *)member);
    }
    error = bk_httpd_conf_duration(cmd, text, "s", apr_time_from_msec(key->least),
                                   apr_time_from_msec(key->most), &duration);
    if (!error) {
        *(apr_int64_t *)member = apr_time_as_msec(duration);
    }
    return error;
}

static const char *set_dry_run(cmd_parms *cmd, const char *text, bk_breaker_settings_t *settings)
{
    if (strcasecmp(text, "on") != 0 && strcasecmp(text, "off") != 0) {
        return bk_httpd_conf_wrong(cmd, "dry-run=on or dry-run=off", text);
    }
    settings->dry_run = strcasecmp(text, "on") == 0;
    return NULL;
}

static const char *set_key(cmd_parms *cmd, const char *word, bk_breaker_settings_t *settings)
{
    const char *value = strchr(word, '=');
    apr_size_t len = value ? (apr_size_t)(value - word) : 0;
    const char *error;
    unsigned int i;

    for (i = 0; value && i < KEY_COUNT; i++) {
        if (strlen(keys[i].name) == len && strncasecmp(keys[i].name, word, len) == 0) {
            error = set_number(cmd, &keys[i], value + 1, settings);
            return error ? apr_pstrcat(cmd->pool, error, ", for ", keys[i].name, NULL) : NULL;
        }
    }
    if (value && len == strlen("dry-run") && strncasecmp("dry-run", word, len) == 0) {
        return set_dry_run(cmd, value + 1, settings);
    }
    return bk_httpd_conf_wrong(cmd,
                               "KEY=VALUE with window, minimum-calls, failure-rate, slow-time, "
                               "slow-rate, open-time, probes, probe-timeout or dry-run",
                               word);
}

const char *bk_dependency_set_breaker(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    const char *error;
    bk_dependency_conf_t *conf;
    int i;

    if (argc < 2) {
        return bk_httpd_conf_wrong(cmd, "a service that is asked, and one or more KEY=VALUE",
                                   argc ? argv[0] : "");
    }
    conf = conf_of(cmd, argv[0], &error);
    for (i = 1; !error && i < argc; i++) {
        error = set_key(cmd, argv[i], &conf->settings);
    }
    return error;
}
