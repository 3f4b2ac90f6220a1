/* bk_server: the hooks of a service.
 *
 * A module describes its service once (bk_service_t) and registers it (bk_server_register). These
 * parts then work in every server where the service is on:
 *
 *     bk_mapping      makes it the handler of its requests
 *     bk_dispatch     finds and calls a route's handler
 *     bk_error_page   turns httpd's own error pages into JSON
 *     check_config    checks the settings (also at configtest)
 *     post_config     creates the memory that children share
 *     child_init      connects a child to the store
 *     bk_routes_dump  lists its routes, for "httpd -t -D DUMP_BOOKABLE_ROUTES"
 */
#ifndef BK_SERVER_H
#define BK_SERVER_H

#include <httpd.h>

#include "bk_service.h"

/**
 * Register the hooks of a service. Called once, from a module's register_hooks.
 * @param service  the service of this copy of the library
 * @param p        configuration pool
 */
void bk_server_register(const bk_service_t *service, apr_pool_t *p);

#endif
