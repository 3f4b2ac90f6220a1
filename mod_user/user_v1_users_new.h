/* user_v1_users_new: the route by which administrators add somebody. */
#ifndef USER_V1_USERS_NEW_H
#define USER_V1_USERS_NEW_H

#include "user_private.h"

/** POST /users: somebody new, with or without a password. */
int user_v1_users_new(bk_request_t *request);

#endif
