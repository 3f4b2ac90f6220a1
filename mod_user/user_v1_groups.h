/* user_v1_groups: /v1/groups: groups of people. */
#ifndef USER_V1_GROUPS_H
#define USER_V1_GROUPS_H

#include "user_private.h"

/** Members that one request may name. */
#define USER_V1_GROUPS_MEMBERS 10000

/** Bytes of a body that names them. */
#define USER_V1_GROUPS_BODY (APR_INT64_C(256) * 1024)

extern const bk_input_row_t user_v1_groups_list_query[], user_v1_groups_members[];

/** GET /groups: in the order of names, page by page. */
int user_v1_groups_list(bk_request_t *request);

/** Read the name in the path. */
int user_v1_groups_path(bk_request_t *request);

/** GET /groups/{name} */
int user_v1_groups_get(bk_request_t *request);

/** PUT /groups/{name}: a local group, and who is in it. */
int user_v1_groups_put(bk_request_t *request);

/** DELETE /groups/{name}: the local group. */
int user_v1_groups_delete(bk_request_t *request);

/** The routes, for the table of user_v1.c. */
#define USER_V1_GROUPS_ROUTES                                                                      \
    {.method = "GET",                                                                              \
     .pattern = "/groups",                                                                         \
     .caller = BK_ROUTE_AUDITOR,                                                                   \
     .handler = user_v1_groups_list,                                                               \
     .group = USER_STORE_GROUPS,                                                                   \
     .scope = BK_SCOPE_READ,                                                                       \
     .query = user_v1_groups_list_query},                                                          \
        {.method = "GET",                                                                          \
         .pattern = "/groups/{name}",                                                              \
         .caller = BK_ROUTE_AUDITOR,                                                               \
         .path = user_v1_groups_path,                                                              \
         .handler = user_v1_groups_get,                                                            \
         .group = USER_STORE_GROUPS,                                                               \
         .scope = BK_SCOPE_READ},                                                                  \
        {.method = "PUT",                                                                          \
         .pattern = "/groups/{name}",                                                              \
         .caller = BK_ROUTE_ADMIN,                                                                 \
         .path = user_v1_groups_path,                                                              \
         .handler = user_v1_groups_put,                                                            \
         .group = USER_STORE_GROUPS,                                                               \
         .scope = BK_SCOPE_ADMIN,                                                                  \
         .members = user_v1_groups_members,                                                        \
         .flags = BK_ROUTE_IF_MATCH | BK_ROUTE_ALL_SPACES,                                         \
         .body_limit = USER_V1_GROUPS_BODY},                                                       \
    {                                                                                              \
        .method = "DELETE", .pattern = "/groups/{name}", .caller = BK_ROUTE_ADMIN,                 \
        .path = user_v1_groups_path, .handler = user_v1_groups_delete, .group = USER_STORE_GROUPS, \
        .scope = BK_SCOPE_ADMIN, .flags = BK_ROUTE_ALL_SPACES                                      \
    }

#endif
