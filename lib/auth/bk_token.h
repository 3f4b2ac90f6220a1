/* bk_token: bearer tokens (RFC 6750).
 *
 * A token is "bk_" and 32 random bytes in base64url (RFC 4648, section 5): 256 bits, with a prefix
 * by which secret scanners recognize it. Stores keep only the SHA-256, so that a stolen store gives
 * nobody access; a plain digest is enough because a random secret cannot be guessed.
 */
#ifndef BK_TOKEN_H
#define BK_TOKEN_H

#include <apr_pools.h>

/** Length of a token's digest, in bytes. */
#define BK_TOKEN_DIGEST 32

/**
 * Make a token.
 * @param token  set to the token, allocated from @a p
 * @return APR_SUCCESS, or the error of the system's generator
 */
apr_status_t bk_token_make(const char **token, apr_pool_t *p);

/**
 * The digest under which a token is stored and looked up.
 * @param token   any text a client sent
 * @param digest  set to BK_TOKEN_DIGEST bytes
 * @return APR_SUCCESS, or APR_EGENERAL if the digest could not be computed
 */
apr_status_t bk_token_digest(const char *token, unsigned char digest[BK_TOKEN_DIGEST]);

#endif
