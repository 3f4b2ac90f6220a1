/* booking_v1_archive: what the space service asks when a space is archived, and when it is in use
 * again: that nothing is booked there any longer, whoever was judged a moment before.
 *
 * It asks on behalf of its caller, so the routes are for whom it would let archive a space:
 * administrators. Asked again they change nothing more.
 */
#ifndef BOOKING_V1_ARCHIVE_H
#define BOOKING_V1_ARCHIVE_H

#include "bk_request.h"
#include "bk_route.h"
#include "booking_closures_store.h"

/** The members of PUT. */
extern const bk_input_row_t booking_v1_archive_rows[];

/** The handlers. */
int booking_v1_archive_close(bk_request_t *request);
int booking_v1_archive_open(bk_request_t *request);

/** The rows, for the table of routes. */
#define BOOKING_V1_ARCHIVE_ROUTES                                                                \
    {.method = "PUT",                                                                            \
     .pattern = "/closures/archived/{spaceId}",                                                  \
     .caller = BK_ROUTE_ADMIN,                                                                   \
     .handler = booking_v1_archive_close,                                                        \
     .group = BOOKING_STORE_CLOSURES,                                                            \
     .scope = BK_SCOPE_ADMIN,                                                                    \
     .members = booking_v1_archive_rows,                                                         \
     .flags = BK_ROUTE_OPTIONAL_BODY},                                                           \
    {                                                                                            \
        .method = "DELETE", .pattern = "/closures/archived/{spaceId}", .caller = BK_ROUTE_ADMIN, \
        .handler = booking_v1_archive_open, .group = BOOKING_STORE_CLOSURES,                     \
        .scope = BK_SCOPE_ADMIN                                                                  \
    }

#endif
