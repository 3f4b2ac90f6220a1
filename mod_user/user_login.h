/* user_login: checks passwords and identifies callers. */
#ifndef USER_LOGIN_H
#define USER_LOGIN_H

#include "user_limits.h"
#include "user_private.h"

/** The highest number of checks of one password in a request: it is checked again if the password
 * was changed during the check.
 */
#define USER_LOGIN_ATTEMPTS 3

/**
 * Hash a new password. Releases the store first; the caller acquires it again if necessary.
 * @param what  the purpose of the hash
 * @param hash  set to the hash; lives in the request's pool
 * @return BK_CONTINUE; else the request's result
 */
int user_login_hash(bk_request_t *request, const user_conf_t *conf, user_hash_for_t what,
                    const char *password, const char **hash);

/** Hash the password that a user changes to, and acquire the store again. @see user_login_hash */
int user_login_hash_change(bk_request_t *request, const char *password, const char **hash);

/**
 * Compare a password with a user's. The store is released meanwhile and acquired again, so
 * request->handle changes. The user may change meanwhile too: a verb that writes because the
 * password was right has to be passed user->password_hash as @a was, by which the store notices
 * that.
 * @param user   the user; NULL if there is none, which takes the same time and is counted in the
 *               same way. If the password is right and its hash has a lower cost than the
 *               configured one, it is hashed again, and password_hash is set to the new hash
 * @param asked  the name or the id that the client sent
 * @param right  set to whether the password is the user's
 * @return BK_CONTINUE; else the request's result: too many failures, or too many hashes at once
 */
int user_login_check(bk_request_t *request, user_t *user, const char *asked, const char *password,
                     int *right);

/**
 * Write a failed log-in to the audit log.
 * @param id      the user whose log-in failed; 0 if there is no such user
 * @param reason  one word
 */
void user_login_failed(const bk_request_t *request, apr_int64_t id, const char *reason);

/** Set who is calling, without any rights, after a log-in or when a password was right.
 *  @param name  lives as long as the request */
void user_login_known(bk_request_t *request, apr_int64_t id, const char *name);

/**
 * The digest of the request's bearer token.
 * @return BK_TOKEN_DIGEST bytes, which live as long as the request; NULL if the request has no
 *         bearer token, or the server does not accept such tokens
 */
const unsigned char *user_login_token(bk_request_t *request);

/**
 * Identify the caller by the request's credentials, with the schemes that the server allows.
 * Acquires the store.
 * @return BK_CONTINUE, with request->caller set; else the request's result
 */
int user_login_identify(bk_request_t *request);

/** The session or token by which user_login_identify() knew the caller; NULL: a password, or a
 * store without the verbs of API v1. */
const user_session_t *user_login_session(const bk_request_t *request);

/**
 * The password hash of a caller who is still who user_login_identify() found: a verb that writes
 * because of that has to be passed it as @a was, by which the store notices a new password.
 * @param hash  set to it; lives as long as the request
 * @return APR_NOTFOUND: the session or token has ended, the password is another one, or the user is
 *         gone; or the store's failure. Needs the verbs of API v1
 */
apr_status_t user_login_still(bk_request_t *request, const char **hash);

#endif
