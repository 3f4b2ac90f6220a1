/* user_v1_session: /v1/session, and the list of one's sessions below /v1/me. */
#ifndef USER_V1_SESSION_H
#define USER_V1_SESSION_H

#include "bk_list.h"
#include "user_session.h"

extern const bk_input_row_t user_v1_session_members[];
extern const bk_input_row_t user_v1_session_list_query[];

/** POST: log in by login and password. */
int user_v1_session_open(bk_request_t *request);

/** GET: who is calling, and what the caller may do. */
int user_v1_session_get(bk_request_t *request);

/** DELETE: end the session by which the caller is known, and no other. */
int user_v1_session_end(bk_request_t *request);

/** GET /me/sessions */
int user_v1_session_list(bk_request_t *request);

/** Write the members of one of them. @param own  id of the session that asks; BK_FIELD_NONE: none
 */
void user_v1_session_write(bk_json_text_t *text, const user_token_t *token, apr_int64_t own);

/** DELETE /me/sessions/{id} */
int user_v1_session_end_one(bk_request_t *request);

#define USER_V1_SESSION_ROUTES                                                             \
    {.method = "POST",                                                                     \
     .pattern = "/session",                                                                \
     .caller = BK_ROUTE_ANYONE,                                                            \
     .handler = user_v1_session_open,                                                      \
     .group = USER_STORE_V1,                                                               \
     .members = user_v1_session_members},                                                  \
        {.method = "GET",                                                                  \
         .pattern = "/session",                                                            \
         .caller = BK_ROUTE_USER,                                                          \
         .handler = user_v1_session_get,                                                   \
         .group = USER_STORE_V1,                                                           \
         .scope = BK_SCOPE_READ},                                                          \
        {.method = "DELETE",                                                               \
         .pattern = "/session",                                                            \
         .caller = BK_ROUTE_USER,                                                          \
         .handler = user_v1_session_end,                                                   \
         .group = USER_STORE_V1,                                                           \
         .scope = BK_SCOPE_SELF},                                                          \
        {.method = "GET",                                                                  \
         .pattern = "/me/sessions",                                                        \
         .caller = BK_ROUTE_USER,                                                          \
         .handler = user_v1_session_list,                                                  \
         .group = USER_STORE_V1,                                                           \
         .scope = BK_SCOPE_SELF,                                                           \
         .query = user_v1_session_list_query},                                             \
    {                                                                                      \
        .method = "DELETE", .pattern = "/me/sessions/{id}", .caller = BK_ROUTE_USER,       \
        .handler = user_v1_session_end_one, .group = USER_STORE_V1, .scope = BK_SCOPE_SELF \
    }

#endif
