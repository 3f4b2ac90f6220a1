/* bk_dispatch: handles a request: finds the route, checks the body's headers, authenticates the
 * caller, checks the path, reads the body, and calls the route's handler.
 */
#ifndef BK_DISPATCH_H
#define BK_DISPATCH_H

#include <httpd.h>

/** Register the handler. Called once, from bk_server_register(). */
void bk_dispatch_register(apr_pool_t *p);

#endif
