/* Words, durations and paths, by httpd's rules; and the words of its statuses. */
#include "stub_ap_private.h"

#include <errno.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>
#include <http_log.h>
#include <http_protocol.h>

/* In quotes a backslash makes a quote or itself a letter like others. */
static char *take_quoted(apr_pool_t *p, const char **line)
{
    const char *at = *line;
    char quote = *at++;
    char *word = apr_palloc(p, strlen(at) + 1), *end = word;

    while (*at && *at != quote) {
        at += *at == '\\' && (at[1] == quote || at[1] == '\\');
        *end++ = *at++;
    }
    *end = '\0';
    *line = *at ? at + 1 : at;
    return word;
}

static const char *skip_blanks(const char *at)
{
    while (apr_isspace(*at)) {
        at++;
    }
    return at;
}

char *ap_getword_conf(apr_pool_t *p, const char **line)
{
    const char *begin;
    char *word;

    *line = begin = skip_blanks(*line);
    if (*begin == '"' || *begin == '\'') {
        word = take_quoted(p, line);
    }
    else {
        while (**line && !apr_isspace(**line)) {
            ++*line;
        }
        word = apr_pstrmemdup(p, begin, (apr_size_t)(*line - begin));
    }
    *line = skip_blanks(*line);
    return word;
}

/* The first letters of a unit are enough; there are hours, minutes (mi), seconds, milliseconds. */
static apr_int64_t unit_of(const char *text)
{
    switch (apr_tolower(text[0])) {
    case 'h':
        return apr_time_from_sec(3600);
    case 's':
        return apr_time_from_sec(1);
    case 'm':
        return apr_tolower(text[1]) == 's'   ? apr_time_from_msec(1)
               : apr_tolower(text[1]) == 'i' ? apr_time_from_sec(60)
                                             : 0;
    default:
        return 0;
    }
}

apr_status_t ap_timeout_parameter_parse(const char *text, apr_interval_time_t *timeout,
                                        const char *default_unit)
{
    char *end;
    apr_int64_t count, unit;

    errno = 0;
    count = apr_strtoi64(text, &end, 10);
    if (errno) {
        return errno;
    }
    unit = unit_of(*end ? end : default_unit);
    if (!unit || count < 0) {
        return APR_EGENERAL;
    }
    if (count > APR_INT64_MAX / unit) {
        return APR_ERANGE;
    }
    *timeout = count * unit;
    return APR_SUCCESS;
}

/* 0: they match. */
int ap_strcasecmp_match(const char *text, const char *pattern)
{
    if (*pattern == '*') {
        while (ap_strcasecmp_match(text, pattern + 1) != 0) {
            if (!*text++) {
                return 1;
            }
        }
        return 0;
    }
    if (!*text || !*pattern) {
        return *text != *pattern;
    }
    return *pattern == '?' || apr_tolower(*text) == apr_tolower(*pattern)
               ? ap_strcasecmp_match(text + 1, pattern + 1)
               : 1;
}

char *ap_escape_path_segment(apr_pool_t *p, const char *segment)
{
    char *escaped = apr_palloc(p, 3 * strlen(segment) + 1), *end = escaped;

    for (; *segment; segment++) {
        if (apr_isalnum(*segment) || strchr("$-_.+!*'(),:@&=~", *segment)) {
            *end++ = *segment;
        }
        else {
            end += apr_snprintf(end, 4, "%%%02x", (unsigned char)*segment);
        }
    }
    *end = '\0';
    return escaped;
}

char *ap_escape_html2(apr_pool_t *p, const char *text, int to_ascii)
{
    char *escaped = apr_palloc(p, 6 * strlen(text) + 1), *end = escaped;

    for (; *text; text++) {
        char letter[2] = {*text, '\0'};
        const char *shown = *text == '<'   ? "&lt;"
                            : *text == '>' ? "&gt;"
                            : *text == '&' ? "&amp;"
                            : *text == '"' ? "&quot;"
                                           : letter;

        end = apr_cpystrn(end, shown, 7);
    }
    *end = '\0';
    return escaped;
}

/* Of httpd it is another for each request; tests look for this one. */
int ap_run_generate_log_id(const conn_rec *c, const request_rec *r, const char **id)
{
    *id = "stub-log-id";
    return OK;
}

/* RFC 9110, section 15; what is not here is "500 Internal Server Error" to httpd, too. */
const char *ap_get_status_line(int status)
{
    static const char *const lines[] = {
        "200 OK",
        "201 Created",
        "204 No Content",
        "400 Bad Request",
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "405 Method Not Allowed",
        "408 Request Timeout",
        "411 Length Required",
        "412 Precondition Failed",
        "413 Request Entity Too Large",
        "414 Request-URI Too Long",
        "415 Unsupported Media Type",
        "417 Expectation Failed",
        "421 Misdirected Request",
        "429 Too Many Requests",
        "431 Request Header Fields Too Large",
        "500 Internal Server Error",
        "501 Not Implemented",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    };
    unsigned int i;

    for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (apr_atoi64(lines[i]) == status) {
            return lines[i];
        }
    }
    return "500 Internal Server Error";
}

int ap_map_http_request_error(apr_status_t rv, int status)
{
    switch (rv) {
    case AP_FILTER_ERROR:
        return AP_FILTER_ERROR;
    case APR_ENOSPC:
        return HTTP_REQUEST_ENTITY_TOO_LARGE;
    case APR_ENOTIMPL:
        return HTTP_NOT_IMPLEMENTED;
    case APR_TIMEUP:
    case APR_ETIMEDOUT:
        return HTTP_REQUEST_TIME_OUT;
    default:
        return status;
    }
}
