/* bk_breakers: all circuit breakers of a server.
 *
 * A breaker lies in shared memory under a name that begins with its server's (bk_host.h) and so is
 * one for all children and threads. It keeps its state over a graceful restart, and begins closed
 * when httpd is stopped and started.
 */
#ifndef BK_BREAKERS_H
#define BK_BREAKERS_H

#include <httpd.h>

#include "bk_breaker.h"

/** A breaker in shared memory, with what those who look at it need to know. */
typedef struct bk_breaker_place_t {
    bk_breaker_t breaker;
    bk_breaker_settings_t settings; /* as the latest configuration has them: to be shown */
} bk_breaker_place_t;

/** Get the memory they lie in. Called in post_config. @return APR_SUCCESS, or why not, logged */
apr_status_t bk_breakers_init(apr_pool_t *p, server_rec *s);

/** The breaker of a name, made if there is none; NULL, logged, if there is no room. In post_config.
 */
bk_breaker_place_t *bk_breakers_place(const char *name, server_rec *s);

/** The name and the breaker number i, or NULL where there are no more. */
const char *bk_breakers_at(int i, bk_breaker_place_t **place);

/** The breaker of a name that has one, or NULL. */
bk_breaker_place_t *bk_breakers_find(const char *name);

#endif
