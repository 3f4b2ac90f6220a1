/* bk_problems_page: GET /v1/problems/{code}: what a problem means.
 *
 * The type of each problem is the URI of this page (RFC 9457, section 3.1.1). Every service has the
 * route, so that it can be reached on every host.
 */
#ifndef BK_PROBLEMS_PAGE_H
#define BK_PROBLEMS_PAGE_H

#include "bk_request.h"

/** The route's handler; the code is the first parameter. */
int bk_problems_page(bk_request_t *request);

/** The route, for the services' tables. */
#define BK_PROBLEMS_PAGE_ROUTE                                                      \
    {                                                                               \
        .method = "GET", .pattern = "/problems/{code}", .handler = bk_problems_page \
    }

#endif
