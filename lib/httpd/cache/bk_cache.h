/* bk_cache: a cache of answers of GET routes, for seconds.
 *
 * An entry has the body of an answer 200, as it was sent, or the data to make it from: a hit reads
 * no database. The cache (lib/httpd/cache/bk_socache.h) may be shared memory of this host or a
 * Redis that several hosts share; it may lose entries at any time.
 *
 * Guarantees:
 *  - On one host a write is seen by every read that begins after the write was answered, whatever
 *    the cache does: see lib/cache/bk_versions.h. Other hosts see it at once if they share the
 *    cache and the cache can be reached, and otherwise when the entry expires.
 *  - The cache only answers reads: no booking, conflict or role is decided by it.
 *  - Entries are authentic (lib/cache/bk_cache_entry.h): an attacker who can write to the cache but
 *    has no key can remove entries, and put back old ones until they expire, no more.
 *  - Only data that was found is cached, so new resources are found at once.
 *  - Of several requests for the same key that miss at the same time, one reads the store.
 */
#ifndef BK_CACHE_H
#define BK_CACHE_H

#include "bk_cache_entry.h"
#include "bk_request.h"

/** The result of reading the store. */
typedef struct bk_cache_reading_t {
    const char *text;       /* set by the reader: the answer's body, JSON, in the request's pool */
    apr_size_t len;         /* its length in bytes */
    const char *kept;       /* what the cache keeps; NULL: the text */
    apr_size_t kept_len;    /* its length in bytes */
    int keep;               /* whether to keep it; the reader may set it to 0 */
    bk_cache_entry_t entry; /* version, owner and generation of it */
} bk_cache_reading_t;

/** Read the store. @return BK_CONTINUE, with the text set; else the handler's result */
typedef int bk_cache_read_t(bk_request_t *request, bk_cache_reading_t *reading);

/**
 * Make an answer from what the cache kept in place of it.
 * @param entry     its authenticated header
 * @param kept      kept_len bytes, not ending in NUL
 * @param text_len  set to the answer's length in bytes
 * @return the answer's body, in the request's pool; NULL: the kept data is not valid
 */
typedef const char *bk_cache_show_t(bk_request_t *request, const bk_cache_entry_t *entry,
                                    const char *kept, apr_size_t kept_len, apr_size_t *text_len);

/** Register the hooks of the cache. Called once, from bk_server_register(). */
void bk_cache_register(apr_pool_t *p);

/**
 * Get the cache and its shared memory. Called in post_config.
 * @return APR_SUCCESS, or an error, which has been logged
 */
apr_status_t bk_cache_init(apr_pool_t *pconf, server_rec *s);

/**
 * Answer 200 from the cache, or else from the store, and keep that answer in the cache.
 * @param id    of the resource, within the service; NULL: do not use the cache
 * @param read  reads the store
 * @param show  makes the answer from what is kept in place of it; NULL: the answer itself is kept,
 *              and is the representation of a resource (bk_representation.h)
 *
 * @return the handler's result
 */
int bk_cache_answer(bk_request_t *request, const char *id, bk_cache_read_t *read,
                    bk_cache_show_t *show);

/**
 * Get what bk_cache_answer() would answer, for an answer of another kind, such as one of API v1.
 * @param show  makes the text from what is kept in place of it; not NULL
 * @param text  set to it, in the request's pool
 * @param len   set to its length in bytes
 * @return BK_CONTINUE; else the handler's result
 */
int bk_cache_text(bk_request_t *request, const char *id, bk_cache_read_t *read,
                  bk_cache_show_t *show, const char **text, apr_size_t *len);

/**
 * Find what bk_cache_text() would get, where the cache has it.
 * @return 1; 0: the store has to be read, or this request is not answered by the cache
 */
int bk_cache_find_text(bk_request_t *request, const char *id, bk_cache_show_t *show,
                       const char **text, apr_size_t *len);

/**
 * For the read() of data that belongs to a user: use the user's version, so that
 * bk_cache_forget_owned() ends all entries of this user. To be called before the data is read; if a
 * read has to find the owner first, between two reads.
 * @param owner  id of the user
 */
void bk_cache_own(bk_request_t *request, bk_cache_reading_t *reading, apr_int64_t owner);

/** Forget a resource that was written, or may have been if the store failed. To be called before
 * the write is answered.
 */
void bk_cache_forget(bk_request_t *request, const char *id);

/** The same for all entries that belong to a user. */
void bk_cache_forget_owned(bk_request_t *request, apr_int64_t owner);

/**
 * A number that changes with each write that a service of this httpd has bk_cache_forget() told of,
 * and now and then without one. For who keeps what it was told by another service: if the number is
 * another by now, it asks again. Writes of other hosts do not change it.
 * @param service  its name
 */
apr_uint64_t bk_cache_writes(const char *service);

/** The counters of each service. */
typedef enum bk_cache_count_t {
    BK_CACHE_HIT,    /* answered from the cache */
    BK_CACHE_MISS,   /* the answer was not in the cache */
    BK_CACHE_STORE,  /* an answer was kept */
    BK_CACHE_REMOVE, /* an entry was removed after a write */
    BK_CACHE_ERROR,  /* the cache failed */
    BK_CACHE_COUNTS
} bk_cache_count_t;

/** The name of service number i, with its counters; NULL if there are no more. */
const char *bk_cache_counts(int i, apr_uint64_t counts[BK_CACHE_COUNTS]);

#endif
