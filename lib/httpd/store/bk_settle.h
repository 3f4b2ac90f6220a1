/* bk_settle: writes of which the store did not say whether they were done.
 *
 * A connection that is lost, or given up, takes the answer with it: the write may have been done,
 * or not. As a rule the store is back in a moment, and what was written can be recognized, by an id
 * that was drawn at random, say. So it is looked for, on a new connection, while the request has
 * time left: its client is then told what is so, and need not find out that it is in its own way.
 */
#ifndef BK_SETTLE_H
#define BK_SETTLE_H

#include "bk_read.h"
#include "bk_request.h"

/**
 * Find out what became of a write, if that is unknown. A store that is out of reach is asked again
 * until BookableStatementTimeout has passed since the request began, and at least once.
 * @param rv    what the write came to; other than BK_DB_UNKNOWN it is returned as it is
 * @param look  reads what was written: APR_SUCCESS, it was done; APR_NOTFOUND, nothing shows that
 * @return APR_SUCCESS: it was done, and is as durable as if that had been said at once;
 *         BK_DB_UNKNOWN, logged: it is still unknown. The store is given back
 */
apr_status_t bk_settle(bk_request_t *request, apr_status_t rv, bk_read_t *look, void *baton);

#endif
