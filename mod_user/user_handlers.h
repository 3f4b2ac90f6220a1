/* user_handlers: the routes of the user service. */
#ifndef USER_HANDLERS_H
#define USER_HANDLERS_H

#include "bk_route.h"

extern const bk_route_t user_handlers_routes[];

#endif
