/* booking_v1_change: PATCH of a booking, and its cancellation, which can be taken back for ten
 * minutes.
 *
 * A change is decided on a version and written to that version only: if somebody else's comes
 * between, it is decided anew. Space and time move in one statement. */
#ifndef BOOKING_V1_CHANGE_H
#define BOOKING_V1_CHANGE_H

#include "bk_request.h"
#include "booking_v1_bookings.h"
#include "booking_v1_input.h"

/** The handlers. */
int booking_v1_change(bk_request_t *request);
int booking_v1_change_cancel(bk_request_t *request);
int booking_v1_change_undo(bk_request_t *request);

/** The rows, for the table of routes. */
#define BOOKING_V1_CHANGE_ROUTES                                                               \
    {.method = "PATCH",                                                                        \
     .pattern = "/bookings/{id}",                                                              \
     .caller = BK_ROUTE_USER,                                                                  \
     .path = booking_v1_bookings_read_id,                                                      \
     .handler = booking_v1_change,                                                             \
     .group = BOOKING_STORE_V1,                                                                \
     .scope = BK_SCOPE_BOOK,                                                                   \
     .query = booking_v1_input_dry_run,                                                        \
     .members = booking_v1_input_patch,                                                        \
     .flags = BK_ROUTE_PATCH | BK_ROUTE_IF_MATCH},                                             \
        {.method = "POST",                                                                     \
         .pattern = "/bookings/{id}/cancellation",                                             \
         .caller = BK_ROUTE_USER,                                                              \
         .path = booking_v1_bookings_read_id,                                                  \
         .handler = booking_v1_change_cancel,                                                  \
         .group = BOOKING_STORE_V1,                                                            \
         .scope = BK_SCOPE_BOOK,                                                               \
         .members = booking_v1_input_cancellation,                                             \
         .flags = BK_ROUTE_OPTIONAL_BODY},                                                     \
    {                                                                                          \
        .method = "DELETE", .pattern = "/bookings/{id}/cancellation", .caller = BK_ROUTE_USER, \
        .path = booking_v1_bookings_read_id, .handler = booking_v1_change_undo,                \
        .group = BOOKING_STORE_V1, .scope = BK_SCOPE_BOOK                                      \
    }

#endif
