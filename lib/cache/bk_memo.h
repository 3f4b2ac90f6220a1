/* bk_memo: a few texts that took long to make, in the memory of one process, by what they were made
 * from.
 *
 * It knows of no change: a key has all that the text depends on, such as a version of the tables. A
 * text is forgotten when it is too old, so that a key that comes again for other data does no harm
 * for long, and when newer ones need its place. Any thread may call; a text is copied under a lock.
 */
#ifndef BK_MEMO_H
#define BK_MEMO_H

#include <apr_errno.h>
#include <apr_pools.h>

#define BK_MEMO_TEXTS 64              /* at most so many are kept */
#define BK_MEMO_KEY_MOST 4096         /* bytes of a key; what has a longer one is not kept */
#define BK_MEMO_TEXT_MOST (64 * 1024) /* the same of a text */

typedef struct bk_memo_t bk_memo_t;

/**
 * Make one.
 * @param age  milliseconds that a text is kept
 * @param p    a pool that lives as long as the process
 * @return APR_SUCCESS; or an error: there is no lock
 */
apr_status_t bk_memo_make(bk_memo_t **memo, apr_int64_t age, apr_pool_t *p);

/**
 * Get a text.
 * @param now  milliseconds of a clock that does not go back
 * @param len  set to its length in bytes
 * @param p    of the copy, which ends in NUL
 * @return NULL: it is not there
 */
const char *bk_memo_get(bk_memo_t *memo, const char *key, apr_int64_t now, apr_size_t *len,
                        apr_pool_t *p);

/** Keep a text in place of an older one with the same key, or of the oldest one. Where there is no
 * memory for it, it is not kept. */
void bk_memo_keep(bk_memo_t *memo, const char *key, apr_int64_t now, const char *text,
                  apr_size_t len);

#endif
