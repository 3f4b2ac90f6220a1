/* bk_httpd_metrics: what the services did, counted for Prometheus.
 *
 *     SetHandler bookable-metrics     text in Prometheus's exposition format, version 0.0.4
 *
 * Counters lie in shared memory and begin at zero when httpd is started; a graceful restart keeps
 * them. Each route has several sets of counters, a child adds to one of them, and a reader sums
 * them up: so the children seldom write to the same line of the processor's cache.
 */
#ifndef BK_HTTPD_METRICS_H
#define BK_HTTPD_METRICS_H

#include "bk_httpd.h"

/** Register the handler. Called once, from bk_httpd_register(). */
void bk_httpd_metrics_register(apr_pool_t *p);

/** Give each route of the service its counters. Called in post_config.
 *  @return APR_SUCCESS, or why not, logged */
apr_status_t bk_httpd_metrics_init(apr_pool_t *p, server_rec *s);

/**
 * Count a request.
 * @param route   that answered it; NULL: none had its path and method
 * @param status  of the answer
 */
void bk_httpd_metrics_request(request_rec *r, const bk_route_t *route, int status);

/** Count an error that the service answered with. */
void bk_httpd_metrics_error(const bk_error_t *error);

#endif
