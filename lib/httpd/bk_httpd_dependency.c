#include "bk_httpd_dependency.h"

#include <strings.h>

#include <apr_strings.h>

#include "bk_httpd.h"
#include "bk_httpd_breaker_conf.h"
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

void bk_dependency_conf_init(bk_dependency_conf_t conf[BK_DEPENDENCIES])
{
    int i;

    for (i = 0; i < BK_DEPENDENCIES; i++) {
        conf[i].path = NULL;
        conf[i].timeout = UNSET;
        bk_httpd_breaker_conf_init(&conf[i].settings);
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
        bk_httpd_breaker_conf_merge(&merged[i].settings, &base[i].settings, &own[i].settings);
    }
}

/* ---- from settings to a breaker -----------------------------------------------------------------
 */

static void complete(bk_dependency_conf_t *conf, const bk_dependency_t *dependency)
{
    bk_breaker_settings_t *settings = &conf->settings;

    conf->path = conf->path ? conf->path : dependency->path;
    conf->timeout = bk_httpd_conf_default(conf->timeout, dependency->timeout);
    bk_httpd_breaker_conf_complete(settings, &defaults);
    if (settings->slow_time == UNSET) {
        settings->slow_time = apr_time_as_msec(dependency->slow_time);
    }
    if (settings->probe_timeout == UNSET) {
        settings->probe_timeout = 2 * apr_time_as_msec(conf->timeout);
    }
}

int bk_dependency_post_config(apr_pool_t *p, server_rec *s)
{
    const bk_dependency_t *dependency = bk_httpd_service()->dependencies;
    bk_dependency_conf_t *conf = bk_httpd_conf_writable(s)->dependencies;

    for (; dependency && dependency->name; dependency++, conf++) {
        const char *name = apr_pstrcat(p, bk_httpd_server_name(s, p), " ", bk_httpd_service()->name,
                                       " ", dependency->name, NULL);

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
        error = bk_httpd_breaker_conf_set(cmd, argv[i], &conf->settings);
    }
    return error;
}
