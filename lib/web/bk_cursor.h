/* bk_cursor: where the next page of a list begins, as a text that only this service can make.
 *
 * A list is read page by page in a total order. A cursor holds the values by which its last item is
 * ordered (its keyset position), so that the next page is what comes behind them: whatever was
 * inserted or deleted meanwhile, nothing is read twice or left out. It is bound to the list that it
 * was made for: with another filter it would begin in the midst of another list.
 *
 * To clients it is opaque: base64url without padding (RFC 4648, section 5) of a version, a digest
 * of the filter, the values, and 128 bits of an HMAC-SHA-256 (RFC 2104, section 5) over all of it.
 * It is signed, not secret: who decodes it can read the values, which were on the page. It holds no
 * rights: the list is filtered by who asks at each page.
 *
 * Nothing here keeps state: every function may be called by any thread.
 */
#ifndef BK_CURSOR_H
#define BK_CURSOR_H

#include <apr_pools.h>

#include "bk_hash.h"

#define BK_CURSOR_VALUES 4      /* at most so many values in a position */
#define BK_CURSOR_POSITION 1024 /* and so many bytes in all of them, with their NULs */

/** What bk_cursor_read() made of a text. */
typedef enum bk_cursor_read_t {
    BK_CURSOR_OK,
    BK_CURSOR_OTHER_LIST, /* one of ours, but made for another filter or order */
    BK_CURSOR_INVALID     /* no cursor that was made with this key */
} bk_cursor_read_t;

/**
 * Make a cursor.
 * @param key     of the service; hosts behind one gateway share it (bk_key_file.h)
 * @param filter  all that chooses and orders the items, in one spelling: collection, parameters,
 *                order. The number of items on a page is no part of it
 * @param values  by which the last item of the page is ordered, in order; texts that end in NUL
 * @param count   how many, 1 to BK_CURSOR_VALUES
 * @param p       the result lives here
 * @return the cursor; NULL if the values are too long, or it could not be signed
 */
const char *bk_cursor_make(const bk_hash_key_t *key, const char *filter, const char *const *values,
                           int count, apr_pool_t *p);

/**
 * Read a cursor that a client sent.
 * @param key     as above
 * @param filter  of the list that the client asks for
 * @param text    what it sent; any bytes, ending in NUL
 * @param values  get the position, in @a p, where BK_CURSOR_OK is returned
 * @param count   how many values there must be
 * @return what it is; one changed character makes it BK_CURSOR_INVALID
 */
bk_cursor_read_t bk_cursor_read(const bk_hash_key_t *key, const char *filter, const char *text,
                                const char **values, int count, apr_pool_t *p);

#endif
