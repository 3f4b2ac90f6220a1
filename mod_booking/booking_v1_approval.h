/* booking_v1_approval: the decision on a request: approval and rejection of a booking that is
 * pending.
 *
 * A request is decided once: of two who decide, the second is told who was first, and what they
 * decided. A request whose time ran out is decided, too: by the house. */
#ifndef BOOKING_V1_APPROVAL_H
#define BOOKING_V1_APPROVAL_H

#include "bk_request.h"
#include "booking_v1_bookings.h"

/** The members of an approval, and of a rejection. */
extern const bk_input_row_t booking_v1_approval_rows[];
extern const bk_input_row_t booking_v1_approval_rejection_rows[];

/** The handlers. */
int booking_v1_approval(bk_request_t *request);
int booking_v1_approval_reject(bk_request_t *request);

/** The rows, for the table of routes. */
#define BOOKING_V1_APPROVAL_ROUTES                                                        \
    {.method = "POST",                                                                    \
     .pattern = "/bookings/{id}/approval",                                                \
     .caller = BK_ROUTE_USER,                                                             \
     .path = booking_v1_bookings_read_id,                                                 \
     .handler = booking_v1_approval,                                                      \
     .group = BOOKING_STORE_V1,                                                           \
     .scope = BK_SCOPE_MANAGE,                                                            \
     .members = booking_v1_approval_rows,                                                 \
     .flags = BK_ROUTE_OPTIONAL_BODY},                                                    \
    {                                                                                     \
        .method = "POST", .pattern = "/bookings/{id}/rejection", .caller = BK_ROUTE_USER, \
        .path = booking_v1_bookings_read_id, .handler = booking_v1_approval_reject,       \
        .group = BOOKING_STORE_V1, .scope = BK_SCOPE_MANAGE,                              \
        .members = booking_v1_approval_rejection_rows                                     \
    }

#endif
