#include "bk_httpd_conf.h"

#include <strings.h>

#include <apr_strings.h>
#include <http_core.h>

#include "bk_httpd_breaker_conf.h"
#include "bk_httpd_origin.h"
#include "bk_text.h"

#define BODY_LIMIT 16384
#define BODY_LIMIT_LEAST 256
#define BODY_LIMIT_MOST 1048576
#define KILO APR_INT64_C(1024)
#define MEGA (KILO * KILO)
#define GIGA (KILO * MEGA)
#define STORE_SIZE (64 * MEGA)
#define STORE_SIZE_LEAST MEGA
#define STORE_SIZE_MOST (sizeof(apr_size_t) > 4 ? 64 * GIGA : GIGA)
#define BUSY_TIMEOUT apr_time_from_sec(5)
#define STATEMENT_TIMEOUT apr_time_from_sec(5)
#define POOL_TIMEOUT apr_time_from_sec(2)
#define RETRY_AFTER apr_time_from_sec(1)

void bk_httpd_conf_init(bk_httpd_conf_t *conf)
{
    conf->path = NULL;
    conf->store = NULL;
    conf->store_size = BK_HTTPD_CONF_UNSET;
    conf->statuses = BK_HTTPD_CONF_UNSET;
    conf->body_limit = BK_HTTPD_CONF_UNSET;
    conf->synchronous = BK_HTTPD_CONF_UNSET;
    conf->busy_timeout = BK_HTTPD_CONF_UNSET;
    conf->statement_timeout = BK_HTTPD_CONF_UNSET;
    conf->pool_timeout = BK_HTTPD_CONF_UNSET;
    conf->prepared_statements = BK_HTTPD_CONF_UNSET;
    bk_httpd_breaker_conf_init(&conf->database_breaker);
    conf->standby = NULL;
    conf->consistency = BK_HTTPD_CONF_UNSET;
    conf->retry_after = BK_HTTPD_CONF_UNSET;
    conf->are_origins_set = 0;
    conf->origins = NULL;
    bk_cache_conf_init(&conf->cache);
    bk_dependency_conf_init(conf->dependencies);
}

void bk_httpd_conf_merge(bk_httpd_conf_t *merged, const bk_httpd_conf_t *base,
                         const bk_httpd_conf_t *own)
{
    merged->path = own->path ? own->path : base->path;
    merged->store = own->store ? own->store : base->store;
    merged->store_size = bk_httpd_conf_default(own->store_size, base->store_size);
    merged->statuses = bk_httpd_conf_default(own->statuses, base->statuses);
    merged->body_limit = bk_httpd_conf_default(own->body_limit, base->body_limit);
    merged->synchronous = bk_httpd_conf_default(own->synchronous, base->synchronous);
    merged->busy_timeout = bk_httpd_conf_default(own->busy_timeout, base->busy_timeout);
    merged->statement_timeout =
        bk_httpd_conf_default(own->statement_timeout, base->statement_timeout);
    merged->pool_timeout = bk_httpd_conf_default(own->pool_timeout, base->pool_timeout);
    merged->prepared_statements =
        bk_httpd_conf_default(own->prepared_statements, base->prepared_statements);
    bk_httpd_breaker_conf_merge(&merged->database_breaker, &base->database_breaker,
                                &own->database_breaker);
    merged->standby = own->standby ? own->standby : base->standby;
    merged->consistency = bk_httpd_conf_default(own->consistency, base->consistency);
    merged->retry_after = bk_httpd_conf_default(own->retry_after, base->retry_after);
    merged->are_origins_set = own->are_origins_set || base->are_origins_set;
    merged->origins = own->are_origins_set ? own->origins : base->origins;
    bk_cache_conf_merge(&merged->cache, &base->cache, &own->cache);
    bk_dependency_conf_merge(merged->dependencies, base->dependencies, own->dependencies);
}

bk_error_statuses_t bk_httpd_conf_statuses(const bk_httpd_conf_t *conf)
{
    return (bk_error_statuses_t)bk_httpd_conf_default(conf->statuses, BK_ERROR_REFERENCE);
}

