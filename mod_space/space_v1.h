/* space_v1: API v1 of the space service: spaces and policies.
 *
 * Each resource has a file of its own, space_v1_RESOURCE.c, whose header has the rows of its routes
 * as a macro; space_v1.c joins them into the table. A literal segment has to come before a
 * parameter at the same place.
 */
#ifndef SPACE_V1_H
#define SPACE_V1_H

#include "bk_route.h"

extern const bk_route_t space_v1_routes[];

/** The first segments of the routes' patterns, ending in NULL. */
extern const char *const space_v1_collections[];

#endif
