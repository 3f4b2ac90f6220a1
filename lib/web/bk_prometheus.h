/* bk_prometheus: the text format of Prometheus: escapes of labels, and the lines before a metric.
 *
 * Source: "Exposition formats", version 0.0.4. Any thread may call.
 */
#ifndef BK_PROMETHEUS_H
#define BK_PROMETHEUS_H

#include <apr_pools.h>

/**
 * Escape the value of a label: backslash, quotation mark and line feed.
 * @param text  UTF-8
 * @param p     pool that the result lives in. A text without such characters is returned itself
 */
const char *bk_prometheus_label(const char *text, apr_pool_t *p);

/**
 * Make the HELP and TYPE lines that come before the samples of a metric.
 * @param type  "counter", "gauge" or "histogram"
 * @param help  what the metric means, in one line without a backslash
 * @param p     pool that the result lives in
 */
const char *bk_prometheus_head(const char *name, const char *type, const char *help, apr_pool_t *p);

#endif
