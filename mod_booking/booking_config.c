#include "booking_private.h"

/* A password is checked by the user service, which may take its time over many at once. */
const bk_dependency_t booking_dependencies[] = {
    [BOOKING_USER] = {"user", "/user", apr_time_from_sec(15), apr_time_from_sec(12)},
    [BOOKING_SPACE] = {"space", "/space", apr_time_from_sec(2), apr_time_from_sec(1)},
    {NULL}};

void *booking_config_create(apr_pool_t *p, server_rec *s)
{
    booking_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_httpd_conf_init(&conf->common);
    return conf;
}

void *booking_config_merge(apr_pool_t *p, void *base_conf, void *own_conf)
{
    const booking_conf_t *base = base_conf, *own = own_conf;
    booking_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_httpd_conf_merge(&conf->common, &base->common, &own->common);
    return conf;
}

static booking_conf_t *conf_of(cmd_parms *cmd)
{
    return ap_get_module_config(cmd->server->module_config, &booking_module);
}

static const char *set_user_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_httpd_conf_service_path(cmd, text,
                                      &conf_of(cmd)->common.dependencies[BOOKING_USER].path);
}

static const char *set_space_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_httpd_conf_service_path(cmd, text,
                                      &conf_of(cmd)->common.dependencies[BOOKING_SPACE].path);
}

const command_rec booking_config_commands[] = {
    BK_HTTPD_CONF_COMMANDS(booking_module, "Booking"),
    BK_CACHE_COMMANDS(booking_module),
    BK_DEPENDENCY_COMMANDS("Booking"),
    AP_INIT_TAKE1("BookingUserPath", set_user_path, NULL, RSRC_CONF,
                  "URL path at which the user service is asked who is calling"),
    AP_INIT_TAKE1("BookingSpacePath", set_space_path, NULL, RSRC_CONF,
                  "URL path at which the space service is asked about a space"),
    {NULL}};
