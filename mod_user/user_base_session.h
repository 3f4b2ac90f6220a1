/* user_base_session: the routes of the base API for one's session. */
#ifndef USER_BASE_SESSION_H
#define USER_BASE_SESSION_H

#include "user_private.h"

/** POST /{userId}: answers with a token, in X-Session-Token. */
int user_base_session_log_in(bk_request_t *request);

/** GET /{userId}: whether the session is alive. */
int user_base_session_get(bk_request_t *request);

/** DELETE /{userId}/session: ends it, and revokes its tokens. */
int user_base_session_log_out(bk_request_t *request);

#endif
