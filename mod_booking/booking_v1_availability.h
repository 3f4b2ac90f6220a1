/* booking_v1_availability: GET /v1/availability: what of the time of spaces is taken, which spaces
 * are free at a time, and when a space is free next. */
#ifndef BOOKING_V1_AVAILABILITY_H
#define BOOKING_V1_AVAILABILITY_H

#include "booking_v1_question.h"

/** The handler. */
int booking_v1_availability(bk_request_t *request);

/** The rows of the table of routes. */
#define BOOKING_V1_AVAILABILITY_ROUTES                                         \
    {                                                                          \
        .method = "GET", .pattern = "/availability", .caller = BK_ROUTE_USER,  \
        .query = booking_v1_question_rows, .handler = booking_v1_availability, \
        .group = BOOKING_STORE_TAKEN                                           \
    }

#endif
