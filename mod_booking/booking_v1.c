#include "booking_v1.h"

#include <stddef.h>

#include "bk_problems_page.h"
#include "booking_v1_events.h"

const char *const booking_v1_collections[] = {"events", "problems", NULL};

const bk_route_t booking_v1_routes[] = {
    BOOKING_V1_EVENTS_ROUTES,
    BK_PROBLEMS_PAGE_ROUTE,
    {NULL},
};
