/* bk_metrics: the metrics of all services, for Prometheus.
 *
 *     SetHandler bookable-metrics     text in Prometheus's exposition format, version 0.0.4
 */
#ifndef BK_METRICS_H
#define BK_METRICS_H

#include <httpd.h>

/** Register the handler. Called once, from bk_server_register(). */
void bk_metrics_register(apr_pool_t *p);

#endif
