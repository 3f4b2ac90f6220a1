/* booking_v1_quotas: GET /v1/quotas: how much the caller may still book, before they try. */
#ifndef BOOKING_V1_QUOTAS_H
#define BOOKING_V1_QUOTAS_H

#include "bk_input.h"
#include "bk_request.h"

extern const bk_input_row_t booking_v1_quotas_rows[];

/** The handler. */
int booking_v1_quotas(bk_request_t *request);

/** The rows of the table of routes. */
#define BOOKING_V1_QUOTAS_ROUTES                                                                 \
    {                                                                                            \
        .method = "GET", .pattern = "/quotas", .caller = BK_ROUTE_USER,                          \
        .query = booking_v1_quotas_rows, .handler = booking_v1_quotas, .group = BOOKING_STORE_V1 \
    }

#endif
