/* booking_space: checks a booking against the limits and the policy of its space, which the space
 * service knows. */
#ifndef BOOKING_SPACE_H
#define BOOKING_SPACE_H

#include "booking_private.h"

/**
 * Get the space of a booking from the space service, and check its capacity and opening hours, and
 * its policy if it has one.
 * @param overridden  set to the rules that the caller may override and did, for the log; NULL: none
 * @return BK_CONTINUE; else the request's result
 */
int booking_space_check(bk_request_t *request, const booking_t *booking, const char **overridden);

#endif
