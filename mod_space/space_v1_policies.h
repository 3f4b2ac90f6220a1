/* space_v1_policies: policies in API v1: GET /v1/policies, and GET, PUT and DELETE of one. Any user
 * reads them, administrators change them. */
#ifndef SPACE_V1_POLICIES_H
#define SPACE_V1_POLICIES_H

#include "bk_policy_input.h"
#include "bk_request.h"
#include "bk_route.h"

extern const bk_input_row_t space_v1_policies_list_rows[];

int space_v1_policies_list(bk_request_t *request);
int space_v1_policies_get(bk_request_t *request);
int space_v1_policies_put(bk_request_t *request);
int space_v1_policies_delete(bk_request_t *request);

/** The rows of the table of routes. */
#define SPACE_V1_POLICIES_ROUTES                                                         \
    {.method = "GET",                                                                    \
     .pattern = "/policies",                                                             \
     .caller = BK_ROUTE_USER,                                                            \
     .query = space_v1_policies_list_rows,                                               \
     .handler = space_v1_policies_list,                                                  \
     .group = SPACE_STORE_POLICIES},                                                     \
        {.method = "GET",                                                                \
         .pattern = "/policies/{policyId}",                                              \
         .caller = BK_ROUTE_USER,                                                        \
         .handler = space_v1_policies_get,                                               \
         .group = SPACE_STORE_POLICIES},                                                 \
        {.method = "PUT",                                                                \
         .pattern = "/policies/{policyId}",                                              \
         .caller = BK_ROUTE_ADMIN,                                                       \
         .scope = BK_SCOPE_ADMIN,                                                        \
         .members = bk_policy_input_rows,                                                \
         .flags = BK_ROUTE_IF_MATCH | BK_ROUTE_ALL_SPACES,                               \
         .handler = space_v1_policies_put,                                               \
         .group = SPACE_STORE_POLICIES},                                                 \
    {                                                                                    \
        .method = "DELETE", .pattern = "/policies/{policyId}", .caller = BK_ROUTE_ADMIN, \
        .scope = BK_SCOPE_ADMIN, .handler = space_v1_policies_delete,                    \
        .group = SPACE_STORE_POLICIES, .flags = BK_ROUTE_ALL_SPACES                      \
    }

#endif
