#include "bk_redis_url.h"

#include <string.h>

#include <apr_file_io.h>
#include <apr_lib.h>
#include <apr_strings.h>

#include "bk_text.h"

#define PORT 6379
#define DB_MOST 65535
#define SOCKET_MOST 107 /* bytes of sun_path, without its NUL */
#define PASSWORD_MOST 512
#define TIMEOUT_MOST apr_time_from_sec(60)
#define FORM \
    "redis://[[user]:password@]host[:port][/db] or redis://[[user]:password@]/path/to/socket"

/* ---- pieces -------------------------------------------------------------------------------------
 */

static int hex_value(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Decode %XX; NULL if one is invalid, or stands for a NUL. */
static char *decode(const char *text, apr_size_t len, apr_pool_t *p)
{
    char *decoded = apr_palloc(p, len + 1), *out = decoded;
    apr_size_t i;

    for (i = 0; i < len; i++) {
        int high, low;

        if (text[i] != '%') {
            *out++ = text[i];
            continue;
        }
        high = i + 2 < len ? hex_value(text[i + 1]) : -1;
        low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (low < 0 || high + low == 0) {
            return NULL;
        }
        *out++ = (char)(high * 16 + low);
        i += 2;
    }
    *out = '\0';
    return decoded;
}

static int read_number(const char *text, int least, int most, int *value)
{
    apr_int64_t n;

    if (!bk_text_int(text, &n) || n < least || n > most) {
        return 0;
    }
    *value = (int)n;
    return 1;
}

static const char *read_db(bk_redis_url_t *url, const char *text, apr_pool_t *p)
{
    return read_number(text, 0, DB_MOST, &url->db)
               ? NULL
               : apr_psprintf(p, "the database must be a number from 0 to %d (got '%s')", DB_MOST,
                              text);
}

/* Read a time-out such as "50ms" or "2s". The unit is required, since a bare number could mean
 * either. */
static const char *read_timeout(apr_interval_time_t *value, const char *name, const char *text,
                                apr_pool_t *p)
{
    apr_size_t digits = strspn(text, "0123456789");
    const char *unit = text + digits;
    apr_interval_time_t each = strcmp(unit, "ms") == 0  ? apr_time_from_msec(1)
                               : strcmp(unit, "s") == 0 ? apr_time_from_sec(1)
                                                        : 0;
    int n;

    if (!each || !read_number(apr_pstrmemdup(p, text, digits), 1, 60000, &n) ||
        n * each > TIMEOUT_MOST) {
        return apr_psprintf(p, "%s must be a duration from 1ms to 60s, such as 50ms (got '%s')",
                            name, text);
    }
    *value = n * each;
    return NULL;
}

/* Read the password from a file, which keeps it out of httpd.conf, a file that more people can
 * read. */
static const char *read_password_file(bk_redis_url_t *url, const char *path, apr_pool_t *p)
{
    char line[PASSWORD_MOST + 2];
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, p);

    if (rv == APR_SUCCESS) {
        rv = apr_file_gets(line, sizeof(line), file);
        apr_file_close(file);
    }
    if (rv != APR_SUCCESS) {
        return apr_psprintf(p, "password_file: '%s' cannot be read: %s", path,
                            apr_strerror(rv, line, sizeof(line)));
    }
    line[strcspn(line, "\r\n")] = '\0';
    if (!*line || strlen(line) > PASSWORD_MOST) {
        return apr_psprintf(p,
                            "password_file: the first line of '%s' must be a password of at most "
                            "%d bytes",
                            path, PASSWORD_MOST);
    }
    url->password = apr_pstrdup(p, line);
    return NULL;
}

/* ---- the parts of a URL -------------------------------------------------------------------------
 */

static const char *read_option(bk_redis_url_t *url, const char *name, const char *value,
                               apr_pool_t *p)
{
    if (strcmp(name, "connect_timeout") == 0) {
        return read_timeout(&url->connect_timeout, name, value, p);
    }
    if (strcmp(name, "timeout") == 0) {
        return read_timeout(&url->timeout, name, value, p);
    }
    if (strcmp(name, "prefix") == 0) {
        url->prefix = value;
        return NULL;
    }
    if (strcmp(name, "db") == 0) {
        return url->db ? "the database must be given once, as /db or as db="
                       : read_db(url, value, p);
    }
    if (strcmp(name, "password_file") == 0) {
        return url->password ? "the password must be given once, before @ or by password_file="
                             : read_password_file(url, value, p);
    }
    return apr_psprintf(p,
                        "'%s' is no option: must be connect_timeout, timeout, password_file, "
                        "prefix or db",
                        name);
}

