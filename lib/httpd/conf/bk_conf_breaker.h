/* bk_conf_breaker: the settings of a circuit breaker, as directives have them.
 *
 * KEY=VALUE, with the keys window, minimum-calls, failure-rate, slow-time, slow-rate, open-time,
 * probes, probe-timeout and dry-run. What was not said is BK_VALUE_UNSET until the defaults
 * are put in its place.
 */
#ifndef BK_CONF_BREAKER_H
#define BK_CONF_BREAKER_H

#include <httpd.h>
#include <http_config.h>

#include "bk_breaker.h"

/** Set everything to unset. */
void bk_conf_breaker_init(bk_breaker_settings_t *settings);

/** What a server has, from its own settings over those of the main server. */
void bk_conf_breaker_merge(bk_breaker_settings_t *merged, const bk_breaker_settings_t *base,
                           const bk_breaker_settings_t *own);

/** Put defaults in the place of what is unset; they may leave some of it so. */
void bk_conf_breaker_complete(bk_breaker_settings_t *settings,
                              const bk_breaker_settings_t *defaults);

/** Read one KEY=VALUE. @return NULL, or an error that says what would be right */
const char *bk_conf_breaker_set(cmd_parms *cmd, const char *word, bk_breaker_settings_t *settings);

#endif
