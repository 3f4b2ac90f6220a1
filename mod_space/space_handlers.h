/* space_handlers: the routes of the space service. */
#ifndef SPACE_HANDLERS_H
#define SPACE_HANDLERS_H

#include "bk_request.h"
#include "bk_route.h"

extern const bk_route_t space_handlers_routes[];

/** Identify the caller by asking the user service. @see bk_service_t.identify */
int space_handlers_identify(bk_request_t *request);

#endif
