/* booking_space: checks a booking against the limits and the policy of its space, which the space
 * service knows. */
#ifndef BOOKING_SPACE_H
#define BOOKING_SPACE_H

#include "booking_policy.h"

/**
 * Get the space of a booking from the space service, and check its capacity and opening hours, and
 * its policy if it has one.
 * @param booking  gets what its policy keeps free around it
 * @param ruling   set to what its policy says
 * @return BK_CONTINUE; else the request's result
 */
int booking_space_check(bk_request_t *request, booking_t *booking, booking_v1_ruling_t *ruling);

#endif
