/* booking_v1_list: GET /v1/bookings: bookings that overlap a span, by start, a page at a time. */
#ifndef BOOKING_V1_LIST_H
#define BOOKING_V1_LIST_H

#include "bk_list.h"
#include "bk_route.h"
#include "booking_v1_json.h"
#include "booking_v1_query.h"

/** The parameters. */
extern const bk_input_row_t booking_v1_list_rows[];

/** The handler. */
int booking_v1_list(bk_request_t *request);

/** The row, for the table of routes. */
#define BOOKING_V1_LIST_ROUTES                                                               \
    {                                                                                        \
        .method = "GET", .pattern = "/bookings", .caller = BK_ROUTE_USER,                    \
        .handler = booking_v1_list, .group = BOOKING_STORE_V1, .query = booking_v1_list_rows \
    }

#endif
