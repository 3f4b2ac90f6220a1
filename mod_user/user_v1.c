#include "user_v1.h"

#include <stddef.h>

#include "bk_problems_page.h"
#include "user_v1_me.h"
#include "user_v1_session.h"
#include "user_v1_tokens.h"
#include "user_v1_groups.h"
#include "user_v1_names.h"
#include "user_v1_site.h"
#include "user_v1_sso.h"
#include "user_v1_users.h"

const char *const user_v1_collections[] = {"session", "me",   "tokens",   "users",
                                           "groups",  "site", "problems", NULL};

const bk_route_t user_v1_routes[] = {
    USER_V1_SESSION_ROUTES, USER_V1_ME_ROUTES,
    USER_V1_TOKENS_ROUTES,  USER_V1_NAMES_ROUTES,
    USER_V1_USERS_ROUTES,   USER_V1_GROUPS_ROUTES,
    USER_V1_SSO_ROUTES,     USER_V1_SITE_ROUTES,
    BK_PROBLEMS_PAGE_ROUTE, {NULL},
};
