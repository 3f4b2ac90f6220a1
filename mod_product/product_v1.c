#include "product_v1.h"

#include <stddef.h>

#include "bk_problems_page.h"

const char *const product_v1_collections[] = {"problems", NULL};

const bk_route_t product_v1_routes[] = {
    BK_PROBLEMS_PAGE_ROUTE,
    {NULL},
};
