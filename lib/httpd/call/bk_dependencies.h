/* bk_dependencies: creates the breakers of a server's dependencies at start. */
#ifndef BK_DEPENDENCIES_H
#define BK_DEPENDENCIES_H

#include <httpd.h>

/** Create the breaker of each dependency that a server calls. @return OK, or an HTTP status */
int bk_dependencies_post_config(apr_pool_t *p, server_rec *s);

#endif
