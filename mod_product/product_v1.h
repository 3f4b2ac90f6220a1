/* product_v1: API v1 of the product service: none but what every service has.
 *
 * Each resource has a file of its own, product_v1_RESOURCE.c, whose header has the rows of its
 * routes as a macro; product_v1.c joins them into the table. A literal segment has to come before a
 * parameter at the same place.
 */
#ifndef PRODUCT_V1_H
#define PRODUCT_V1_H

#include "bk_route.h"

extern const bk_route_t product_v1_routes[];

/** The first segments of the routes' patterns, ending in NULL. */
extern const char *const product_v1_collections[];

#endif
