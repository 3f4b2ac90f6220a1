/* bk_health: whether a service can do its work.
 *
 *     GET /health             the store answers and takes writes
 *     GET /health?for=write   the same
 *     GET /health?for=read    the standby answers, if there is one and reads may go to it, or else
 *                             the store
 *
 * The answer is "200 OK", or 503. While a primary is away, a balancer that asks for=read keeps the
 * instances that can still answer reads.
 */
#ifndef BK_HEALTH_H
#define BK_HEALTH_H

#include "bk_request.h"

/** The handler of GET /health. */
int bk_health(bk_request_t *request);

#endif
