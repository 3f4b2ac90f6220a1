#include "bk_dependencies.h"

#include <apr_strings.h>

#include "bk_breakers.h"
#include "bk_conf.h"
#include "bk_conf_breaker.h"
#include "bk_conf_dependency.h"
#include "bk_host.h"
#include "bk_service.h"
#include "bk_value.h"

#define UNSET BK_VALUE_UNSET
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

static void complete(bk_conf_dependency_t *conf, const bk_dependency_t *dependency)
{
    bk_breaker_settings_t *settings = &conf->settings;

    conf->path = conf->path ? conf->path : dependency->path;
    conf->timeout = bk_value_default(conf->timeout, dependency->timeout);
    bk_conf_breaker_complete(settings, &defaults);
    if (settings->slow_time == UNSET) {
        settings->slow_time = apr_time_as_msec(dependency->slow_time);
    }
    if (settings->probe_timeout == UNSET) {
        settings->probe_timeout = 2 * apr_time_as_msec(conf->timeout);
    }
}

int bk_dependencies_post_config(apr_pool_t *p, server_rec *s)
{
    const bk_dependency_t *dependency = bk_service()->dependencies;
    bk_conf_dependency_t *conf = bk_conf_writable(s)->dependencies;

    for (; dependency && dependency->name; dependency++, conf++) {
        const char *name = apr_pstrcat(p, bk_host_name(s, p), " ", bk_service()->name, " ",
                                       dependency->name, NULL);

        complete(conf, dependency);
        conf->place = bk_breakers_place(name, s);
        if (!conf->place) {
            return HTTP_INTERNAL_SERVER_ERROR;
        }
        conf->place->settings = conf->settings;
    }
    return OK;
}
