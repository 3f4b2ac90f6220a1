/* bk_cache_entry: the format of a cache entry: an answer's body, and what is needed to validate it.
 *
 * Others can write to a cache as well: other hosts, other programs, an attacker with access to a
 * Redis. So an entry carries a message authentication code over itself and its key in the cache
 * (its name), made with a secret key that only the hosts that share the cache have. An entry whose
 * code does not match is a miss: damaged, forged, and copied from another name alike.
 *
 * The code is SipHash-2-4 of 128 bits (lib/base/bk_hash.h), a pseudorandom function with a key of
 * 128 bits. Without the key an attacker has to guess the code, with a chance of 2^-128 at each
 * attempt, which takes a write to the cache and a request. HMAC-SHA-256 would be no safer here, and
 * take ten times as long for each hit.
 *
 * In shared memory of httpd's own processes a code would protect against nobody, because the key
 * would be in the same memory: there entries have a checksum instead, which detects damage, such as
 * by a process that was killed while it wrote. It takes a fifth of the time.
 *
 * The code does not protect against replay: an attacker can restore an old entry. So an entry has
 * the time when it was made, and readers accept none that is older than the time to live.
 *
 * Entries are in the byte order of the host; an entry of another byte order does not match.
 */
#ifndef BK_CACHE_ENTRY_H
#define BK_CACHE_ENTRY_H

#include <apr.h>

#include "bk_hash.h"
#include "bk_versions.h"

typedef struct bk_cache_entry_t {
    bk_version_t version; /* of the cached object, or of its owner */
    apr_int64_t
        owner; /* id of the user whose changes invalidate it; 0: the object's own version does */
    apr_uint64_t generation; /* of the owner, if several hosts share the cache; else 0 */
    apr_int64_t made;        /* when, in milliseconds since 1970 */
} bk_cache_entry_t;

/** The name of an entry: its key in the cache. */
typedef struct bk_cache_entry_name_t {
    const char *text;
    apr_size_t len;
    apr_size_t prefix; /* length of the first part, which names the data set; authenticated too */
} bk_cache_entry_name_t;

#define BK_CACHE_ENTRY_HEAD 64   /* bytes of an entry without its body */
#define BK_CACHE_ENTRY_MOST 8192 /* bytes of the largest entry: rules with 100 exceptions */
#define BK_CACHE_ENTRY_NAME 640  /* bytes of the longest name */

/** The 64-bit FNV-1a hash (Fowler, Noll and Vo) of @a len bytes. */
apr_uint64_t bk_cache_entry_hash(const void *bytes, apr_size_t len);

/**
 * Write an entry.
 * @param to    buffer for BK_CACHE_ENTRY_HEAD and the body, at most BK_CACHE_ENTRY_MOST bytes
 * @param key   for the code; NULL: write a checksum instead
 * @param name  at most BK_CACHE_ENTRY_NAME bytes
 * @return the length of the entry in bytes
 */
apr_size_t bk_cache_entry_write(unsigned char *to, const bk_cache_entry_t *entry,
                                const bk_hash_key_t *key, const bk_cache_entry_name_t *name,
                                const char *body, apr_size_t len);

/**
 * Read an entry.
 * @param bytes  any
 * @param key    for the code; NULL: check a checksum instead
 * @param name   under which it was found
 * @param body   set to the beginning of the body within @a bytes; @a body_len to its length
 * @return 1; or 0 if it is no entry, or was not written with this key and for this name
 */
int bk_cache_entry_read(bk_cache_entry_t *entry, const unsigned char *bytes, apr_size_t len,
                        const bk_hash_key_t *key, const bk_cache_entry_name_t *name,
                        const char **body, apr_size_t *body_len);

/**
 * Tell whether the time of an entry is within @a ttl of @a now, in the past or, since clocks of
 * hosts differ, in the future.
 * @param now  milliseconds since 1970
 * @param ttl  milliseconds
 */
int bk_cache_entry_is_fresh(const bk_cache_entry_t *entry, apr_int64_t now, apr_int64_t ttl);

#endif
