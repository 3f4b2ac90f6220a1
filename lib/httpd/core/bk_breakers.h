/* bk_breakers: all circuit breakers of a server.
 *
 * A breaker lies in shared memory under a name that begins with its server's (bk_host.h), so all
 * children and threads share it. It keeps its state over a graceful restart, and is closed again
 * when httpd is stopped and started.
 */
#ifndef BK_BREAKERS_H
#define BK_BREAKERS_H

#include <httpd.h>

#include "bk_breaker.h"

/** A breaker in shared memory, with its settings. */
typedef struct bk_breaker_place_t {
    bk_breaker_t breaker;
    bk_breaker_settings_t settings; /* of the latest configuration, for display */
} bk_breaker_place_t;

/**
 * Get the memory of the breakers. Called in post_config.
 * @return APR_SUCCESS, or an error, which has been logged
 */
apr_status_t bk_breakers_init(apr_pool_t *p, server_rec *s);

/**
 * Get the breaker of a name, creating it if there is none. Called in post_config.
 * @return NULL if there is no memory, which has been logged
 */
bk_breaker_place_t *bk_breakers_get(const char *name, server_rec *s);

/** The name of breaker number i, with the breaker; NULL if there are no more. */
const char *bk_breakers_at(int i, bk_breaker_place_t **entry);

/** The breaker of a name; NULL if there is none. */
bk_breaker_place_t *bk_breakers_find(const char *name);

#endif
