/* bk_cache_entry: what is kept in a cache: an answer's body, and what tells whether it still holds.
 *
 * A cache is memory that others write to as well: other hosts, other programs, whoever found their
 * way into a Redis. So an entry carries a message authentication code over itself and the name that
 * it was kept under, made with a key that only the hosts have which share the cache. What does not
 * match was never kept: neither what was damaged, nor what was made up, nor an entry of another
 * name.
 *
 * The code is SipHash-2-4 of 128 bits (lib/base/bk_hash.h), a pseudorandom function with a key of
 * 128 bits. Whoever has not the key is left to guess the code, 2^-128 at each attempt, and each
 * attempt takes a write to the cache and a request. HMAC-SHA-256 would be no safer here, and takes
 * ten times as long, for each answer that is found.
 *
 * In memory that nobody but this httpd's own processes can reach, where the key would lie beside
 * the entries, it would keep nobody out: there an entry without a key carries a sum, by which one
 * that was damaged, as by a process that was killed while it wrote, is known. It takes a fifth of
 * the time.
 *
 * What was genuine once stays so: an old entry can be put back. So it says when it was made, and
 * readers take none that is older than they keep theirs.
 *
 * Entries are in the byte order of the host; one of another order does not match.
 */
#ifndef BK_CACHE_ENTRY_H
#define BK_CACHE_ENTRY_H

#include <apr.h>

#include "bk_hash.h"
#include "bk_versions.h"

typedef struct bk_cache_entry_t {
    bk_version_t version;    /* of what was read, or of its owner */
    apr_int64_t owner;       /* id of the user whose writes end it; 0: it has its own version */
    apr_uint64_t generation; /* of the owner, where several hosts share the cache; else 0 */
    apr_int64_t made;        /* when, in milliseconds since 1970 */
} bk_cache_entry_t;

/** What an entry is kept under. */
typedef struct bk_cache_entry_name_t {
    const char *text;
    apr_size_t len;
    apr_size_t
        prefix; /* how much of it names the data, so that no two can be read as one another */
} bk_cache_entry_name_t;

#define BK_CACHE_ENTRY_HEAD 64   /* bytes that an entry has beside the body */
#define BK_CACHE_ENTRY_MOST 4096 /* the most that it has in all */
#define BK_CACHE_ENTRY_NAME 640  /* the longest name */

/** A hash of bytes: FNV-1a, 64 bits (Fowler, Noll and Vo). */
apr_uint64_t bk_cache_entry_hash(const void *bytes, apr_size_t len);

/**
 * Write an entry.
 * @param to    room for BK_CACHE_ENTRY_HEAD and the body, BK_CACHE_ENTRY_MOST at most
 * @param key   NULL: a sum will do
 * @param name  of BK_CACHE_ENTRY_NAME bytes at most
 * @return how many bytes it has
 */
apr_size_t bk_cache_entry_write(unsigned char *to, const bk_cache_entry_t *entry,
                                const bk_hash_key_t *key, const bk_cache_entry_name_t *name,
                                const char *body, apr_size_t len);

/**
 * Read an entry.
 * @param bytes  any
 * @param key    NULL: it has a sum
 * @param name   under which it was found
 * @param body   set to where the body begins within @a bytes; @a body_len to its length
 * @return 1; or 0 if it is none, or was not written with that key and for that name
 */
int bk_cache_entry_read(bk_cache_entry_t *entry, const unsigned char *bytes, apr_size_t len,
                        const bk_hash_key_t *key, const bk_cache_entry_name_t *name,
                        const char **body, apr_size_t *body_len);

/**
 * Tell whether an entry is no older than so long. The clocks of two hosts differ: one that seems to
 * be from the future is taken as long as that.
 * @param now  milliseconds since 1970
 * @param ttl  milliseconds
 */
int bk_cache_entry_is_fresh(const bk_cache_entry_t *entry, apr_int64_t now, apr_int64_t ttl);

#endif
