/* bk_error_page: JSON in place of httpd's own error pages.
 *
 * A request may fail before it reaches a handler, or be refused by other modules: a bad escape in
 * its path, `Require`, a time-out. httpd then writes an HTML page, or sends the one that
 * ErrorDocument names; under a service's path a client gets the service's error body instead, with
 * the same status.
 *
 * The handler "bookable-nothing" answers 404 in JSON: for a server that has nothing but services.
 */
#ifndef BK_ERROR_PAGE_H
#define BK_ERROR_PAGE_H

#include <httpd.h>

/** Register the filter, its hooks and the handler, for the service of this copy of the library. */
void bk_error_page_register(apr_pool_t *p);

#endif
