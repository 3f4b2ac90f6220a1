/* bk_password: slow, salted password hashes (bcrypt, as apr-util has it).
 *
 * bcrypt (Provos and Mazières, "A Future-Adaptable Password Scheme", USENIX 1999) reads no more
 * than 72 bytes; callers refuse longer passwords; they are never truncated.
 *
 * Every call is slow on purpose: about 240 ms at cost 12, twice as long for each higher cost. The
 * caller limits how many run at once (bk_gate). Any thread may call.
 */
#ifndef BK_PASSWORD_H
#define BK_PASSWORD_H

#include <apr_pools.h>

#define BK_PASSWORD_BYTES 72
#define BK_PASSWORD_COST_MIN 4
#define BK_PASSWORD_COST_MAX 17

/**
 * Hash a password under a new salt.
 * @param hash      set to the hash, in modular crypt format; lives in @a p
 * @param password  1 to BK_PASSWORD_BYTES bytes
 * @param cost      base-2 logarithm of the rounds
 * @return APR_SUCCESS, or the error of the system's generator or of bcrypt
 */
apr_status_t bk_password_hash(const char **hash, const char *password, int cost, apr_pool_t *p);

/**
 * Compare a password with a hash. One longer than BK_PASSWORD_BYTES never matches: bcrypt would
 * read only its beginning.
 * @return 1 if it is the one, else 0
 */
int bk_password_matches(const char *password, const char *hash);

/**
 * Compare a password with a hash so that a wrong password takes the same time whatever the hash,
 * and even if there is no hash: otherwise the response time would reveal which users exist.
 * @param hash  NULL if the user does not exist
 * @param cost  the time of a wrong password, as a bcrypt cost; no lower than that of any stored
 *              hash
 * @return 1 if it is the one, else 0
 */
int bk_password_check(const char *password, const char *hash, int cost);

/** The cost of a hash, or 0 if it is not a bcrypt hash. */
int bk_password_cost(const char *hash);

#endif
