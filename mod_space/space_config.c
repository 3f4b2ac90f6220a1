#include "bk_conf.h"
#include "bk_directives.h"
#include "bk_value.h"
#include "space_private.h"

/* The time limits of calls. The user service checks passwords, which takes long when many are
 * queued, and the booking service asks it, too. */
const bk_dependency_t space_config_dependencies[BK_DEPENDENCIES + 1] = {
    [SPACE_USER] = {"user", "/user", apr_time_from_sec(15), apr_time_from_sec(12)},
    [SPACE_BOOKING] = {"booking", "/v1/closures", apr_time_from_sec(15), apr_time_from_sec(12), 1},
    {NULL}};

void *space_config_create(apr_pool_t *p, server_rec *s)
{
    space_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_conf_init(&conf->common);
    conf->slow_delay = BK_VALUE_UNSET;
    return conf;
}

void *space_config_merge(apr_pool_t *p, void *base_conf, void *own_conf)
{
    const space_conf_t *base = base_conf, *own = own_conf;
    space_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_conf_merge(&conf->common, &base->common, &own->common);
    conf->slow_delay = bk_value_default(own->slow_delay, base->slow_delay);
    return conf;
}

void space_config_complete(bk_conf_t *common)
{
    space_conf_t *conf = (space_conf_t *)common;

    conf->slow_delay = bk_value_default(conf->slow_delay, 0);
}

static space_conf_t *conf_of(cmd_parms *cmd)
{
    return (space_conf_t *)bk_conf_writable(cmd->server);
}

static const char *set_user_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_service_path(cmd, text, &conf_of(cmd)->common.dependencies[SPACE_USER].path);
}

static const char *set_closures_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_service_path(cmd, text, &conf_of(cmd)->common.dependencies[SPACE_BOOKING].path);
}

static const char *set_slow_delay(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_duration(cmd, text, "s", 0, apr_time_from_sec(60), &conf_of(cmd)->slow_delay);
}

const command_rec space_config_commands[] = {
    BK_DIRECTIVES("Space"),
    BK_DIRECTIVES_CACHE,
    BK_DIRECTIVES_CACHE_TTL("Space"),
    BK_DIRECTIVES_DEPENDENCIES("Space"),
    AP_INIT_TAKE1("SpaceUserPath", set_user_path, NULL, RSRC_CONF,
                  "URL path at which the user service is asked who is calling"),
    AP_INIT_TAKE1("SpaceClosuresPath", set_closures_path, NULL, RSRC_CONF,
                  "URL path at which API v1 asks that a space that is archived be closed"),
    AP_INIT_TAKE1(
        "SpaceSlowDelay", set_slow_delay, NULL, RSRC_CONF,
        "How long GET /space/slow/{id} waits before it answers; 0: there is no such route"),
    {NULL}};
