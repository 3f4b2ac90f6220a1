/* mod_space's settings. */
#ifndef SPACE_CONFIG_H
#define SPACE_CONFIG_H

#include "bk_conf.h"
#include "bk_service.h"

/** Whom the space service asks. */
enum { SPACE_USER };
extern const bk_dependency_t space_config_dependencies[];

typedef struct space_conf_t {
    bk_conf_t common;               /* first: bk_conf() finds it there */
    apr_interval_time_t slow_delay; /* of the slow route, microseconds; 0: there is no such route */
} space_conf_t;

void *space_config_create(apr_pool_t *p, server_rec *s);
void *space_config_merge(apr_pool_t *p, void *base, void *own);
/** @see bk_service_t.complete */
void space_config_complete(bk_conf_t *common);
extern const command_rec space_config_commands[];

#endif
