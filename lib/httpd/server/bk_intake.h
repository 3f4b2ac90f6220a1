/* bk_intake: reads what a route of API v1 takes: the query string and the body, by their tables.
 *
 * Each function returns BK_CONTINUE, or the request's result: all faults of what was read are
 * answered at once.
 */
#ifndef BK_INTAKE_H
#define BK_INTAKE_H

#include "bk_request.h"

/** Read the query string into request->query. A parameter that the route does not know is refused.
 */
int bk_intake_query(bk_request_t *request);

/** Check that a request has the condition that its route requires: else 428. */
int bk_intake_condition(bk_request_t *request);

/** Check the Idempotency-Key of a request that creates something: 400 if it is invalid, or if
 * BookableIdempotency requires one and there is none. */
int bk_intake_key(bk_request_t *request);

/** Read the body into request->body and request->input, if the route has a table of members. */
int bk_intake_body(bk_request_t *request);

#endif
