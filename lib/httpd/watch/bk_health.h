/* bk_health: whether a service can do its work.
 *
 *     GET /health             its store answers
 *     GET /health?for=write   the same: what is written goes there
 *     GET /health?for=read    what reads are answered from answers: a standby, where there is one
 *                             and reads may go to it, or else the store
 *
 * "200 OK", or 503. While a primary is away a balancer that asks for reads keeps the instances that
 * can still give them.
 */
#ifndef BK_HEALTH_H
#define BK_HEALTH_H

#include "bk_request.h"

/** The handler of GET /health. */
int bk_health(bk_request_t *request);

#endif