apr_off_t bk_httpd_conf_body_limit(const bk_httpd_conf_t *conf)
{
    return bk_httpd_conf_default(conf->body_limit, BODY_LIMIT);
}

int bk_httpd_conf_retry_after(const bk_httpd_conf_t *conf)
{
    return (int)apr_time_sec(bk_httpd_conf_default(conf->retry_after, RETRY_AFTER));
}

apr_interval_time_t bk_httpd_conf_pool_timeout(const bk_httpd_conf_t *conf)
{
    return bk_httpd_conf_default(conf->pool_timeout, POOL_TIMEOUT);
}

bk_httpd_consistency_t bk_httpd_conf_consistency(const bk_httpd_conf_t *conf)
{
    return (bk_httpd_consistency_t)bk_httpd_conf_default(conf->consistency, BK_HTTPD_STRONG);
}

/* One probe at a time, for each may hold a process of the server until it is cancelled. Soon open,
 * for each call costs its whole time-out where a database is silent, and soon asked
 * again. A connection is held while a request is handled, which says nothing of the database: none
 * is slow. */
bk_breaker_settings_t bk_httpd_conf_database_breaker(const bk_httpd_conf_t *conf)
{
    static const bk_breaker_settings_t defaults = {
        .window = 10000,
        .minimum_calls = 3,
        .failure_rate = 50,
        .slow_time = 3600000,
        .slow_rate = 100,
        .open_time = 500,
        .probes = 1,
        .probe_timeout = 30000,
        .dry_run = 0,
    };
    bk_breaker_settings_t settings = conf->database_breaker;

    bk_httpd_breaker_conf_complete(&settings, &defaults);
    return settings;
}

apr_size_t bk_httpd_conf_store_size(const bk_httpd_conf_t *conf)
{
    return (apr_size_t)bk_httpd_conf_default(conf->store_size, STORE_SIZE);
}

bk_db_options_t bk_httpd_conf_db_options(const bk_httpd_conf_t *conf)
{
    bk_db_options_t options = {.writers = NULL};

    options.synchronous =
        (bk_db_synchronous_t)bk_httpd_conf_default(conf->synchronous, BK_DB_SYNCHRONOUS_FULL);
    options.busy_timeout = bk_httpd_conf_default(conf->busy_timeout, BUSY_TIMEOUT);
    options.statement_timeout = bk_httpd_conf_default(conf->statement_timeout, STATEMENT_TIMEOUT);
    options.is_pooled = !bk_httpd_conf_default(conf->prepared_statements, 1);
    options.connect_timeout = bk_httpd_conf_pool_timeout(conf);
    return options;
}

int bk_httpd_conf_is_on(const bk_httpd_conf_t *conf)
{
    return conf->path && *conf->path;
}

/* ---- reading values ------------------------------------------------------------------------- */

const char *bk_httpd_conf_wrong(cmd_parms *cmd, const char *wanted, const char *got)
{
    return apr_psprintf(cmd->pool, "%s is not right: must be %s (got '%s')", cmd->cmd->name, wanted,
                        got);
}

static const char *show_duration(apr_interval_time_t t, apr_pool_t *p)
{
    return t < apr_time_from_sec(1) ? apr_psprintf(p, "%" APR_TIME_T_FMT "ms", apr_time_as_msec(t))
                                    : apr_psprintf(p, "%" APR_TIME_T_FMT "s", apr_time_sec(t));
}

/* httpd's parser takes a sign, and reads no further than a unit's first letters. */
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

/* httpd's parser knows no days. */
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

const char *bk_httpd_conf_duration(cmd_parms *cmd, const char *text, const char *unit,
                                   apr_interval_time_t least, apr_interval_time_t most,
                                   apr_interval_time_t *value)
{
    apr_interval_time_t t;

    if (!is_duration(text) || parse_duration(text, unit, &t, cmd->temp_pool) != APR_SUCCESS ||
        t < least || t > most) {
        return bk_httpd_conf_wrong(
            cmd,
            apr_psprintf(cmd->temp_pool, "a duration from %s to %s, such as %s",
                         show_duration(least, cmd->temp_pool), show_duration(most, cmd->temp_pool),
                         least < apr_time_from_sec(1) ? "500ms or 5s" : "5s, 10min or 1h"),
            text);
    }
    *value = t;
    return NULL;
}

