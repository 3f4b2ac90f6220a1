/* booking_v1_closures: /v1/closures: spaces that are closed for a while, for a repair or an exam.
 */
#ifndef BOOKING_V1_CLOSURES_H
#define BOOKING_V1_CLOSURES_H

#include "bk_route.h"
#include "booking_closures_store.h"
#include "booking_v1_closures_list.h"

/** The members of POST and PATCH, and their parameter dryRun. */
extern const bk_input_row_t booking_v1_closures_new[];
extern const bk_input_row_t booking_v1_closures_patch[];
extern const bk_input_row_t booking_v1_closures_dry_run[];

/** Bytes of a body with as many spaces as there may be. */
#define BOOKING_V1_CLOSURES_BYTES 131072

/** The handlers. */
int booking_v1_closures_create(bk_request_t *request);
int booking_v1_closures_change(bk_request_t *request);
int booking_v1_closures_end(bk_request_t *request);

/** The rows, for the table of routes. */
#define BOOKING_V1_CLOSURES_ROUTES                                                    \
    {.method = "GET",                                                                 \
     .pattern = "/closures",                                                          \
     .caller = BK_ROUTE_USER,                                                         \
     .handler = booking_v1_closures_list,                                             \
     .group = BOOKING_STORE_CLOSURES,                                                 \
     .query = booking_v1_closures_list_rows},                                         \
        {.method = "POST",                                                            \
         .pattern = "/closures",                                                      \
         .caller = BK_ROUTE_USER,                                                     \
         .handler = booking_v1_closures_create,                                       \
         .group = BOOKING_STORE_CLOSURES,                                             \
         .scope = BK_SCOPE_MANAGE,                                                    \
         .query = booking_v1_closures_dry_run,                                        \
         .members = booking_v1_closures_new,                                          \
         .flags = BK_ROUTE_IDEMPOTENT,                                                \
         .body_limit = BOOKING_V1_CLOSURES_BYTES},                                    \
        {.method = "GET",                                                             \
         .pattern = "/closures/{id}",                                                 \
         .caller = BK_ROUTE_USER,                                                     \
         .path = booking_v1_closures_list_read_id,                                    \
         .handler = booking_v1_closures_list_get,                                     \
         .group = BOOKING_STORE_CLOSURES},                                            \
        {.method = "PATCH",                                                           \
         .pattern = "/closures/{id}",                                                 \
         .caller = BK_ROUTE_USER,                                                     \
         .path = booking_v1_closures_list_read_id,                                    \
         .handler = booking_v1_closures_change,                                       \
         .group = BOOKING_STORE_CLOSURES,                                             \
         .scope = BK_SCOPE_MANAGE,                                                    \
         .query = booking_v1_closures_dry_run,                                        \
         .members = booking_v1_closures_patch,                                        \
         .flags = BK_ROUTE_PATCH | BK_ROUTE_IF_MATCH},                                \
    {                                                                                 \
        .method = "DELETE", .pattern = "/closures/{id}", .caller = BK_ROUTE_USER,     \
        .path = booking_v1_closures_list_read_id, .handler = booking_v1_closures_end, \
        .group = BOOKING_STORE_CLOSURES, .scope = BK_SCOPE_MANAGE                     \
    }

#endif
