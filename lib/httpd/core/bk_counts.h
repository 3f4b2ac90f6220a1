/* bk_counts: what the services did, counted.
 *
 * Counters lie in shared memory and begin at zero when httpd is started; a graceful restart keeps
 * them. There is one set for each route of each service: the table grows with them.
 */
#ifndef BK_COUNTS_H
#define BK_COUNTS_H

#include <httpd.h>

#include "bk_error.h"
#include "bk_route.h"
#include "bk_service.h"

#define BK_COUNTS_CLASSES 6 /* by the first digit of the status; 0 stays empty */
#define BK_COUNTS_BOUNDS 12
#define BK_COUNTS_ERRORS 256

/** Upper bounds of the classes of durations, in microseconds; one more has what took longer. */
extern const apr_int64_t bk_counts_bounds[BK_COUNTS_BOUNDS];

/** What was counted of a route. */
typedef struct bk_counts_view_t {
    apr_uint64_t answers[BK_COUNTS_CLASSES];
    apr_uint64_t took[BK_COUNTS_BOUNDS + 1]; /* in each class of durations */
    apr_uint64_t microseconds;               /* in all */
} bk_counts_view_t;

/** Give each route of the service its counters. Called in post_config.
 *  @return APR_SUCCESS, or why not, logged */
apr_status_t bk_counts_init(apr_pool_t *p, server_rec *s);

/**
 * Count a request.
 * @param api     that it came to
 * @param route   of that, which answered it; NULL: none had its path and method
 * @param status  of the answer
 */
void bk_counts_request(request_rec *r, const bk_api_t *api, const bk_route_t *route, int status);

/** Count an error that the service answered with. */
void bk_counts_error(const bk_error_t *error);

/** What was counted of route number i, of all services. @return its labels, as Prometheus has them;
 *  NULL where there are no more */
const char *bk_counts_route_at(int i, bk_counts_view_t *view);

/** How often error number i was answered, of BK_COUNTS_ERRORS. @return its labels, as Prometheus
 * has them; NULL: this number has none, or shares those of one before it */
const char *bk_counts_error_at(int i, apr_int64_t *count);

#endif
