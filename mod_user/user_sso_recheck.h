/* user_sso_recheck: API tokens of people who sign on, and do not come back. */
#ifndef USER_SSO_RECHECK_H
#define USER_SSO_RECHECK_H

#include "user_private.h"

/**
 * Whether an API token is of no use for now: its owner signs on, and has not done so for
 * UserSSORecheck. It is as good as before when its owner has signed on again. Sessions, and tokens
 * of accounts that do not sign on, are never concerned.
 * @param session  as the store has found it
 */
int user_sso_recheck_is_due(const bk_request_t *request, const user_session_t *session);

#endif
