/* bk_counts: counters of requests, errors, repetitions and durations.
 *
 * Counters lie in shared memory and begin at zero when httpd is started; a graceful restart keeps
 * them. Each route of each service has one set.
 */
#ifndef BK_COUNTS_H
#define BK_COUNTS_H

#include <httpd.h>

#include "bk_route.h"
#include "bk_service.h"

#define BK_COUNTS_CLASSES 6 /* by the first digit of the status; 0 is unused */
#define BK_COUNTS_BOUNDS 12
#define BK_COUNTS_ERRORS 256

/** Upper bounds of the buckets of durations, in microseconds; one more bucket counts all that took
 * longer. */
extern const apr_int64_t bk_counts_bounds[BK_COUNTS_BOUNDS];

/** The counters of a route. */
typedef struct bk_counts_view_t {
    apr_uint64_t answers[BK_COUNTS_CLASSES];
    apr_uint64_t took[BK_COUNTS_BOUNDS + 1]; /* per bucket of durations */
    apr_uint64_t microseconds;               /* the sum of all durations */
} bk_counts_view_t;

/**
 * Create the counters of each route of the service. Called in post_config.
 * @return APR_SUCCESS, or an error, which has been logged
 */
apr_status_t bk_counts_init(apr_pool_t *p, server_rec *s);

/**
 * Count a request.
 * @param api     the API of the request
 * @param route   the API's route that answered it; NULL: none matches its path and method
 * @param status  of the answer
 */
void bk_counts_request(request_rec *r, const bk_api_t *api, const bk_route_t *route, int status);

/** Count an error that the service answered with. @param code  of the error or problem */
void bk_counts_error(const char *code);

/** Count an answer of the service that was the one of the first time: the request was repeated,
 * with its Idempotency-Key. */
void bk_counts_replay(void);

/** Count rows of the service whose time had run out, and that were ended by whom they hindered. */
void bk_counts_swept(apr_uint64_t rows);

/**
 * Read the counters of route number i, of all services.
 * @return the route's Prometheus labels; NULL if there are no more
 */
const char *bk_counts_route_at(int i, bk_counts_view_t *view);

/**
 * How often the error in slot i, of BK_COUNTS_ERRORS, was answered.
 * @return its Prometheus labels; NULL: the slot is free, or an earlier slot with the same labels
 *         reports it
 */
const char *bk_counts_error_at(int i, apr_int64_t *count);

/** The same of repetitions: slot i, of BK_COUNTS_ERRORS. */
const char *bk_counts_replay_at(int i, apr_int64_t *count);

/** The same of rows that were swept. */
const char *bk_counts_swept_at(int i, apr_int64_t *count);

#endif
