/* product_handlers: the routes of the product service. */
#ifndef PRODUCT_HANDLERS_H
#define PRODUCT_HANDLERS_H

#include "bk_route.h"

extern const bk_route_t product_handlers_routes[];

#endif
