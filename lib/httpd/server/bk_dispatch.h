/* bk_dispatch: from a request to its route's handler: route, headers of the body, who is calling,
 * path, body, and then the route's own handler.
 */
#ifndef BK_DISPATCH_H
#define BK_DISPATCH_H

#include <httpd.h>

/** Register the handler. Called once, from bk_server_register(). */
void bk_dispatch_register(apr_pool_t *p);

#endif
