/* user_base: what the routes of the base API about one user share: the user in the path, and what
 * bodies say.
 */
#ifndef USER_BASE_H
#define USER_BASE_H

#include "user_private.h"

/** Find the user whose id is in the path, for bk_read(). @param user  a user_t */
apr_status_t user_base_find(bk_request_t *request, void *user);

/** The same, with the answer if that fails. @return BK_CONTINUE; else the request's result */
int user_base_find_user(bk_request_t *request, user_t *user);

/** Answer that the store has not found the user in the path, or has failed. */
int user_base_not_found(bk_request_t *request, apr_status_t rv);

/** Check that the caller is the user in the path, or an administrator.
 *  @return BK_CONTINUE; else the request's result */
int user_base_check_own(bk_request_t *request);

/** Whether the user has this hash, which only this request can have written: its salt is random.
 *  @return APR_SUCCESS; APR_NOTFOUND: it is another one; or the store's error */
apr_status_t user_base_find_hash(bk_request_t *request, apr_int64_t id, const char *hash);

/** Set when a session that begins now ends. */
void user_base_open_session(bk_request_t *request, user_t *user);

/** Read the member username. @return BK_CONTINUE; else the request's result */
int user_base_read_name(bk_request_t *request, const char **name);

/** Read the member userPassword.
 *  @param schema  the error if it is not as it has to be
 *  @return BK_CONTINUE; else the request's result */
int user_base_read_password(bk_request_t *request, const bk_error_t *schema, const char **password);

/** Read one that is to be set, and check it by the rules for new passwords. */
int user_base_read_new_password(bk_request_t *request, const bk_error_t *schema,
                                const char **password);

#endif
