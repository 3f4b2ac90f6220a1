/* user_accounts: the routes of administrators: roles, names, disabling and deleting users.
 *
 * When a handler is called, the caller has been identified as an administrator and the store is
 * acquired. The last administrator who is not disabled cannot be removed.
 */
#ifndef USER_ACCOUNTS_H
#define USER_ACCOUNTS_H

#include "user_private.h"

/** PUT /{userId}/role */
int user_accounts_set_role(bk_request_t *request);

/** PUT /{userId}/name: the user keeps id, bookings, session and tokens. */
int user_accounts_rename(bk_request_t *request);

/** PUT /{userId}/state: disabling a user ends the session and revokes the tokens. */
int user_accounts_set_state(bk_request_t *request);

/** DELETE /{userId}/account: bookings stay, under an id that is never given to another user. */
int user_accounts_delete(bk_request_t *request);

#endif
