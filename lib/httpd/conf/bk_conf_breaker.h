/* bk_conf_breaker: the settings of a circuit breaker, as directives give them.
 *
 * KEY=VALUE, with the keys window, minimum-calls, failure-rate, slow-time, slow-rate, open-time,
 * probes, probe-timeout and dry-run. A setting that is not given is BK_VALUE_UNSET until its
 * default replaces it.
 */
#ifndef BK_CONF_BREAKER_H
#define BK_CONF_BREAKER_H

#include <httpd.h>
#include <http_config.h>

#include "bk_breaker.h"

/** Set everything to unset. */
void bk_conf_breaker_init(bk_breaker_settings_t *conf);

/** The settings of a server: its own, and the main server's for those that it does not set. */
void bk_conf_breaker_merge(bk_breaker_settings_t *conf, const bk_breaker_settings_t *base,
                           const bk_breaker_settings_t *own);

/** Replace the settings that are not set by defaults; defaults that are unset themselves leave them
 * so. */
void bk_conf_breaker_complete(bk_breaker_settings_t *settings,
                              const bk_breaker_settings_t *defaults);

/** Parse one KEY=VALUE. @return NULL, or an error message that says what is allowed */
const char *bk_conf_breaker_set(cmd_parms *cmd, const char *word, bk_breaker_settings_t *settings);

#endif
