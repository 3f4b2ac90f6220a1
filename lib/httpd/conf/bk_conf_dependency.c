#include "bk_conf_dependency.h"

#include "bk_conf_breaker.h"
#include "bk_value.h"

#define SECOND 1000 /* milliseconds */

void bk_conf_dependency_init(bk_conf_dependency_t conf[BK_DEPENDENCIES])
{
    int i;

    for (i = 0; i < BK_DEPENDENCIES; i++) {
        conf[i].path = NULL;
        conf[i].timeout = BK_VALUE_UNSET;
        bk_conf_breaker_init(&conf[i].settings);
    }
}

void bk_conf_dependency_merge(bk_conf_dependency_t merged[BK_DEPENDENCIES],
                              const bk_conf_dependency_t base[BK_DEPENDENCIES],
                              const bk_conf_dependency_t own[BK_DEPENDENCIES])
{
    int i;

    for (i = 0; i < BK_DEPENDENCIES; i++) {
        merged[i].path = own[i].path ? own[i].path : base[i].path;
        merged[i].timeout = bk_value_default(own[i].timeout, base[i].timeout);
        bk_conf_breaker_merge(&merged[i].settings, &base[i].settings, &own[i].settings);
    }
}

/* The defaults of a breaker; complete() computes those that depend on the call's time-out. */
static const bk_breaker_settings_t defaults = {
    .window = 10 * SECOND,
    .minimum_calls = 10,
    .failure_rate = 50,
    .slow_time = BK_VALUE_UNSET,
    .slow_rate = 80,
    .open_time = 5 * SECOND,
    .probes = 3,
    .probe_timeout = BK_VALUE_UNSET,
    .dry_run = 0,
};

static void complete(bk_conf_dependency_t *conf, const bk_dependency_t *dependency)
{
    bk_breaker_settings_t *settings = &conf->settings;

    conf->path = conf->path ? conf->path : dependency->path;
    conf->timeout = bk_value_default(conf->timeout, dependency->timeout);
    bk_conf_breaker_complete(settings, &defaults);
    if (settings->slow_time == BK_VALUE_UNSET) {
        settings->slow_time = apr_time_as_msec(dependency->slow_time);
    }
    if (settings->probe_timeout == BK_VALUE_UNSET) {
        settings->probe_timeout = 2 * apr_time_as_msec(conf->timeout);
    }
}

void bk_conf_dependency_complete(bk_conf_dependency_t conf[BK_DEPENDENCIES],
                                 const bk_dependency_t *dependencies)
{
    int i;

    for (i = 0; dependencies && dependencies[i].name; i++) {
        complete(&conf[i], &dependencies[i]);
    }
}
