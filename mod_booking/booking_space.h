/* booking_space: what the space service says of a space, and whether a booking fits it. */
#ifndef BOOKING_SPACE_H
#define BOOKING_SPACE_H

#include "booking_private.h"

/**
 * Ask for the space of a booking, and check its capacity and its opening hours.
 * @return BK_CONTINUE; else the request's result
 */
int booking_space_check(bk_request_t *request, const booking_t *booking);

#endif
