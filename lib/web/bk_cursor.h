/* bk_cursor: signed cursors for pagination: where the next page of a list begins.
 *
 * A list is read page by page in a total order (keyset pagination). A cursor holds the sort values
 * of the last item of a page; the next page begins with the item that follows these values. So
 * items that are inserted or deleted meanwhile cause no other item to be repeated or skipped. A
 * cursor is valid only for the filter and order that it was made for.
 *
 * To clients a cursor is opaque: base64url without padding (RFC 4648, section 5) of a version, a
 * digest of the filter, the values, and an HMAC-SHA-256 over all of it, truncated to 128 bits (RFC
 * 2104, section 5). It is signed, not encrypted: a client can decode the values, which it saw on
 * the page. It grants no rights: each page shows only what the caller may see.
 *
 * Any thread may call.
 */
#ifndef BK_CURSOR_H
#define BK_CURSOR_H

#include <apr_pools.h>

#include "bk_hash.h"

#define BK_CURSOR_VALUES 4      /* highest number of values in a cursor */
#define BK_CURSOR_POSITION 1024 /* highest number of bytes of all values, with their NULs */

/** The result of bk_cursor_read(). */
typedef enum bk_cursor_read_t {
    BK_CURSOR_OK,
    BK_CURSOR_OTHER_LIST, /* correctly signed, but for another filter or order */
    BK_CURSOR_INVALID     /* not a cursor that was signed with this key */
} bk_cursor_read_t;

/**
 * Make a cursor.
 * @param key     the service's key; hosts behind one gateway share it (bk_key_file.h)
 * @param filter  all that selects and orders the items (collection, parameters, order), in a
 *                canonical spelling, but without the number of items on a page
 * @param values  the sort values of the last item of the page, in order; texts that end in NUL
 * @param count   the number of values, 1 to BK_CURSOR_VALUES
 * @param p       pool that the result lives in
 * @return the cursor; NULL if the values are too long, or signing failed
 */
const char *bk_cursor_make(const bk_hash_key_t *key, const char *filter, const char *const *values,
                           int count, apr_pool_t *p);

/**
 * Read a cursor that a client sent.
 * @param key     the service's key
 * @param filter  the filter of the list that the client requests, as for bk_cursor_make()
 * @param text    the cursor that the client sent: any bytes, ending in NUL
 * @param values  receives the values, which live in @a p, if BK_CURSOR_OK is returned
 * @param count   the number of values that the cursor must have
 * @return the result; a cursor with any change is BK_CURSOR_INVALID
 */
bk_cursor_read_t bk_cursor_read(const bk_hash_key_t *key, const char *filter, const char *text,
                                const char **values, int count, apr_pool_t *p);

#endif
