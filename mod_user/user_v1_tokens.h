/* user_v1_tokens: /v1/tokens, one's tokens for scripts and services. */
#ifndef USER_V1_TOKENS_H
#define USER_V1_TOKENS_H

#include "bk_list.h"
#include "user_session.h"

extern const bk_input_row_t user_v1_tokens_members[];
extern const bk_input_row_t user_v1_tokens_list_query[];

int user_v1_tokens_list(bk_request_t *request);

/** POST: the answer has the secret, once. */
int user_v1_tokens_make(bk_request_t *request);

int user_v1_tokens_get(bk_request_t *request);
int user_v1_tokens_revoke(bk_request_t *request);

/** Write the members of one, without its secret. */
void user_v1_tokens_write(bk_json_text_t *text, const user_token_t *token);

#define USER_V1_TOKENS_ROUTES                                                            \
    {.method = "GET",                                                                    \
     .pattern = "/tokens",                                                               \
     .caller = BK_ROUTE_USER,                                                            \
     .handler = user_v1_tokens_list,                                                     \
     .group = USER_STORE_V1,                                                             \
     .scope = BK_SCOPE_SELF,                                                             \
     .query = user_v1_tokens_list_query},                                                \
        {.method = "POST",                                                               \
         .pattern = "/tokens",                                                           \
         .caller = BK_ROUTE_USER,                                                        \
         .handler = user_v1_tokens_make,                                                 \
         .group = USER_STORE_V1,                                                         \
         .scope = BK_SCOPE_SELF,                                                         \
         .flags = BK_ROUTE_IDEMPOTENT,                                                   \
         .members = user_v1_tokens_members},                                             \
        {.method = "GET",                                                                \
         .pattern = "/tokens/{id}",                                                      \
         .caller = BK_ROUTE_USER,                                                        \
         .handler = user_v1_tokens_get,                                                  \
         .group = USER_STORE_V1,                                                         \
         .scope = BK_SCOPE_SELF},                                                        \
    {                                                                                    \
        .method = "DELETE", .pattern = "/tokens/{id}", .caller = BK_ROUTE_USER,          \
        .handler = user_v1_tokens_revoke, .group = USER_STORE_V1, .scope = BK_SCOPE_SELF \
    }

#endif
