/* bk_hash: SipHash-2-4, a hash that only who has its key can foretell.
 *
 * Clients choose names and ids: with a hash that they know, they could put all of theirs into one
 * bucket of a table. J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF" (2012).
 * Any thread may call.
 */
#ifndef BK_HASH_H
#define BK_HASH_H

#include <apr_errno.h>
#include <apr_general.h>

typedef struct bk_hash_key_t {
    apr_uint64_t k0, k1;
} bk_hash_key_t;

/** Draw a key. @return APR_SUCCESS, or the error of the system's generator */
apr_status_t bk_hash_key_make(bk_hash_key_t *key);

/** The hash of so many bytes. */
apr_uint64_t bk_hash(const bk_hash_key_t *key, const void *bytes, apr_size_t len);

/** The same of 128 bits (SipHash-2-4-128 of the same authors): long enough for a message
 *  authentication code that nobody without the key can make up. @param hash  gets it */
void bk_hash_128(const bk_hash_key_t *key, const void *bytes, apr_size_t len, apr_uint64_t hash[2]);

#endif
