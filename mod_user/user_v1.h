/* user_v1: API v1 of the user service: sessions, the caller's own account and tokens, users and
 * groups.
 *
 * Each resource has a file of its own, user_v1_RESOURCE.c, whose header has the rows of its routes
 * as a macro; user_v1.c joins them into the table. A literal segment has to come before a parameter
 * at the same place.
 */
#ifndef USER_V1_H
#define USER_V1_H

#include "bk_route.h"

extern const bk_route_t user_v1_routes[];

/** The first segments of the routes' patterns, ending in NULL. */
extern const char *const user_v1_collections[];

#endif
