/* user_accounts: what administrators do with users: roles, names, and who may log in at all.
 *
 * Handlers of routes, whose caller is an administrator and has been identified: the store is at
 * hand. The last administrator who is not disabled stays one.
 */
#ifndef USER_ACCOUNTS_H
#define USER_ACCOUNTS_H

#include "user_private.h"

/** PUT /{userId}/role */
int user_accounts_set_role(bk_request_t *request);

/** PUT /{userId}/name: id, bookings, sessions and tokens stay. */
int user_accounts_rename(bk_request_t *request);

/** PUT /{userId}/state: disabling ends the session and revokes tokens. */
int user_accounts_set_state(bk_request_t *request);

/** DELETE /{userId}/account: bookings stay, under an id that nobody else is ever given. */
int user_accounts_delete(bk_request_t *request);

#endif
