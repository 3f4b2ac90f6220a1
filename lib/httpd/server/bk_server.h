/* bk_server: a service's life in httpd.
 *
 * A module describes its service once (bk_service_t) and registers it (bk_server_register). From
 * then on, in every server where the service is on:
 *
 *     bk_mapping      which requests are its own
 *     bk_dispatch     from a request to its route's handler
 *     bk_error_page   error pages that httpd itself makes become JSON
 *     check_config    the store exists (also under configtest)
 *     post_config     what the store's children are to share is made
 *     child_init      the store is made ready
 */
#ifndef BK_SERVER_H
#define BK_SERVER_H

#include <httpd.h>

#include "bk_service.h"

/**
 * Register the hooks of a service. Called once, from a module's register_hooks.
 * @param service  this copy of the library serves it from now on
 * @param p        configuration pool
 */
void bk_server_register(const bk_service_t *service, apr_pool_t *p);

#endif
