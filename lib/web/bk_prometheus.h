/* bk_prometheus: what the text format of Prometheus asks of a text.
 *
 * "Exposition formats", version 0.0.4. Any thread may call.
 */
#ifndef BK_PROMETHEUS_H
#define BK_PROMETHEUS_H

#include <apr_pools.h>

/**
 * Escape a text that is to stand between the quotes of a label: backslash, quote and end of line.
 * @param text  UTF-8
 * @param p     for the result, where there is something to escape; else it is the text
 */
const char *bk_prometheus_label(const char *text, apr_pool_t *p);

/**
 * The two lines that come before the samples of a metric.
 * @param type  "counter", "gauge" or "histogram"
 * @param help  what it says, in one line and without a backslash
 * @param p     for the result
 */
const char *bk_prometheus_head(const char *name, const char *type, const char *help, apr_pool_t *p);

#endif
