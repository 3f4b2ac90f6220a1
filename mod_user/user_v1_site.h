/* user_v1_site: GET /v1/site: what a page has to know before anybody has signed in. */
#ifndef USER_V1_SITE_H
#define USER_V1_SITE_H

#include "user_private.h"

/** The route's handler: the house's name and logo, and the ways to sign in. */
int user_v1_site_get(bk_request_t *request);

/** The row of the service's table of routes. */
#define USER_V1_SITE_ROUTES                                              \
    {                                                                    \
        .method = "GET", .pattern = "/site", .handler = user_v1_site_get \
    }

#endif
