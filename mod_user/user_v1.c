#include "user_v1.h"

#include <stddef.h>

#include "bk_problems_page.h"

const char *const user_v1_collections[] = {"session", "me",       "tokens", "users",
                                           "groups",  "problems", NULL};

const bk_route_t user_v1_routes[] = {
    BK_PROBLEMS_PAGE_ROUTE,
    {NULL},
};
