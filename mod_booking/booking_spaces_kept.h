/* booking_spaces_kept: pages of spaces that the space service sent, in the memory of a child: to
 * read them again takes longer than to ask a database what takes their time. By what was asked they
 * are kept for a few seconds, for who only reads; by their text, for who asks each time, as long as
 * there is room: the same text says the same.
 *
 * A page is constant, and is shared by the requests that use it. Any thread may call.
 */
#ifndef BOOKING_SPACES_KEPT_H
#define BOOKING_SPACES_KEPT_H

#include "booking_spaces_read.h"

/** Register the hook that makes it in each child. Called once, from register_hooks. */
void booking_spaces_kept_register(apr_pool_t *p);

/**
 * Get a page.
 * @param key     what was asked, and by whom
 * @param writes  bk_cache_writes() of the space service
 * @param p       the page lives as long as this pool
 * @return NULL: it is not there, too old, or the space service has written since
 */
const booking_spaces_page_t *booking_spaces_kept_get(const char *key, apr_uint64_t writes,
                                                     apr_pool_t *p);

/**
 * Keep a page in place of an older one of the same key, or of the oldest.
 * @param writes  as above, from before it was asked for
 * @param text    the answer, which was read before
 * @param len     its length in bytes
 */
void booking_spaces_kept_put(const char *key, apr_uint64_t writes, const char *text,
                             apr_size_t len);

/**
 * Find a page by its text.
 * @param text  the whole answer
 * @param len   its length in bytes
 * @param p     the page lives as long as this pool
 * @return NULL: no such text is kept
 */
const booking_spaces_page_t *booking_spaces_kept_recall(const char *text, apr_size_t len,
                                                        apr_pool_t *p);

/** Keep a page by its text, which was read before. Long ones, of many spaces, are not. */
void booking_spaces_kept_learn(const char *text, apr_size_t len);

#endif
