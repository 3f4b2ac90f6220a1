/* user_v1_users: /v1/users: what administrators do with people. */
#ifndef USER_V1_USERS_H
#define USER_V1_USERS_H

#include "user_v1_person_input.h"
#include "user_v1_users_new.h"

extern const bk_input_row_t user_v1_users_list_query[];

/** GET /users: people in the order of their names, page by page; for administrators and auditors,
 * and with less of each for those of UserManagers. */
int user_v1_users_list(bk_request_t *request);

/** Read the id in the path. */
int user_v1_users_path(bk_request_t *request);

/** GET /users/{id} */
int user_v1_users_get(bk_request_t *request);

/** PATCH /users/{id}: role, state, groups, login, names, address. */
int user_v1_users_change(bk_request_t *request);

/** DELETE /users/{id}: nothing stays of the person but the id. */
int user_v1_users_delete(bk_request_t *request);

/** The routes, for the table of user_v1.c. */
#define USER_V1_USERS_ROUTES                                                                     \
    {.method = "GET",                                                                            \
     .pattern = "/users",                                                                        \
     .caller = BK_ROUTE_USER,                                                                    \
     .handler = user_v1_users_list,                                                              \
     .group = USER_STORE_PEOPLE,                                                                 \
     .scope = BK_SCOPE_READ,                                                                     \
     .query = user_v1_users_list_query},                                                         \
        {.method = "POST",                                                                       \
         .pattern = "/users",                                                                    \
         .caller = BK_ROUTE_ADMIN,                                                               \
         .handler = user_v1_users_new,                                                           \
         .group = USER_STORE_PEOPLE,                                                             \
         .flags = BK_ROUTE_IDEMPOTENT | BK_ROUTE_ALL_SPACES,                                     \
         .scope = BK_SCOPE_ADMIN,                                                                \
         .members = user_v1_person_input_new},                                                   \
        {.method = "GET",                                                                        \
         .pattern = "/users/{id}",                                                               \
         .caller = BK_ROUTE_AUDITOR,                                                             \
         .path = user_v1_users_path,                                                             \
         .handler = user_v1_users_get,                                                           \
         .group = USER_STORE_PEOPLE,                                                             \
         .scope = BK_SCOPE_READ},                                                                \
        {.method = "PATCH",                                                                      \
         .pattern = "/users/{id}",                                                               \
         .caller = BK_ROUTE_ADMIN,                                                               \
         .path = user_v1_users_path,                                                             \
         .handler = user_v1_users_change,                                                        \
         .group = USER_STORE_PEOPLE,                                                             \
         .scope = BK_SCOPE_ADMIN,                                                                \
         .members = user_v1_person_input_patch,                                                  \
         .flags = BK_ROUTE_PATCH | BK_ROUTE_IF_MATCH | BK_ROUTE_ALL_SPACES},                     \
    {                                                                                            \
        .method = "DELETE", .pattern = "/users/{id}", .caller = BK_ROUTE_ADMIN,                  \
        .path = user_v1_users_path, .handler = user_v1_users_delete, .group = USER_STORE_PEOPLE, \
        .scope = BK_SCOPE_ADMIN, .flags = BK_ROUTE_ALL_SPACES                                    \
    }

#endif
