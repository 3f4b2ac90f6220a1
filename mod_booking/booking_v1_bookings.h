/* booking_v1_bookings: POST /v1/bookings, and GET of one. */
#ifndef BOOKING_V1_BOOKINGS_H
#define BOOKING_V1_BOOKINGS_H

#include "bk_request.h"
#include "booking_v1_input.h"

/** The handlers, and the check of the id in the path. */
int booking_v1_bookings_read_id(bk_request_t *request);
int booking_v1_bookings_create(bk_request_t *request);
int booking_v1_bookings_get(bk_request_t *request);

/** The rows, for the table of routes. */
#define BOOKING_V1_BOOKINGS_ROUTES                                               \
    {.method = "POST",                                                           \
     .pattern = "/bookings",                                                     \
     .caller = BK_ROUTE_USER,                                                    \
     .handler = booking_v1_bookings_create,                                      \
     .group = BOOKING_STORE_V1,                                                  \
     .scope = BK_SCOPE_BOOK,                                                     \
     .query = booking_v1_input_dry_run,                                          \
     .members = booking_v1_input_new,                                            \
     .flags = BK_ROUTE_IDEMPOTENT},                                              \
    {                                                                            \
        .method = "GET", .pattern = "/bookings/{id}", .caller = BK_ROUTE_USER,   \
        .path = booking_v1_bookings_read_id, .handler = booking_v1_bookings_get, \
        .group = BOOKING_STORE_V1                                                \
    }

#endif
