/* user_v1_me_password: the route by which people change their own password. */
#ifndef USER_V1_ME_PASSWORD_H
#define USER_V1_ME_PASSWORD_H

#include "bk_input.h"
#include "user_private.h"

extern const bk_input_row_t user_v1_me_password_members[];

/** POST /me/password: all other sessions and tokens end. */
int user_v1_me_password_set(bk_request_t *request);

#endif
