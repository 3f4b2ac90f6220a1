/* space_v1_spaces: the routes of /v1/spaces, and those that concern one space. */
#ifndef SPACE_V1_SPACES_H
#define SPACE_V1_SPACES_H

#include "bk_route.h"
#include "space_v1_batch.h"
#include "space_v1_input.h"
#include "space_v1_list.h"

/** The parameters of GET of one space. */
extern const bk_input_row_t space_v1_spaces_get_rows[];
/** The members of POST .../archive. */
extern const bk_input_row_t space_v1_spaces_archive_rows[];

/** Bytes of the body of one space: all members at their bounds. */
#define SPACE_V1_SPACES_BYTES 65536

/** The handlers. */
int space_v1_spaces_get(bk_request_t *request);
int space_v1_spaces_create(bk_request_t *request);
int space_v1_spaces_change(bk_request_t *request);
int space_v1_spaces_archive(bk_request_t *request);
int space_v1_spaces_unarchive(bk_request_t *request);

/** The rows, for the table of routes. */
#define SPACE_V1_SPACES_ROUTES                                                                 \
    {.method = "GET",                                                                          \
     .pattern = "/spaces",                                                                     \
     .caller = BK_ROUTE_GUEST,                                                                 \
     .handler = space_v1_list,                                                                 \
     .group = SPACE_STORE_V1,                                                                  \
     .flags = BK_ROUTE_READ_TO_BOOK,                                                           \
     .query = space_v1_list_rows},                                                             \
        {.method = "GET",                                                                      \
         .pattern = "/spaces/facets",                                                          \
         .caller = BK_ROUTE_GUEST,                                                             \
         .handler = space_v1_list_facets,                                                      \
         .group = SPACE_STORE_V1,                                                              \
         .query = space_v1_list_facets_rows},                                                  \
        {.method = "POST",                                                                     \
         .pattern = "/spaces",                                                                 \
         .caller = BK_ROUTE_ADMIN,                                                             \
         .handler = space_v1_spaces_create,                                                    \
         .group = SPACE_STORE_V1,                                                              \
         .scope = BK_SCOPE_ADMIN,                                                              \
         .members = space_v1_input_new,                                                        \
         .flags = BK_ROUTE_IDEMPOTENT,                                                         \
         .body_limit = SPACE_V1_SPACES_BYTES},                                                 \
        {.method = "POST",                                                                     \
         .pattern = "/spaces/batch",                                                           \
         .caller = BK_ROUTE_ADMIN,                                                             \
         .handler = space_v1_batch,                                                            \
         .group = SPACE_STORE_V1,                                                              \
         .scope = BK_SCOPE_ADMIN,                                                              \
         .flags = BK_ROUTE_RAW_BODY,                                                           \
         .body_limit = SPACE_V1_BATCH_BYTES},                                                  \
        {.method = "GET",                                                                      \
         .pattern = "/spaces/{id}",                                                            \
         .caller = BK_ROUTE_GUEST,                                                             \
         .handler = space_v1_spaces_get,                                                       \
         .group = SPACE_STORE_V1,                                                              \
         .query = space_v1_spaces_get_rows},                                                   \
        {.method = "PATCH",                                                                    \
         .pattern = "/spaces/{id}",                                                            \
         .caller = BK_ROUTE_USER,                                                              \
         .handler = space_v1_spaces_change,                                                    \
         .group = SPACE_STORE_V1,                                                              \
         .scope = BK_SCOPE_MANAGE,                                                             \
         .members = space_v1_input_patch,                                                      \
         .flags = BK_ROUTE_PATCH | BK_ROUTE_IF_MATCH,                                          \
         .body_limit = SPACE_V1_SPACES_BYTES},                                                 \
        {.method = "POST",                                                                     \
         .pattern = "/spaces/{id}/archive",                                                    \
         .caller = BK_ROUTE_ADMIN,                                                             \
         .handler = space_v1_spaces_archive,                                                   \
         .group = SPACE_STORE_V1,                                                              \
         .scope = BK_SCOPE_ADMIN,                                                              \
         .members = space_v1_spaces_archive_rows,                                              \
         .flags = BK_ROUTE_OPTIONAL_BODY},                                                     \
    {                                                                                          \
        .method = "DELETE", .pattern = "/spaces/{id}/archive", .caller = BK_ROUTE_ADMIN,       \
        .handler = space_v1_spaces_unarchive, .group = SPACE_STORE_V1, .scope = BK_SCOPE_ADMIN \
    }

#endif
