/* bk_cache_entry: what is kept in a cache: an answer's body, and what tells whether it still holds.
 *
 * A cache is memory that others write to as well: other hosts, other programs, a child that was
 * killed halfway. So an entry carries a checksum over itself and the key that it was kept under:
 * what does not match was never kept. That is against accidents; who may write to the cache is
 * trusted.
 *
 * Entries are in the byte order of the host; one of another order does not match.
 */
#ifndef BK_CACHE_ENTRY_H
#define BK_CACHE_ENTRY_H

#include <apr.h>

#include "bk_versions.h"

typedef struct bk_cache_entry_t {
    bk_version_t version; /* of what was read, or of its owner */
    apr_int64_t owner;    /* id of the user whose writes end it; 0: it has a version of its own */
    apr_uint64_t generation; /* of the owner, where several hosts share the cache; else 0 */
} bk_cache_entry_t;

/** Bytes that an entry has beside the body. */
#define BK_CACHE_ENTRY_HEAD 56

/** A hash of bytes: FNV-1a, 64 bits (Fowler, Noll and Vo). @param seed  0, or the hash of what is
 *  before them */
apr_uint64_t bk_cache_entry_hash(apr_uint64_t seed, const void *bytes, apr_size_t len);

/**
 * Write an entry.
 * @param to   room for BK_CACHE_ENTRY_HEAD and the body
 * @param key  hash of the key
 * @return how many bytes it has
 */
apr_size_t bk_cache_entry_write(unsigned char *to, const bk_cache_entry_t *entry, apr_uint64_t key,
                                const char *body, apr_size_t len);

/**
 * Read an entry.
 * @param bytes  any
 * @param key    hash of the key under which it was found
 * @param body   set to where the body begins within @a bytes; @a body_len to its length
 * @return 1; or 0 if it is none, or not that key's
 */
int bk_cache_entry_read(bk_cache_entry_t *entry, const unsigned char *bytes, apr_size_t len,
                        apr_uint64_t key, const char **body, apr_size_t *body_len);

#endif
