/* bk_conf_dependency: the settings of the services that a service calls: the path of each, the
 * time-out of calls, and the circuit breaker in front of it.
 *
 * A service names its dependencies (bk_service_t.dependencies), at most BK_DEPENDENCIES. Each
 * server has its own settings for each dependency, and its own breaker, which lies in shared memory
 * under the name "HOST:PORT SERVICE DEPENDENCY" (bk_breakers.h).
 */
#ifndef BK_CONF_DEPENDENCY_H
#define BK_CONF_DEPENDENCY_H

#include <httpd.h>
#include <http_config.h>

#include "bk_breakers.h"
#include "bk_service.h"

/** A server's settings for a dependency. */
typedef struct bk_conf_dependency_t {
    const char *path;               /* URL path of it */
    apr_interval_time_t timeout;    /* microseconds */
    bk_breaker_settings_t settings; /* of its breaker */
    bk_breaker_place_t *entry;      /* set by post_config */
} bk_conf_dependency_t;

void bk_conf_dependency_init(bk_conf_dependency_t conf[BK_DEPENDENCIES]);
void bk_conf_dependency_merge(bk_conf_dependency_t merged[BK_DEPENDENCIES],
                              const bk_conf_dependency_t base[BK_DEPENDENCIES],
                              const bk_conf_dependency_t own[BK_DEPENDENCIES]);

/**
 * Replace the settings that are not set by their defaults.
 * @param dependencies  of the service; NULL: it calls no service
 */
void bk_conf_dependency_complete(bk_conf_dependency_t conf[BK_DEPENDENCIES],
                                 const bk_dependency_t *dependencies);

#endif
