/* booking_v1: API v1 of the booking service: bookings.
 *
 * Each resource has a file of its own, booking_v1_RESOURCE.c, whose header has the rows of its
 * routes as a macro; booking_v1.c joins them into the table. A literal segment has to come before a
 * parameter at the same place.
 */
#ifndef BOOKING_V1_H
#define BOOKING_V1_H

#include "bk_route.h"

extern const bk_route_t booking_v1_routes[];

/** The first segments of the routes' patterns, ending in NULL. */
extern const char *const booking_v1_collections[];

#endif
