/* space_config: mod_space's directives and settings. */
#ifndef SPACE_CONFIG_H
#define SPACE_CONFIG_H

#include "bk_conf.h"
#include "bk_service.h"

/** The services that the space service calls: indexes of space_config_dependencies. */
enum { SPACE_USER, SPACE_BOOKING };
extern const bk_dependency_t space_config_dependencies[];

typedef struct space_conf_t {
    bk_conf_t common;               /* must be the first member: bk_conf() casts to it */
    apr_interval_time_t slow_delay; /* of the slow route, in microseconds; 0: no such route */
} space_conf_t;

void *space_config_create(apr_pool_t *p, server_rec *s);
void *space_config_merge(apr_pool_t *p, void *base, void *own);
/** @see bk_service_t.complete */
void space_config_complete(bk_conf_t *common);
extern const command_rec space_config_commands[];

#endif
