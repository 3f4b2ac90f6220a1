/* booking_v1_external: PUT /v1/bookings/external/{source}/{key}: a booking that is another
 * system's, such as a timetable's, by its key there. Who manages the space, or books for others,
 * keeps it in step: it is made, changed, or, if it was cancelled, made again. */
#ifndef BOOKING_V1_EXTERNAL_H
#define BOOKING_V1_EXTERNAL_H

#include "bk_request.h"
#include "booking_v1_input.h"

/** The handlers. */
int booking_v1_external_read_key(bk_request_t *request);
int booking_v1_external_put(bk_request_t *request);

/** The row, for the table of routes. */
#define BOOKING_V1_EXTERNAL_ROUTES                                                                \
    {                                                                                             \
        .method = "PUT", .pattern = "/bookings/external/{source}/{key}", .caller = BK_ROUTE_USER, \
        .path = booking_v1_external_read_key, .handler = booking_v1_external_put,                 \
        .group = BOOKING_STORE_V1, .scope = BK_SCOPE_BOOK, .query = booking_v1_input_dry_run,     \
        .members = booking_v1_input_new                                                           \
    }

#endif
