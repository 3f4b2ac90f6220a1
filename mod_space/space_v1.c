#include "space_v1.h"

#include <stddef.h>

#include "bk_problems_page.h"

const char *const space_v1_collections[] = {"spaces", "policies", "problems", NULL};

const bk_route_t space_v1_routes[] = {
    BK_PROBLEMS_PAGE_ROUTE,
    {NULL},
};
