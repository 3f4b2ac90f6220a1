/* bk_dependencies: what calls to other services need, made as httpd starts. */
#ifndef BK_DEPENDENCIES_H
#define BK_DEPENDENCIES_H

#include <httpd.h>

/** Give each dependency of a server its breaker. @return OK, or an HTTP status */
int bk_dependencies_post_config(apr_pool_t *p, server_rec *s);

#endif
