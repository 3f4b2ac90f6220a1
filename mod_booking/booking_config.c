#include "bk_conf.h"
#include "bk_directives.h"
#include "bk_value.h"
#include "booking_private.h"

#include <strings.h>

#define HOUR apr_time_from_sec(3600)
#define DAY (24 * HOUR)

/* The time limits of calls. The user service checks passwords, which takes long when many are
 * queued. */
const bk_dependency_t booking_config_dependencies[BK_DEPENDENCIES + 1] = {
    [BOOKING_USER] = {"user", "/user", apr_time_from_sec(15), apr_time_from_sec(12)},
    [BOOKING_SPACE] = {"space", "/space", apr_time_from_sec(2), apr_time_from_sec(1)},
    {NULL}};

void *booking_config_create(apr_pool_t *p, server_rec *s)
{
    booking_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_conf_init(&conf->common);
    conf->max_length = BK_VALUE_UNSET;
    conf->max_future = BK_VALUE_UNSET;
    conf->event_retention = BK_VALUE_UNSET;
    return conf;
}

void *booking_config_merge(apr_pool_t *p, void *base_conf, void *own_conf)
{
    const booking_conf_t *base = base_conf, *own = own_conf;
    booking_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_conf_merge(&conf->common, &base->common, &own->common);
    conf->spaces_path = own->spaces_path ? own->spaces_path : base->spaces_path;
    conf->users_path = own->users_path ? own->users_path : base->users_path;
    conf->max_length = bk_value_default(own->max_length, base->max_length);
    conf->max_future = bk_value_default(own->max_future, base->max_future);
    conf->event_retention = bk_value_default(own->event_retention, base->event_retention);
    return conf;
}

void booking_config_complete(bk_conf_t *common)
{
    booking_conf_t *conf = (booking_conf_t *)common;

    conf->spaces_path = conf->spaces_path ? conf->spaces_path : "/v1/spaces";
    conf->users_path = conf->users_path ? conf->users_path : "/v1/users";
    conf->max_length = bk_value_default(conf->max_length, 31 * DAY);
    conf->max_future = bk_value_default(conf->max_future, 500);
    conf->event_retention = bk_value_default(conf->event_retention, 400 * DAY);
}

static booking_conf_t *conf_of(cmd_parms *cmd)
{
    return (booking_conf_t *)bk_conf_writable(cmd->server);
}

static const char *set_user_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_service_path(cmd, text, &conf_of(cmd)->common.dependencies[BOOKING_USER].path);
}

static const char *set_space_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_service_path(cmd, text, &conf_of(cmd)->common.dependencies[BOOKING_SPACE].path);
}

static const char *set_spaces_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_service_path(cmd, text, &conf_of(cmd)->spaces_path);
}

static const char *set_users_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_value_service_path(cmd, text, &conf_of(cmd)->users_path);
}

static const char *set_max_length(cmd_parms *cmd, void *dir, const char *text)
{
    if (strcasecmp(text, "Off") == 0) {
        conf_of(cmd)->max_length = 0;
        return NULL;
    }
    return bk_value_duration(cmd, text, "s", apr_time_from_sec(60), 366 * DAY,
                             &conf_of(cmd)->max_length);
}

static const char *set_max_future(cmd_parms *cmd, void *dir, const char *text)
{
    if (strcasecmp(text, "Off") == 0) {
        conf_of(cmd)->max_future = 0;
        return NULL;
    }
    return bk_value_integer(cmd, text, 1, 1000000, &conf_of(cmd)->max_future);
}

static const char *set_event_retention(cmd_parms *cmd, void *dir, const char *text)
{
    if (strcasecmp(text, "Off") == 0) {
        conf_of(cmd)->event_retention = 0;
        return NULL;
    }
    return bk_value_duration(cmd, text, "s", DAY, 36500 * DAY, &conf_of(cmd)->event_retention);
}

const command_rec booking_config_commands[] = {
    BK_DIRECTIVES("Booking"),
    BK_DIRECTIVES_CACHE,
    BK_DIRECTIVES_DEPENDENCIES("Booking"),
    AP_INIT_TAKE1("BookingUserPath", set_user_path, NULL, RSRC_CONF,
                  "URL path at which the user service is asked who is calling"),
    AP_INIT_TAKE1("BookingSpacePath", set_space_path, NULL, RSRC_CONF,
                  "URL path at which the space service is asked about a space"),
    AP_INIT_TAKE1("BookingSpacesPath", set_spaces_path, NULL, RSRC_CONF,
                  "URL path at which API v1 asks for spaces and their policies"),
    AP_INIT_TAKE1("BookingUsersPath", set_users_path, NULL, RSRC_CONF,
                  "URL path at which API v1 asks what people are called"),
    AP_INIT_TAKE1("BookingMaxLength", set_max_length, NULL, RSRC_CONF,
                  "The longest that a booking may be, such as 12h, or Off"),
    AP_INIT_TAKE1("BookingMaxFuture", set_max_future, NULL, RSRC_CONF,
                  "How many bookings ahead a person may have, such as 500, or Off"),
    AP_INIT_TAKE1("BookableEventRetention", set_event_retention, NULL, RSRC_CONF,
                  "How long the log of bookings is kept, such as 400d, or Off"),
    {NULL}};
