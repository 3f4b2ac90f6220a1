#include "booking_v1.h"

#include <stddef.h>

#include "bk_problems_page.h"

const char *const booking_v1_collections[] = {"problems", NULL};

const bk_route_t booking_v1_routes[] = {
    BK_PROBLEMS_PAGE_ROUTE,
    {NULL},
};
