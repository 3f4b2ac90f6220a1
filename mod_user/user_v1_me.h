/* user_v1_me: /v1/me, one's own account. */
#ifndef USER_V1_ME_H
#define USER_V1_ME_H

#include "user_v1_me_export.h"
#include "user_v1_me_password.h"

extern const bk_input_row_t user_v1_me_members[];

int user_v1_me_get(bk_request_t *request);
int user_v1_me_change(bk_request_t *request);

/** DELETE: the account is emptied; its id is never given to anyone else. */
int user_v1_me_delete(bk_request_t *request);

#define USER_V1_ME_ROUTES                                                                   \
    {.method = "GET",                                                                       \
     .pattern = "/me",                                                                      \
     .caller = BK_ROUTE_USER,                                                               \
     .handler = user_v1_me_get,                                                             \
     .group = USER_STORE_V1,                                                                \
     .scope = BK_SCOPE_READ},                                                               \
        {.method = "PATCH",                                                                 \
         .pattern = "/me",                                                                  \
         .caller = BK_ROUTE_USER,                                                           \
         .handler = user_v1_me_change,                                                      \
         .group = USER_STORE_V1,                                                            \
         .scope = BK_SCOPE_SELF,                                                            \
         .members = user_v1_me_members,                                                     \
         .flags = BK_ROUTE_PATCH | BK_ROUTE_IF_MATCH},                                      \
        {.method = "DELETE",                                                                \
         .pattern = "/me",                                                                  \
         .caller = BK_ROUTE_USER,                                                           \
         .handler = user_v1_me_delete,                                                      \
         .group = USER_STORE_V1,                                                            \
         .scope = BK_SCOPE_SELF},                                                           \
        {.method = "GET",                                                                   \
         .pattern = "/me/export",                                                           \
         .caller = BK_ROUTE_USER,                                                           \
         .handler = user_v1_me_export,                                                      \
         .group = USER_STORE_V1,                                                            \
         .scope = BK_SCOPE_SELF},                                                           \
    {                                                                                       \
        .method = "POST", .pattern = "/me/password", .caller = BK_ROUTE_USER,               \
        .handler = user_v1_me_password_set, .group = USER_STORE_V1, .scope = BK_SCOPE_SELF, \
        .members = user_v1_me_password_members                                              \
    }

#endif
