#include "bk_pgsql_target.h"

#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <libpq-fe.h>

/* The options whose values are lists, with an element per host. */
static int is_list(const char *keyword)
{
    return strcmp(keyword, "host") == 0 || strcmp(keyword, "hostaddr") == 0 ||
           strcmp(keyword, "port") == 0;
}

static int count_elements(const char *list)
{
    int count = 1;

    for (; (list = strchr(list, ',')); list++) {
        count++;
    }
    return count;
}

/* An element of a list; a list of one is for all hosts. */
static const char *element_of(const char *list, int number, apr_pool_t *p)
{
    int i;

    if (!strchr(list, ',')) {
        return apr_pstrdup(p, list);
    }
    for (i = 0; i < number; i++) {
        list = strchr(list, ',') + 1;
    }
    return apr_pstrmemdup(p, list, strcspn(list, ","));
}

static const char *find(const PQconninfoOption *options, const char *keyword)
{
    for (; options->keyword; options++) {
        if (strcmp(options->keyword, keyword) == 0) {
            return options->val && *options->val ? options->val : NULL;
        }
    }
    return NULL;
}

/* @return the number of hosts; 0: the lists have different lengths, or are too long */
static int count_hosts(const PQconninfoOption *options)
{
    const char *addresses = find(options, "hostaddr");
    const char *names = find(options, "host");
    const char *ports = find(options, "port");
    const char *longest = addresses ? addresses : names;
    int hosts = longest ? count_elements(longest) : 1;

    if (hosts > BK_PGSQL_HOSTS / 2 || (addresses && names && count_elements(names) != hosts) ||
        (ports && count_elements(ports) != 1 && count_elements(ports) != hosts)) {
        return 0;
    }
    return hosts;
}

/* How often each host is in the target: twice for "prefer-standby", which libpq tries in two
 * rounds, too. */
static int count_rounds(const char *wanted)
{
    return wanted && strcmp(wanted, "prefer-standby") == 0 ? 2 : 1;
}

/* Of a host that vanishes (its power fails, or a firewall forgets the connection) nothing comes any
 * more. Without these, whoever waits for its answer waits as long as that may take, which is a day
 * while tables are brought up to date, and the kernel's own keepalive begins after two hours. */
static const struct {
    const char *keyword, *value;
} defaults[] = {{"keepalives_idle", "10"},      /* seconds without a byte */
                {"keepalives_interval", "5"},   /* seconds */
                {"keepalives_count", "3"},      /* probes without an answer */
                {"tcp_user_timeout", "25000"}}; /* milliseconds; for what was sent */

/* What an option has where the string does not set it. @return NULL: libpq's own */
static const char *default_of(const char *keyword)
{
    apr_size_t i;

    for (i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
        if (strcmp(defaults[i].keyword, keyword) == 0) {
            return defaults[i].value;
        }
    }
    return NULL;
}

/* The value of an option for one of the target's hosts; @a hosts is their number per round. */
static const char *value_for(const bk_pgsql_target_t *target, const PQconninfoOption *option,
                             int host, int hosts, apr_pool_t *p)
{
    if (is_list(option->keyword)) {
        return element_of(option->val, host % hosts, p);
    }
    if (target->hosts > hosts && strcmp(option->keyword, "target_session_attrs") == 0) {
        return host < hosts ? "standby" : "any";
    }
    return apr_pstrdup(p, option->val ? option->val : default_of(option->keyword));
}

/* Only options that this libpq knows are set. */
static void copy_options(bk_pgsql_target_t *target, const PQconninfoOption *options, int hosts,
                         apr_pool_t *p)
{
    int count = 0, i;

    for (; options->keyword; options++) {
        if ((options->val || default_of(options->keyword)) &&
            strcmp(options->keyword, "client_encoding") != 0) {
            target->keywords[count] = apr_pstrdup(p, options->keyword);
            for (i = 0; i < target->hosts; i++) {
                target->values[i][count] = value_for(target, options, i, hosts, p);
            }
            count++;
        }
    }
    /* Bookable's texts are UTF-8. As a parameter of the connection, the encoding also reaches
     * poolers. */
    target->keywords[count] = "client_encoding";
    for (i = 0; i < target->hosts; i++) {
        target->values[i][count] = "UTF8";
    }
}

static int count_options(const PQconninfoOption *options)
{
    int count = 0;

    while (options[count].keyword) {
        count++;
    }
    return count;
}

