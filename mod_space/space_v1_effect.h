/* space_v1_effect: GET /v1/policies/{policyId}/effect: when a policy opens a space, for whoever
 * writes the policy. */
#ifndef SPACE_V1_EFFECT_H
#define SPACE_V1_EFFECT_H

#include "bk_request.h"
#include "bk_route.h"

extern const bk_input_row_t space_v1_effect_rows[];

int space_v1_effect(bk_request_t *request);

/** The row of the table of routes. */
#define SPACE_V1_EFFECT_ROUTES                                                                    \
    {                                                                                             \
        .method = "GET", .pattern = "/policies/{policyId}/effect", .caller = BK_ROUTE_USER,       \
        .query = space_v1_effect_rows, .handler = space_v1_effect, .group = SPACE_STORE_POLICIES, \
    }

#endif
