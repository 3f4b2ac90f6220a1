/* booking_v1_events: GET /v1/events: the log of bookings, which programs read by polling.
 *
 * Administrators and auditors read all of it, managers what happened in their spaces; a token
 * needs the scope events besides. The answer always has a cursor, "next", by which the reader asks
 * for what comes behind it. A cursor names a place in the log and is checked against the log: it
 * needs no signature, lives as long as the log does, and any host reads it.
 */
#ifndef BOOKING_V1_EVENTS_H
#define BOOKING_V1_EVENTS_H

#include "bk_request.h"
#include "bk_route.h"
#include "booking_events_store.h"

extern const bk_input_row_t booking_v1_events_rows[];

int booking_v1_events(bk_request_t *request);

/** The row of the table of routes. */
#define BOOKING_V1_EVENTS_ROUTES                                        \
    {                                                                   \
        .method = "GET", .pattern = "/events", .caller = BK_ROUTE_USER, \
        .query = booking_v1_events_rows, .handler = booking_v1_events,  \
        .group = BOOKING_STORE_EVENTS, .scope = BK_SCOPE_EVENTS         \
    }

#endif
