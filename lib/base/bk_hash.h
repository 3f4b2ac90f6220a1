/* bk_hash: SipHash-2-4, a keyed hash that cannot be predicted without its key.
 *
 * Clients choose names and ids: if they knew the hash function, they could put all of theirs into
 * one bucket of a hash table. J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF"
 * (2012). Any thread may call.
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

/** The 64-bit hash of @a len bytes under a key. */
apr_uint64_t bk_hash(const bk_hash_key_t *key, const void *bytes, apr_size_t len);

/**
 * The 128-bit hash of @a len bytes under a key (SipHash-2-4-128 of the same authors), long enough
 * for a message authentication code.
 * @param hash  set to the result
 */
void bk_hash_128(const bk_hash_key_t *key, const void *bytes, apr_size_t len, apr_uint64_t hash[2]);

#endif
