/* user_v1_names: /v1/users/names: what people are called whose ids are known, for whoever shows a
 * booking or another thing of theirs. */
#ifndef USER_V1_NAMES_H
#define USER_V1_NAMES_H

#include "user_private.h"

extern const bk_input_row_t user_v1_names_query[];

/** GET /users/names: those of the parameters id, in the order of the ids; nobody's is left out. */
int user_v1_names_list(bk_request_t *request);

/** The route, for the table of user_v1.c. */
#define USER_V1_NAMES_ROUTES                                                                       \
    {                                                                                              \
        .method = "GET", .pattern = "/users/names", .caller = BK_ROUTE_USER,                       \
        .handler = user_v1_names_list, .group = USER_STORE_PEOPLE, .flags = BK_ROUTE_READ_TO_BOOK, \
        .scope = BK_SCOPE_READ, .query = user_v1_names_query                                       \
    }

#endif
