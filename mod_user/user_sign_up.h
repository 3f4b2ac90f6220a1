/* user_sign_up: the route by which people make an account for themselves. */
#ifndef USER_SIGN_UP_H
#define USER_SIGN_UP_H

#include "user_private.h"

/** POST, anyone: answers with the new id. */
int user_sign_up(bk_request_t *request);

#endif
