#include "space_v1.h"

#include <stddef.h>

#include "bk_problems_page.h"
#include "space_policy_store.h"
#include "space_v1_effect.h"
#include "space_v1_policies.h"
#include "space_v1_spaces.h"
#include "space_v1_store.h"

const char *const space_v1_collections[] = {"spaces", "policies", "problems", NULL};

const bk_route_t space_v1_routes[] = {
    SPACE_V1_SPACES_ROUTES,
    BK_PROBLEMS_PAGE_ROUTE,
    SPACE_V1_POLICIES_ROUTES,
    SPACE_V1_EFFECT_ROUTES,
    {NULL},
};
