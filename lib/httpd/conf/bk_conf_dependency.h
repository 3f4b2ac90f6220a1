/* bk_conf_dependency: the services that a service asks: where they are, how long a call may take,
 * and the circuit breaker in front of each.
 *
 * A service names its dependencies (bk_service_t.dependencies), at most BK_DEPENDENCIES. Each
 * server has its own settings for each, and its own breaker, which lies in shared memory under the
 * name "HOST:PORT SERVICE DEPENDENCY" and so is one for all children and threads. It keeps its
 * state over a graceful restart, and begins closed when httpd is stopped and started.
 */
#ifndef BK_CONF_DEPENDENCY_H
#define BK_CONF_DEPENDENCY_H

#include <httpd.h>
#include <http_config.h>

#include "bk_breakers.h"
#include "bk_service.h"

/** A server's settings for a dependency. */
typedef struct bk_conf_dependency_t {
    const char *path;               /* where it is asked */
    apr_interval_time_t timeout;    /* microseconds */
    bk_breaker_settings_t settings; /* of its breaker */
    bk_breaker_place_t *place;      /* set by post_config */
} bk_conf_dependency_t;

void bk_conf_dependency_init(bk_conf_dependency_t conf[BK_DEPENDENCIES]);
void bk_conf_dependency_merge(bk_conf_dependency_t merged[BK_DEPENDENCIES],
                              const bk_conf_dependency_t base[BK_DEPENDENCIES],
                              const bk_conf_dependency_t own[BK_DEPENDENCIES]);

/** Put defaults in the place of what is not set.
 *  @param dependencies  the service's; NULL: it asks nobody */
void bk_conf_dependency_complete(bk_conf_dependency_t conf[BK_DEPENDENCIES],
                                 const bk_dependency_t *dependencies);

#endif
