/* bk_read: reads of a store, from the standby if that is allowed.
 *
 * If a server is set to "eventual" (UserConsistency and its like), the standby is read first. If it
 * does not find the data or is out of reach, the primary is read: so data that was just written is
 * found, and no request fails because the standby is down. A client asks for the primary alone with
 * the header "X-Consistency: strong".
 *
 * bk_read_acquire() has the opposite order: it uses the standby only if the primary is out of
 * reach.
 */
#ifndef BK_READ_H
#define BK_READ_H

#include "bk_request.h"

/**
 * Read the store that request->handle belongs to.
 * @return APR_SUCCESS, with the result in the baton; APR_NOTFOUND; or the store's error
 */
typedef apr_status_t bk_read_t(bk_request_t *request, void *baton);

/**
 * Read from the stores that the request allows, in their order. If the last one read is the
 * primary, the request keeps it, as after bk_store_acquire().
 * @param rv  set to the result of the read
 * @return BK_CONTINUE; else the handler's result, if there is no store
 */
int bk_read(bk_request_t *request, bk_read_t *read, void *baton, apr_status_t *rv);

/**
 * Acquire the primary; or, if it is out of reach, the standby, and set request->is_behind. The
 * standby is only used for a GET with "X-Consistency: eventual" to a server whose reads may go
 * there.
 * @return as bk_store_acquire()
 */
int bk_read_acquire(bk_request_t *request);

#endif