static bk_pgsql_target_t *make(const PQconninfoOption *options, int hosts, apr_pool_t *p)
{
    static const char *const none[] = {NULL};
    bk_pgsql_target_t *target = apr_pcalloc(p, sizeof(*target));
    const char *wanted = find(options, "target_session_attrs");
    const char *timeout = find(options, "connect_timeout");
    apr_size_t room = sizeof(char *) * (apr_size_t)(count_options(options) + 2);
    int i;

    target->hosts = hosts * count_rounds(wanted);
    target->is_exclusive =
        wanted && (strcmp(wanted, "read-write") == 0 || strcmp(wanted, "primary") == 0);
    target->has_timeout = timeout != NULL;
    /* In libpq, 0 or less means no limit: then the caller's time-out holds. */
    target->timeout = timeout && atoi(timeout) > 0 ? atoi(timeout) * APR_INT64_C(1000) : 0;
    target->keywords = apr_pcalloc(p, room);
    for (i = 0; i < target->hosts; i++) {
        target->values[i] = apr_pcalloc(p, room);
    }
    copy_options(target, options, hosts, p);
    target->init = none;
    target->shared = apr_pcalloc(p, sizeof(*target->shared));
    return target;
}

bk_pgsql_target_t *bk_pgsql_target(const char *params, const char **why, apr_pool_t *p)
{
    PQconninfoOption *options = PQconninfoParse(params, NULL);
    bk_pgsql_target_t *target = NULL;
    int hosts;

    if (!options) {
        *why = "it is no connection string of PostgreSQL's: KEY=VALUE pairs, such as \"host=db1 "
               "dbname=bookable user=bookable connect_timeout=2\", or a URL";
        return NULL;
    }
    hosts = count_hosts(options);
    if (hosts) {
        target = make(options, hosts, p);
    }
    else {
        *why = apr_psprintf(p,
                            "host, hostaddr and port must be as many of each, at most %d, or one "
                            "port for all",
                            BK_PGSQL_HOSTS / 2);
    }
    PQconninfoFree(options);
    return target;
}

const char *bk_pgsql_target_value(const bk_pgsql_target_t *target, int host, const char *keyword)
{
    int i;

    for (i = 0; target->keywords[i]; i++) {
        if (strcmp(target->keywords[i], keyword) == 0) {
            return target->values[host][i];
        }
    }
    return NULL;
}

/* ---- checks by libpq ----------------------------------------------------------------------------
 */

/* A host without a socket: if all other options are valid, libpq's only error is that there is
 * none. */
#define NOWHERE "/dev/null/bookable"

static const char *judge_host(const bk_pgsql_target_t *target, int host, apr_pool_t *p)
{
    const char *keywords[128] = {"host"}, *values[128] = {NOWHERE}, *wrong = NULL;
    int count = 1, i;
    PGconn *connection;

    for (i = 0; target->keywords[i] && count < 127; i++) {
        if (strcmp(target->keywords[i], "host") != 0 &&
            strcmp(target->keywords[i], "hostaddr") != 0) {
            keywords[count] = target->keywords[i];
            values[count++] = target->values[host][i];
        }
    }
    connection = PQconnectStartParams(keywords, values, 0);
    if (PQstatus(connection) == CONNECTION_BAD && !strstr(PQerrorMessage(connection), NOWHERE)) {
        wrong = apr_pstrmemdup(p, PQerrorMessage(connection),
                               strcspn(PQerrorMessage(connection), "\n"));
    }
    PQfinish(connection);
    return wrong;
}

/* Check connect_timeout, which libpq only checks in its synchronous calls. */
static const char *judge_timeout(const bk_pgsql_target_t *target, apr_pool_t *p)
{
    int i;

    for (i = 0; target->keywords[i]; i++) {
        const char *value = target->values[0][i];

        if (strcmp(target->keywords[i], "connect_timeout") == 0 && *value &&
            value[strspn(value, "+-0123456789 ")] != '\0') {
            return apr_psprintf(p, "connect_timeout must be whole seconds (got \"%s\")", value);
        }
    }
    return NULL;
}

/* libpq reads the file of services as it connects, and takes the hosts in it one after the other.
 */
static const char *judge_service(const bk_pgsql_target_t *target)
{
    return bk_pgsql_target_value(target, 0, "service")
               ? "service is not read here: must be replaced by what the file of services says "
                 "(host, dbname, user...)"
               : NULL;
}

const char *bk_pgsql_target_refused(const bk_pgsql_target_t *target, apr_pool_t *p)
{
    const char *wrong = judge_service(target);
    int host;

    if (!wrong) {
        wrong = judge_timeout(target, p);
    }
    for (host = 0; !wrong && host < target->hosts; host++) {
        wrong = judge_host(target, host, p);
    }
    return wrong;
}
