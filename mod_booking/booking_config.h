/* booking_config: mod_booking's directives and settings. */
#ifndef BOOKING_CONFIG_H
#define BOOKING_CONFIG_H

#include "bk_conf.h"
#include "bk_service.h"

/** The services that the booking service calls: indexes of booking_config_dependencies. */
enum { BOOKING_USER, BOOKING_SPACE };
extern const bk_dependency_t booking_config_dependencies[];

typedef struct booking_conf_t {
    bk_conf_t common;                    /* must be the first member: bk_conf() casts to it */
    const char *spaces_path;             /* URL path of /v1/spaces of the space service */
    const char *users_path;              /* URL path of /v1/users of the user service */
    apr_interval_time_t max_length;      /* longest booking in microseconds; 0: any length */
    int max_future;                      /* bookings ahead that a person may have; 0: any number */
    apr_interval_time_t event_retention; /* how long the log is kept, microseconds; 0: for ever */
} booking_conf_t;

void *booking_config_create(apr_pool_t *p, server_rec *s);
void *booking_config_merge(apr_pool_t *p, void *base, void *own);
/** @see bk_service_t.complete */
void booking_config_complete(bk_conf_t *common);
extern const command_rec booking_config_commands[];

#endif