const char *bk_httpd_conf_integer(cmd_parms *cmd, const char *text, int least, int most, int *value)
{
    apr_int64_t n;

    if (!bk_text_int(text, &n) || n < least || n > most) {
        return bk_httpd_conf_wrong(
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

/* A number and, behind it, what it counts; -1: neither a unit nor the end follows it. */
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

const char *bk_httpd_conf_size(cmd_parms *cmd, const char *text, apr_int64_t least,
                               apr_int64_t most, apr_int64_t *value)
{
    apr_size_t digits = strspn(text, "0123456789");
    apr_int64_t n, unit = unit_of(text + digits);

    if (unit < 0 || !bk_text_int(apr_pstrndup(cmd->temp_pool, text, digits), &n) ||
        n > most / unit || n * unit < least) {
        return bk_httpd_conf_wrong(
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

const char *bk_httpd_conf_service_path(cmd_parms *cmd, const char *text, const char **value)
{
    if (!is_url_path(text)) {
        return bk_httpd_conf_wrong(
            cmd, "a URL path that begins but does not end with '/', such as /user", text);
    }
    *value = apr_pstrdup(cmd->pool, text);
    return NULL;
}

const char *bk_httpd_conf_url_path(cmd_parms *cmd, const char *text, const char **value)
{
    if (strcasecmp(text, "Off") == 0) {
        *value = "";
        return NULL;
    }
    if (!is_url_path(text)) {
        return bk_httpd_conf_wrong(
            cmd, "a URL path that begins but does not end with '/', such as /user, or Off", text);
    }
    *value = apr_pstrdup(cmd->pool, text);
    return NULL;
}

/* ---- the directives ------------------------------------------------------------------------- */

static bk_httpd_conf_t *conf_of(cmd_parms *cmd)
{
    return ap_get_module_config(cmd->server->module_config, (const module *)cmd->info);
}

/* The place of a word in a list that ends in NULL, or BK_HTTPD_CONF_UNSET. */
static int find_word(const char *const *words, const char *text)
{
    int i;

    for (i = 0; words[i]; i++) {
        if (strcasecmp(words[i], text) == 0) {
            return i;
        }
    }
    return BK_HTTPD_CONF_UNSET;
}

const char *bk_httpd_conf_set_statuses(cmd_parms *cmd, void *dir, const char *text)
{
    static const char *const words[] = {"reference", "standard", NULL};
    int found = find_word(words, text);

    if (found == BK_HTTPD_CONF_UNSET) {
        return bk_httpd_conf_wrong(cmd, "'reference' or 'standard'", text);
    }
    conf_of(cmd)->statuses = found;
    return NULL;
}

/* Those that concern a database's connections are the main server's: what virtual hosts share is
 * one pool's, and could not be two ways at once. */
const char *bk_httpd_conf_set_synchronous(cmd_parms *cmd, void *dir, const char *text)
{
    static const char *const words[] = {"off", "normal", "full", "extra", NULL};
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    int found = find_word(words, text);

    if (!error && found == BK_HTTPD_CONF_UNSET) {
        error = bk_httpd_conf_wrong(cmd, "'off', 'normal', 'full' or 'extra'", text);
    }
    if (!error) {
        conf_of(cmd)->synchronous = found;
    }
    return error;
}

const char *bk_httpd_conf_set_body_limit(cmd_parms *cmd, void *dir, const char *text)
{
    int bytes;
    const char *error = bk_httpd_conf_integer(cmd, text, BODY_LIMIT_LEAST, BODY_LIMIT_MOST, &bytes);

    if (!error) {
        conf_of(cmd)->body_limit = bytes;
    }
    return error;
}

static const char *set_database_timeout(cmd_parms *cmd, const char *text,
                                        apr_interval_time_t *timeout)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error ? error
                 : bk_httpd_conf_duration(cmd, text, "s", apr_time_from_msec(1),
                                          apr_time_from_sec(60), timeout);
}

const char *bk_httpd_conf_set_busy_timeout(cmd_parms *cmd, void *dir, const char *text)
{
    return set_database_timeout(cmd, text, &conf_of(cmd)->busy_timeout);
}

const char *bk_httpd_conf_set_statement_timeout(cmd_parms *cmd, void *dir, const char *text)
{
    return set_database_timeout(cmd, text, &conf_of(cmd)->statement_timeout);
}

const char *bk_httpd_conf_set_pool_timeout(cmd_parms *cmd, void *dir, const char *text)
{
    return set_database_timeout(cmd, text, &conf_of(cmd)->pool_timeout);
}

const char *bk_httpd_conf_set_prepared_statements(cmd_parms *cmd, void *dir, int flag)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    if (!error) {
        conf_of(cmd)->prepared_statements = flag;
    }
    return error;
}

const char *bk_httpd_conf_set_database_breaker(cmd_parms *cmd, void *dir, const char *word)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error ? error : bk_httpd_breaker_conf_set(cmd, word, &conf_of(cmd)->database_breaker);
}

const char *bk_httpd_conf_set_standby(cmd_parms *cmd, void *dir, const char *text)
{
    conf_of(cmd)->standby = apr_pstrdup(cmd->pool, text);
    return NULL;
}

const char *bk_httpd_conf_set_consistency(cmd_parms *cmd, void *dir, const char *text)
{
    static const char *const words[] = {"strong", "eventual", NULL};
    int found = find_word(words, text);

    if (found == BK_HTTPD_CONF_UNSET) {
        return bk_httpd_conf_wrong(cmd, "'strong' or 'eventual'", text);
    }
    conf_of(cmd)->consistency = found;
    return NULL;
}

const char *bk_httpd_conf_set_retry_after(cmd_parms *cmd, void *dir, const char *text)
{
    bk_httpd_conf_t *conf = conf_of(cmd);
    apr_interval_time_t t;
    const char *error =
        bk_httpd_conf_duration(cmd, text, "s", apr_time_from_sec(1), apr_time_from_sec(3600), &t);

    if (error) {
        return error;
    }
    if (t % apr_time_from_sec(1)) {
        return bk_httpd_conf_wrong(cmd, "whole seconds, which is all that Retry-After can say",
                                   text);
    }
    conf->retry_after = t;
    return NULL;
}

const char *bk_httpd_conf_set_origins(cmd_parms *cmd, void *dir, int argc, char *const argv[])
{
    bk_httpd_conf_t *conf = conf_of(cmd);
    int is_none = argc == 1 && strcasecmp(argv[0], "None") == 0;
    apr_array_header_t *origins = apr_array_make(cmd->pool, argc, sizeof(const char *));
    int i;

    for (i = 0; i < argc && !is_none && bk_httpd_origin_is_valid(argv[i], cmd->temp_pool); i++) {
        APR_ARRAY_PUSH(origins, const char *) = apr_pstrdup(cmd->pool, argv[i]);
    }
    if (argc == 0 || (i < argc && !is_none)) {
        return bk_httpd_conf_wrong(
            cmd, "None, or origins such as https://rooms.example.org or http://localhost:3000",
            argc ? argv[i] : "");
    }
    conf->are_origins_set = 1;
    conf->origins = is_none ? NULL : origins;
    return NULL;
}

const char *bk_httpd_conf_set_path(cmd_parms *cmd, void *dir, const char *text)
{
    return bk_httpd_conf_url_path(cmd, text, &conf_of(cmd)->path);
}

const char *bk_httpd_conf_set_store(cmd_parms *cmd, void *dir, const char *text)
{
    conf_of(cmd)->store = apr_pstrdup(cmd->pool, text);
    return NULL;
}

/* Of the host: virtual hosts share the memory of a service. */
const char *bk_httpd_conf_set_store_size(cmd_parms *cmd, void *dir, const char *text)
{
    const char *error = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    return error ? error
                 : bk_httpd_conf_size(cmd, text, STORE_SIZE_LEAST, STORE_SIZE_MOST,
                                      &conf_of(cmd)->store_size);
}
