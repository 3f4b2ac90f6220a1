/* user_base_password: the route of the base API for passwords. */
#ifndef USER_BASE_PASSWORD_H
#define USER_BASE_PASSWORD_H

#include "user_private.h"

/** PUT /{userId}/password: ends the session and revokes all tokens. */
int user_base_password_set(bk_request_t *request);

#endif
