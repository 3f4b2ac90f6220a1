/* bk_read: reads of a store, from a standby where that will do.
 *
 * Where a server says "eventual" (UserConsistency and its like), a read asks the standby first.
 * What is not found there, or where it is out of reach, is asked of the primary: so that what was
 * made a moment ago is found, and a standby that is gone costs nobody an answer. A request asks for
 * the primary alone with the header "X-Consistency: strong".
 *
 * Where the primary's answer is wanted, and a standby's will do only while there is none, the order
 * is the other one: bk_read_acquire().
 */
#ifndef BK_READ_H
#define BK_READ_H

#include "bk_request.h"

/**
 * A read: asks the store by request->handle.
 * @return APR_SUCCESS, with what was found in the baton; APR_NOTFOUND; or else the store's error
 */
typedef apr_status_t bk_read_t(bk_request_t *request, void *baton);

/**
 * Read, with whichever store the request may be answered from. The one that was asked last is kept
 * as bk_store_acquire() would have got it, if it is the primary's.
 * @param rv  set to what the read came to
 * @return BK_CONTINUE; else the request's result: there is no store to ask
 */
int bk_read(bk_request_t *request, bk_read_t *read, void *baton, apr_status_t *rv);

/**
 * Get the store for what the primary had better answer: where it does not, a standby, and
 * request->is_behind is set. Only for a GET that says by X-Consistency that a standby will do, to a
 * server whose reads go there.
 * @return as bk_store_acquire()
 */
int bk_read_acquire(bk_request_t *request);

#endif
