/* bk_settle: resolves writes with an unknown outcome.
 *
 * If a connection is lost or given up before the answer to a write, the write may have been done or
 * not. Usually the store is back in a moment, and the written row can be recognized, by its random
 * id for example. So bk_settle() looks for the row on a new connection, while the request has time
 * left: the client then learns the outcome, and is not in conflict with its own write when it tries
 * again.
 */
#ifndef BK_SETTLE_H
#define BK_SETTLE_H

#include "bk_read.h"
#include "bk_request.h"

/**
 * Find out the outcome of a write, if it is unknown. A store that is out of reach is tried again
 * until BookableStatementTimeout has passed since the request began, and at least once.
 * @param rv    the result of the write; any other than BK_DB_UNKNOWN is returned unchanged
 * @param look  reads the row that was written.
 * @return APR_SUCCESS: it was written; APR_NOTFOUND: it is not there
 * @return APR_SUCCESS: it was done, and is as durable as an acknowledged write; BK_DB_UNKNOWN,
 *         logged: it is still unknown. The store is released
 */
apr_status_t bk_settle(bk_request_t *request, apr_status_t rv, bk_read_t *look, void *baton);

#endif
