#include "booking_private.h"

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
    conf->user_path = own->user_path ? own->user_path : base->user_path;
    conf->space_path = own->space_path ? own->space_path : base->space_path;
    return conf;
}

const char *booking_config_user_path(const bk_httpd_conf_t *conf)
{
    const char *path = ((const booking_conf_t *)conf)->user_path;

    return path ? path : "/user";
}

const char *booking_config_space_path(const bk_httpd_conf_t *conf)
{
    const char *path = ((const booking_conf_t *)conf)->space_path;

    return path ? path : "/space";
}

static booking_conf_t *conf_of(cmd_parms *cmd)
{
    return ap_get_module_config(cmd->server->module_config, &booking_module);
}

static const char *set_user_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_httpd_conf_service_path(cmd, text, &conf_of(cmd)->user_path);
}

static const char *set_space_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_httpd_conf_service_path(cmd, text, &conf_of(cmd)->space_path);
}

const command_rec booking_config_commands[] = {
    BK_HTTPD_CONF_COMMANDS(booking_module, "Booking"),
    AP_INIT_TAKE1("BookingUserPath", set_user_path, NULL, RSRC_CONF,
                  "URL path at which the user service is asked who is calling"),
    AP_INIT_TAKE1("BookingSpacePath", set_space_path, NULL, RSRC_CONF,
                  "URL path at which the space service is asked about a space"),
    {NULL}};
