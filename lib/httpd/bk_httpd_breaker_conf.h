/* bk_httpd_breaker_conf: the settings of a circuit breaker, as directives have them.
 *
 * KEY=VALUE, with the keys window, minimum-calls, failure-rate, slow-time, slow-rate, open-time,
 * probes, probe-timeout and dry-run. What was not said is BK_HTTPD_CONF_UNSET until the defaults
 * are put in its place.
 */
#ifndef BK_HTTPD_BREAKER_CONF_H
#define BK_HTTPD_BREAKER_CONF_H

#include <httpd.h>
#include <http_config.h>

#include "bk_breaker.h"

/** Set everything to unset. */
void bk_httpd_breaker_conf_init(bk_breaker_settings_t *settings);

/** What a server has, from its own settings over those of the main server. */
void bk_httpd_breaker_conf_merge(bk_breaker_settings_t *merged, const bk_breaker_settings_t *base,
                                 const bk_breaker_settings_t *own);

/** Put defaults in the place of what is unset; they may leave some of it so. */
void bk_httpd_breaker_conf_complete(bk_breaker_settings_t *settings,
                                    const bk_breaker_settings_t *defaults);

/** Read one KEY=VALUE. @return NULL, or an error that says what would be right */
const char *bk_httpd_breaker_conf_set(cmd_parms *cmd, const char *word,
                                      bk_breaker_settings_t *settings);

#endif
