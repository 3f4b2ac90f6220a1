#include "bk_value.h"

#include <strings.h>

#include <apr_strings.h>
#include <http_core.h>

#include "bk_text.h"

#define KILO APR_INT64_C(1024)
#define MEGA (KILO * KILO)
#define GIGA (KILO * MEGA)

const char *bk_value_wrong(cmd_parms *cmd, const char *wanted, const char *got)
{
    return apr_psprintf(cmd->pool, "%s is not right: must be %s (got '%s')", cmd->cmd->name, wanted,
                        got);
}

static const char *show_duration(apr_interval_time_t t, apr_pool_t *p)
{
    return t < apr_time_from_sec(1) ? apr_psprintf(p, "%" APR_TIME_T_FMT "ms", apr_time_as_msec(t))
                                    : apr_psprintf(p, "%" APR_TIME_T_FMT "s", apr_time_sec(t));
}

/* Checked before httpd's parser, which would accept a sign, and units that only begin like a known
 * one. */
static int is_duration(const char *text)
{
    static const char *const units[] = {"", "ms", "s", "mi", "min", "h", "d", NULL};
    apr_size_t digits = strspn(text, "0123456789");
    int i;

    for (i = 0; digits && units[i]; i++) {
        if (strcasecmp(text + digits, units[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Parse a duration; httpd's parser does not know days. */
static apr_status_t parse_duration(const char *text, const char *unit, apr_interval_time_t *t,
                                   apr_pool_t *p)
{
    apr_size_t digits = strspn(text, "0123456789");
    apr_int64_t days;

    if (text[digits] != 'd' && text[digits] != 'D') {
        return ap_timeout_parameter_parse(text, t, unit);
    }
    if (!bk_text_int(apr_pstrmemdup(p, text, digits), &days) || days > 100000) {
        return APR_BADARG;
    }
    *t = apr_time_from_sec(days * 24 * 60 * 60);
    return APR_SUCCESS;
}

const char *bk_value_duration(cmd_parms *cmd, const char *text, const char *unit,
                              apr_interval_time_t least, apr_interval_time_t most,
                              apr_interval_time_t *value)
{
    apr_interval_time_t t;

    if (!is_duration(text) || parse_duration(text, unit, &t, cmd->temp_pool) != APR_SUCCESS ||
        t < least || t > most) {
        return bk_value_wrong(
            cmd,
            apr_psprintf(cmd->temp_pool, "a duration from %s to %s, such as %s",
                         show_duration(least, cmd->temp_pool), show_duration(most, cmd->temp_pool),
                         least < apr_time_from_sec(1) ? "500ms or 5s" : "5s, 10min or 1h"),
            text);
    }
    *value = t;
    return NULL;
}

const char *bk_value_integer(cmd_parms *cmd, const char *text, int least, int most, int *value)
{
    apr_int64_t n;

    if (!bk_text_int(text, &n) || n < least || n > most) {
        return bk_value_wrong(
            cmd, apr_psprintf(cmd->temp_pool, "a number from %d to %d", least, most), text);
    }
    *value = (int)n;
    return NULL;
}

static const char *show_size(apr_int64_t size, apr_pool_t *p)
{
    return size % GIGA ? apr_psprintf(p, "%" APR_INT64_T_FMT "M", size / MEGA)
                       : apr_psprintf(p, "%" APR_INT64_T_FMT "G", size / GIGA);
}

/* The factor of the unit that follows a number; -1: it is neither a known unit nor the end of the
 * text. */
static apr_int64_t unit_of(const char *suffix)
{
    static const struct {
        const char *suffix;
        apr_int64_t unit;
    } units[] = {{"", 1}, {"K", KILO}, {"M", MEGA}, {"G", GIGA}};
    unsigned int i;

    for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcasecmp(units[i].suffix, suffix) == 0) {
            return units[i].unit;
        }
    }
    return -1;
}

const char *bk_value_size(cmd_parms *cmd, const char *text, apr_int64_t least, apr_int64_t most,
                          apr_int64_t *value)
{
    apr_size_t digits = strspn(text, "0123456789");
    apr_int64_t n, unit = unit_of(text + digits);

    if (unit < 0 || !bk_text_int(apr_pstrndup(cmd->temp_pool, text, digits), &n) ||
        n > most / unit || n * unit < least) {
        return bk_value_wrong(
            cmd,
            apr_psprintf(cmd->temp_pool,
                         "a size from %s to %s, in bytes or with K, M or G, such as 64M",
                         show_size(least, cmd->temp_pool), show_size(most, cmd->temp_pool)),
            text);
    }
    *value = n * unit;
    return NULL;
}

static int is_url_path(const char *text)
{
    apr_size_t len = strlen(text);

    return len >= 2 && text[0] == '/' && text[len - 1] != '/' && strcspn(text, "?#% ") == len &&
           !strstr(text, "//");
}

const char *bk_value_service_path(cmd_parms *cmd, const char *text, const char **value)
{
    if (!is_url_path(text)) {
        return bk_value_wrong(
            cmd, "a URL path that begins but does not end with '/', such as /user", text);
    }
    *value = apr_pstrdup(cmd->pool, text);
    return NULL;
}

const char *bk_value_url_path(cmd_parms *cmd, const char *text, const char **value)
{
    if (strcasecmp(text, "Off") == 0) {
        *value = "";
        return NULL;
    }
    if (!is_url_path(text)) {
        return bk_value_wrong(
            cmd, "a URL path that begins but does not end with '/', such as /user, or Off", text);
    }
    *value = apr_pstrdup(cmd->pool, text);
    return NULL;
}
