#include "bk_conf_breaker.h"

#include <stddef.h>
#include <strings.h>

#include <apr_strings.h>

#include "bk_value.h"

#define SECOND 1000 /* milliseconds */

/* Every setting of a breaker: init, merge and complete treat them alike. */
#define EACH_SETTING(X) \
    X(window)           \
    X(minimum_calls)    \
    X(failure_rate)     \
    X(slow_time)        \
    X(slow_rate)        \
    X(open_time)        \
    X(probes)           \
    X(probe_timeout)    \
    X(dry_run)

void bk_conf_breaker_init(bk_breaker_settings_t *conf)
{
    EACH_SETTING(BK_VALUE_INIT)
}

void bk_conf_breaker_merge(bk_breaker_settings_t *conf, const bk_breaker_settings_t *base,
                           const bk_breaker_settings_t *own)
{
    EACH_SETTING(BK_VALUE_MERGE)
}

void bk_conf_breaker_complete(bk_breaker_settings_t *settings,
                              const bk_breaker_settings_t *defaults)
{
    bk_conf_breaker_merge(settings, defaults, settings);
}

/* ---- KEY=VALUE ----------------------------------------------------------------------------------
 */

/* A key whose value is a number. Durations are kept in milliseconds. */
typedef struct breaker_key_t {
    const char *name;
    apr_size_t offset;
    int is_duration;
    int least, most; /* durations: in milliseconds */
} breaker_key_t;

static const breaker_key_t keys[] = {
    {"window", offsetof(bk_breaker_settings_t, window), 1, 100, 600 * SECOND},
    {"minimum-calls", offsetof(bk_breaker_settings_t, minimum_calls), 0, 1, 10000},
    {"failure-rate", offsetof(bk_breaker_settings_t, failure_rate), 0, 1, 100},
    {"slow-time", offsetof(bk_breaker_settings_t, slow_time), 1, 1, 600 * SECOND},
    {"slow-rate", offsetof(bk_breaker_settings_t, slow_rate), 0, 1, 100},
    {"open-time", offsetof(bk_breaker_settings_t, open_time), 1, 1, 3600 * SECOND},
    {"probes", offsetof(bk_breaker_settings_t, probes), 0, 1, BK_BREAKER_PROBES},
    {"probe-timeout", offsetof(bk_breaker_settings_t, probe_timeout), 1, 1, 3600 * SECOND},
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static const char *set_number(cmd_parms *cmd, const breaker_key_t *key, const char *text,
                              bk_breaker_settings_t *settings)
{
    char *member = (char *)settings + key->offset;
    apr_interval_time_t duration;
    const char *error;

    if (!key->is_duration) {
        return bk_value_integer(cmd, text, key->least, key->most, (int *)member);
    }
    error = bk_value_duration(cmd, text, "s", apr_time_from_msec(key->least),
                              apr_time_from_msec(key->most), &duration);
    if (!error) {
        *(apr_int64_t *)member = apr_time_as_msec(duration);
    }
    return error;
}

static const char *set_dry_run(cmd_parms *cmd, const char *text, bk_breaker_settings_t *settings)
{
    if (strcasecmp(text, "on") != 0 && strcasecmp(text, "off") != 0) {
        return bk_value_wrong(cmd, "dry-run=on or dry-run=off", text);
    }
    settings->dry_run = strcasecmp(text, "on") == 0;
    return NULL;
}

const char *bk_conf_breaker_set(cmd_parms *cmd, const char *word, bk_breaker_settings_t *settings)
{
    const char *value = strchr(word, '=');
    apr_size_t len = value ? (apr_size_t)(value - word) : 0;
    const char *error;
    unsigned int i;

    for (i = 0; value && i < KEY_COUNT; i++) {
        if (strlen(keys[i].name) == len && strncasecmp(keys[i].name, word, len) == 0) {
            error = set_number(cmd, &keys[i], value + 1, settings);
            return error ? apr_pstrcat(cmd->pool, error, ", for ", keys[i].name, NULL) : NULL;
        }
    }
    if (value && len == strlen("dry-run") && strncasecmp("dry-run", word, len) == 0) {
        return set_dry_run(cmd, value + 1, settings);
    }
    return bk_value_wrong(cmd,
                          "KEY=VALUE with window, minimum-calls, failure-rate, slow-time, "
                          "slow-rate, open-time, probes, probe-timeout or dry-run",
                          word);
}
