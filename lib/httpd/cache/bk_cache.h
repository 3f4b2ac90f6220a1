/* bk_cache: answers of GET routes, kept for a moment.
 *
 * Kept is the body of an answer 200, as it was sent, or what is needed to make it anew: a hit reads
 * no database.
 * The cache (lib/httpd/cache/bk_socache.h) may be shared memory of this host or a Redis that
 * several hosts share; it may lose what it holds at any time.
 *
 * What holds:
 *  - On one host a write is seen by every read that begins after it was answered, whatever the
 * cache does: see lib/cache/bk_versions.h. Across hosts it is seen when its time is up at the
 * latest, and at once where the cache is shared and reached.
 *  - Only reads are answered: nothing here decides a booking, a conflict or a role.
 *  - What is kept is authentic (lib/cache/bk_cache_entry.h): whoever can write to the cache without
 * having the hosts' key can take from it, and put back what was there within its time, no more.
 *  - Only what was found is kept, so what is made is found at once.
 *  - Of those that ask for the same thing at the same time, and find it not there, one reads the
 * store.
 */
#ifndef BK_CACHE_H
#define BK_CACHE_H

#include "bk_cache_entry.h"
#include "bk_request.h"

/** What reading the store gave. */
typedef struct bk_cache_reading_t {
    const char *text;       /* set by the reader: the answer's body, JSON, in the request's pool */
    apr_size_t len;         /* its length in bytes */
    const char *kept;       /* what is kept in place of it; NULL: the answer itself */
    apr_size_t kept_len;    /* the length of that */
    int keep;               /* whether it may be kept; the reader sets 0 where it may not */
    bk_cache_entry_t entry; /* under which version */
} bk_cache_reading_t;

/** Read the store. @return BK_CONTINUE, with the text set; else the request's result */
typedef int bk_cache_read_t(bk_request_t *request, bk_cache_reading_t *reading);

/**
 * Make an answer of what was kept in place of it.
 * @param entry     what is known of it, authentic
 * @param kept      kept_len bytes, not ending in NUL
 * @param text_len  set to the answer's length in bytes
 * @return the answer's body, in the request's pool; NULL: this is nothing that was ever kept
 */
typedef const char *bk_cache_show_t(bk_request_t *request, const bk_cache_entry_t *entry,
                                    const char *kept, apr_size_t kept_len, apr_size_t *text_len);

/** Register what belongs to the cache. Called once, from bk_server_register(). */
void bk_cache_register(apr_pool_t *p);

/** Get the cache and what is shared. Called in post_config. @return APR_SUCCESS, or why not, logged
 */
apr_status_t bk_cache_init(apr_pool_t *pconf, server_rec *s);

/**
 * Answer 200 from the cache, or else with what the store says, which is then kept.
 * @param id    what is asked for, within the service; NULL: what may not be kept
 * @param read  asks the store
 * @param show  makes the answer of what is kept in place of it; NULL: the answer itself is kept,
 * and is the representation of a resource (bk_representation.h)
 * @return the request's result
 */
int bk_cache_answer(bk_request_t *request, const char *id, bk_cache_read_t *read,
                    bk_cache_show_t *show);

/**
 * For a reader of what belongs to a user: from now on the version is the user's, so that a write of
 * theirs ends all that was kept of them. To be called before the store is read, and so, where the
 * store has to say who it is, between two reads.
 * @param owner  id of the user
 */
void bk_cache_own(bk_request_t *request, bk_cache_reading_t *reading, apr_int64_t owner);

/** A thing was written, or may have been, as when the store failed: forget it, before that is
 * answered.
 */
void bk_cache_forget(bk_request_t *request, const char *id);

/** The same for all that is kept of a user. */
void bk_cache_forget_owned(bk_request_t *request, apr_int64_t owner);

/** What is counted of each service. */
typedef enum bk_cache_count_t {
    BK_CACHE_HIT,    /* answered from the cache */
    BK_CACHE_MISS,   /* the store was read, for the answer was not there */
    BK_CACHE_STORE,  /* and it was kept */
    BK_CACHE_REMOVE, /* forgotten, for it was written */
    BK_CACHE_ERROR,  /* the cache could not be asked or did not take it */
    BK_CACHE_COUNTS
} bk_cache_count_t;

/** The name of service number i, and its counts; NULL where there are no more. */
const char *bk_cache_counts(int i, apr_uint64_t counts[BK_CACHE_COUNTS]);

#endif
