/* bk_password: slow, salted password hashes (bcrypt, as apr-util has it).
 *
 * bcrypt (Provos and Mazières, "A Future-Adaptable Password Scheme", USENIX 1999) reads no more
 * than 72 bytes; longer passwords are refused before they come here, not cut.
 *
 * Every call takes long on purpose: about 240 ms at cost 12, twice as long for each cost above. The
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
 * Compare a password with a hash, so that a wrong one costs the same whatever the hash, and whether
 * there is one: otherwise the time of an answer would tell which users exist.
 * @param hash  NULL: there is none
 * @param cost  that a wrong password costs; no hash should have been made at a higher one
 * @return 1 if it is the one, else 0
 */
int bk_password_check(const char *password, const char *hash, int cost);

/** The cost a hash was made with, or 0 if it is not bcrypt's. */
int bk_password_cost(const char *hash);

#endif
