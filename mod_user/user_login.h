/* user_login: passwords and credentials: who somebody is. */
#ifndef USER_LOGIN_H
#define USER_LOGIN_H

#include "user_limits.h"
#include "user_private.h"

/** How often what a password decides is decided anew, because the password was changed meanwhile.
 */
#define USER_LOGIN_ATTEMPTS 3

/**
 * Hash a new password. The store is given back first: whoever needs it acquires it anew.
 * @param what  that the hash is for
 * @param hash  set to the hash; lives in the request's pool
 * @return BK_CONTINUE; else the request's result
 */
int user_login_hash(bk_request_t *request, const user_conf_t *conf, user_hash_for_t what,
                    const char *password, const char **hash);

/**
 * Compare a password with a user's. The store is given back meanwhile, and acquired again:
 * request->handle is another one afterwards. The user may have changed in that time: what is
 * written because the password was right names user->password_hash to the store as the hash that
 * decided.
 * @param user   the user; NULL where there is none: that costs the same, counts the same and is
 *               answered the same. A right password whose hash was made at a lower cost than
 *               today's is hashed anew, and the hash here is that one then
 * @param asked  what the request gave for the user: a name, or an id
 * @param right  set to whether it is the one
 * @return BK_CONTINUE; else the request's result: too many failures, or too many hashes at once
 */
int user_login_check(bk_request_t *request, user_t *user, const char *asked, const char *password,
                     int *right);

/**
 * Note in the log that somebody gave credentials that are not good.
 * @param id      the user whom they name; 0: nobody who is there
 * @param reason  one word
 */
void user_login_failed(const bk_request_t *request, apr_int64_t id, const char *reason);

/** The digest of the bearer token that the request carries, if the server takes such.
 * @return BK_TOKEN_DIGEST bytes, which live as long as the request; NULL: it carries none, or other
 *         credentials */
const unsigned char *user_login_token(bk_request_t *request);

/**
 * Find out whose credentials the request carries, by the schemes that the server allows.
 * @return BK_CONTINUE, with request->caller set; else the request's result
 */
int user_login_identify(bk_request_t *request);

#endif
