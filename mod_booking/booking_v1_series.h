/* booking_v1_series: /v1/series: bookings that recur, as one: what they are, cancelling some or all
 * of them, and deciding on those that are pending. booking_v1_series_make makes them. */
#ifndef BOOKING_V1_SERIES_H
#define BOOKING_V1_SERIES_H

#include "bk_request.h"
#include "booking_series_store.h"
#include "booking_v1_approval.h"
#include "booking_v1_input.h"
#include "booking_v1_series_make.h"

/** The members of a cancellation. */
extern const bk_input_row_t booking_v1_series_cancellation[];

/** The handlers, and the check of the id in the path. */
int booking_v1_series_read_id(bk_request_t *request);
int booking_v1_series_get(bk_request_t *request);
int booking_v1_series_cancel(bk_request_t *request);
int booking_v1_series_approve(bk_request_t *request);
int booking_v1_series_reject(bk_request_t *request);

/** The rows, for the table of routes. */
#define BOOKING_V1_SERIES_ROUTES                                                        \
    {.method = "POST",                                                                  \
     .pattern = "/series",                                                              \
     .caller = BK_ROUTE_USER,                                                           \
     .handler = booking_v1_series_make,                                                 \
     .group = BOOKING_STORE_SERIES,                                                     \
     .scope = BK_SCOPE_BOOK,                                                            \
     .query = booking_v1_input_dry_run,                                                 \
     .members = booking_v1_input_series,                                                \
     .flags = BK_ROUTE_IDEMPOTENT},                                                     \
        {.method = "GET",                                                               \
         .pattern = "/series/{id}",                                                     \
         .caller = BK_ROUTE_USER,                                                       \
         .path = booking_v1_series_read_id,                                             \
         .handler = booking_v1_series_get,                                              \
         .group = BOOKING_STORE_SERIES},                                                \
        {.method = "POST",                                                              \
         .pattern = "/series/{id}/cancellation",                                        \
         .caller = BK_ROUTE_USER,                                                       \
         .path = booking_v1_series_read_id,                                             \
         .handler = booking_v1_series_cancel,                                           \
         .group = BOOKING_STORE_SERIES,                                                 \
         .scope = BK_SCOPE_BOOK,                                                        \
         .members = booking_v1_series_cancellation,                                     \
         .flags = BK_ROUTE_OPTIONAL_BODY},                                              \
        {.method = "POST",                                                              \
         .pattern = "/series/{id}/approval",                                            \
         .caller = BK_ROUTE_USER,                                                       \
         .path = booking_v1_series_read_id,                                             \
         .handler = booking_v1_series_approve,                                          \
         .group = BOOKING_STORE_SERIES,                                                 \
         .scope = BK_SCOPE_MANAGE,                                                      \
         .members = booking_v1_approval_rows,                                           \
         .flags = BK_ROUTE_OPTIONAL_BODY},                                              \
    {                                                                                   \
        .method = "POST", .pattern = "/series/{id}/rejection", .caller = BK_ROUTE_USER, \
        .path = booking_v1_series_read_id, .handler = booking_v1_series_reject,         \
        .group = BOOKING_STORE_SERIES, .scope = BK_SCOPE_MANAGE,                        \
        .members = booking_v1_approval_rejection_rows                                   \
    }

#endif
