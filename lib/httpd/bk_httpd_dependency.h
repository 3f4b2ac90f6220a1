/* bk_httpd_dependency: the services that a service asks: where they are, how long a call may take,
 * and the circuit breaker in front of each.
 *
 * A service names its dependencies (bk_service_t.dependencies), at most BK_DEPENDENCIES. Each
 * server has its own settings for each, and its own breaker, which lies in shared memory under the
 * name "HOST:PORT SERVICE DEPENDENCY" and so is one for all children and threads. It keeps its
 * state over a graceful restart, and begins closed when httpd is stopped and started.
 */
#ifndef BK_HTTPD_DEPENDENCY_H
#define BK_HTTPD_DEPENDENCY_H

#include <httpd.h>
#include <http_config.h>

#include "bk_breaker.h"

#define BK_DEPENDENCIES 2

/** What a service says of a dependency. Constant. */
typedef struct bk_dependency_t {
    const char *name;              /* NULL: there are no more */
    const char *path;              /* where it is asked by default */
    apr_interval_time_t timeout;   /* how long a call may take by default, microseconds */
    apr_interval_time_t slow_time; /* and from when on it is slow */
} bk_dependency_t;

/** A breaker in shared memory, with what those who look at it need to know. */
typedef struct bk_breaker_place_t {
    bk_breaker_t breaker;
    bk_breaker_settings_t settings; /* as the latest configuration has them: to be shown */
} bk_breaker_place_t;

/** A server's settings for a dependency. */
typedef struct bk_dependency_conf_t {
    const char *path;               /* NULL: unset */
    apr_interval_time_t timeout;    /* microseconds */
    bk_breaker_settings_t settings; /* complete once post_config is done */
    bk_breaker_place_t *place;      /* set by post_config */
} bk_dependency_conf_t;

void bk_dependency_conf_init(bk_dependency_conf_t conf[BK_DEPENDENCIES]);
void bk_dependency_conf_merge(bk_dependency_conf_t merged[BK_DEPENDENCIES],
                              const bk_dependency_conf_t base[BK_DEPENDENCIES],
                              const bk_dependency_conf_t own[BK_DEPENDENCIES]);

/** Give each dependency of a server its defaults and its breaker. @return OK, or an HTTP status */
int bk_dependency_post_config(apr_pool_t *p, server_rec *s);

/* Directives. */
const char *bk_dependency_set_timeout(cmd_parms *cmd, void *dir, const char *name,
                                      const char *duration);
const char *bk_dependency_set_breaker(cmd_parms *cmd, void *dir, int argc, char *const argv[]);

/** The rows of the table of directives of a module that has dependencies. */
#define BK_DEPENDENCY_COMMANDS(prefix)                                                       \
    AP_INIT_TAKE2(prefix "CallTimeout", bk_dependency_set_timeout, NULL, RSRC_CONF,          \
                  "A service that is asked, and how long a call to it may take"),            \
        AP_INIT_TAKE_ARGV(prefix "Breaker", bk_dependency_set_breaker, NULL, RSRC_CONF,      \
                          "A service that is asked, and KEY=VALUE for its circuit breaker: " \
                          "window, minimum-calls, failure-rate, slow-time, slow-rate, "      \
                          "open-time, probes, probe-timeout, dry-run")

#endif
