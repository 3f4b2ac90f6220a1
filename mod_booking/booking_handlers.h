/* booking_handlers: the routes of the booking service. */
#ifndef BOOKING_HANDLERS_H
#define BOOKING_HANDLERS_H

#include "bk_request.h"
#include "bk_route.h"

extern const bk_route_t booking_handlers_routes[];

/** Identify the caller by asking the user service. @see bk_service_t.identify */
int booking_handlers_identify(bk_request_t *request);

#endif
