/* booking_v1_history: GET /v1/bookings/{id}/history: what happened to a booking, the first first.
 *
 * What made it is told by its row, and by what the first change says was before; changes are in the
 * log, as long as that is kept.
 */
#ifndef BOOKING_V1_HISTORY_H
#define BOOKING_V1_HISTORY_H

#include "bk_request.h"
#include "bk_route.h"
#include "booking_events_store.h"
#include "booking_v1_bookings.h"

int booking_v1_history(bk_request_t *request);

/** The row, for the table of routes. */
#define BOOKING_V1_HISTORY_ROUTES                                                      \
    {                                                                                  \
        .method = "GET", .pattern = "/bookings/{id}/history", .caller = BK_ROUTE_USER, \
        .path = booking_v1_bookings_read_id, .handler = booking_v1_history,            \
        .group = BOOKING_STORE_EVENTS                                                  \
    }

#endif