static const char *read_options(bk_redis_url_t *url, const char *text, apr_pool_t *p)
{
    char *rest = apr_pstrdup(p, text), *state, *pair;

    for (pair = apr_strtok(rest, "&", &state); pair; pair = apr_strtok(NULL, "&", &state)) {
        char *equals = strchr(pair, '=');
        const char *value = equals ? decode(equals + 1, strlen(equals + 1), p) : NULL;
        const char *wrong;

        if (equals) {
            *equals = '\0';
        }
        if (!value || !*value) {
            return apr_psprintf(p,
                                "option '%s' must be written %s=value, with %%XX for what is no "
                                "plain character",
                                pair, pair);
        }
        wrong = read_option(url, pair, value, p);
        if (wrong) {
            return wrong;
        }
    }
    return NULL;
}

static const char *read_credentials(bk_redis_url_t *url, const char *text, apr_size_t len,
                                    apr_pool_t *p)
{
    const char *colon = memchr(text, ':', len);
    apr_size_t user_len = colon ? (apr_size_t)(colon - text) : len;

    url->user = user_len ? decode(text, user_len, p) : NULL;
    url->password = colon ? decode(colon + 1, len - user_len - 1, p) : NULL;
    if ((user_len && !url->user) || (colon && (!url->password || !*url->password)) ||
        (!colon && !user_len)) {
        return "the credentials before @ must be [user]:password, with %XX for what is no plain "
               "character";
    }
    return NULL;
}

static int is_host(const char *text, int is_v6)
{
    const char *extra = is_v6 ? ":.%" : ".-_";

    for (; *text; text++) {
        if (!apr_isalnum(*text) && !strchr(extra, *text)) {
            return 0;
        }
    }
    return 1;
}

/* Read host, host:port, [address] or [address]:port; empty if the URL has a socket. */
static const char *read_host(bk_redis_url_t *url, const char *text, apr_pool_t *p)
{
    int is_v6 = *text == '[';
    const char *end = is_v6 ? strchr(text, ']') : text + strcspn(text, ":");
    const char *host;

    if (!*text) {
        return NULL;
    }
    host = end ? apr_pstrmemdup(p, text + is_v6, (apr_size_t)(end - text) - (apr_size_t)is_v6) : "";
    if (!*host || !is_host(host, is_v6)) {
        return "the host must be a name, an IPv4 address or an IPv6 address in brackets";
    }
    end += is_v6;
    if (*end && (*end != ':' || !read_number(end + 1, 1, 65535, &url->port))) {
        return apr_psprintf(p, "the port must be a number from 1 to 65535 (got '%s')",
                            *end == ':' ? end + 1 : end);
    }
    url->host = host;
    return NULL;
}

/* Read the path: the database's number after a host, or a socket if there is no host. */
static const char *read_path(bk_redis_url_t *url, const char *path, apr_pool_t *p)
{
    if (url->host) {
        return *path && path[1] ? read_db(url, path + 1, p) : NULL;
    }
    url->socket = decode(path, strlen(path), p);
    if (!url->socket || strlen(url->socket) < 2 || strlen(url->socket) > SOCKET_MOST) {
        return apr_psprintf(p, "must be " FORM ", of at most %d bytes", SOCKET_MOST);
    }
    return NULL;
}

static const char *show(const bk_redis_url_t *url, apr_pool_t *p)
{
    if (url->socket) {
        return apr_psprintf(p, "redis://%s?db=%d", url->socket, url->db);
    }
    return strchr(url->host, ':')
               ? apr_psprintf(p, "redis://[%s]:%d/%d", url->host, url->port, url->db)
               : apr_psprintf(p, "redis://%s:%d/%d", url->host, url->port, url->db);
}

/* Read authority, path and options, in this order. */
static const char *read_parts(bk_redis_url_t *url, const char *text, apr_pool_t *p)
{
    const char *options = strchr(text, '?');
    char *authority =
        apr_pstrmemdup(p, text, options ? (apr_size_t)(options - text) : strlen(text));
    char *path = strchr(authority, '/'), *at;
    const char *wrong = NULL, *host = authority;

    path = path ? apr_pstrdup(p, path) : apr_pstrdup(p, "");
    authority[strlen(authority) - strlen(path)] = '\0';
    at = strrchr(authority, '@');
    if (at) {
        host = at + 1;
        wrong = read_credentials(url, authority, (apr_size_t)(at - authority), p);
    }
    if (!wrong) {
        wrong = read_host(url, host, p);
    }
    if (!wrong) {
        wrong = read_path(url, path, p);
    }
    return wrong || !options ? wrong : read_options(url, options + 1, p);
}

const char *bk_redis_url_parse(bk_redis_url_t *url, const char *text, apr_pool_t *p)
{
    const char *wrong;

    memset(url, 0, sizeof(*url));
    url->port = PORT;
    url->prefix = "";
    url->connect_timeout = apr_time_from_msec(100);
    url->timeout = apr_time_from_msec(50);
    text = text && *text ? text : "//127.0.0.1";
    if (strncmp(text, "//", 2) != 0) {
        return "must be " FORM;
    }
    wrong = read_parts(url, text + 2, p);
    if (!wrong && url->user && !url->password) {
        wrong = "a user must come with a password, before @ or by password_file=";
    }
    if (!wrong) {
        url->shown = show(url, p);
    }
    return wrong;
}
