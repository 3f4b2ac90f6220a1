/* user_caller: the route by which the other services learn who is calling them. */
#ifndef USER_CALLER_H
#define USER_CALLER_H

#include "user_private.h"

/**
 * GET /caller. Other services call it for each of their requests, so its answers are cached by the
 * digest of the token. All other routes identify the caller from the store.
 */
int user_caller_get(bk_request_t *request);

#endif
