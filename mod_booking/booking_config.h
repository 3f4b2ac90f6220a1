/* mod_booking's settings. */
#ifndef BOOKING_CONFIG_H
#define BOOKING_CONFIG_H

#include "bk_httpd_conf.h"

typedef struct booking_conf_t {
    bk_httpd_conf_t common; /* first: bk_httpd.c finds it there */
    const char *user_path;  /* where the user service is asked; NULL: unset */
    const char *space_path; /* where the space service is asked; NULL: unset */
} booking_conf_t;

void *booking_config_create(apr_pool_t *p, server_rec *s);
void *booking_config_merge(apr_pool_t *p, void *base, void *own);
extern const command_rec booking_config_commands[];

/** URL path of the user service. */
const char *booking_config_user_path(const bk_httpd_conf_t *conf);

/** URL path of the space service. */
const char *booking_config_space_path(const bk_httpd_conf_t *conf);

#endif
