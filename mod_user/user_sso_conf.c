#include "user_sso_conf.h"

#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "bk_value.h"
#include "user_config.h"
#include "user_sso_groups.h"

#define MINUTE apr_time_from_sec(60)
#define DAY apr_time_from_sec(86400)

static const user_sso_conf_t defaults = {
    .on = 0,
    .provision = 1,
    .session = APR_TIME_C(1800) * APR_USEC_PER_SEC,
    .recheck = APR_TIME_C(30) * 86400 * APR_USEC_PER_SEC,
};

/* The settings that are numbers, and those that are pointers. */
#define EACH_NUMBER(X) X(on) X(provision) X(session) X(recheck)
#define EACH_POINTER(X) X(identity) X(login) X(display_name) X(mail) X(groups) X(admin) X(map)

void user_sso_conf_init(user_sso_conf_t *conf)
{
    EACH_NUMBER(BK_VALUE_INIT)
}

void user_sso_conf_merge(user_sso_conf_t *conf, const user_sso_conf_t *base,
                         const user_sso_conf_t *own)
{
    EACH_NUMBER(BK_VALUE_MERGE)
#define MERGE(name) conf->name = own->name ? own->name : base->name;
    EACH_POINTER(MERGE)
#undef MERGE
    /* A separator belongs to the expression that it was given with. */
    conf->separator = own->groups ? own->separator : base->separator;
    conf->has_logout = own->has_logout || base->has_logout;
    conf->logout = own->has_logout ? own->logout : base->logout;
}

void user_sso_conf_complete(user_sso_conf_t *conf)
{
    EACH_NUMBER(BK_VALUE_COMPLETE)
}

/* ---- expressions --------------------------------------------------------------------------------
 */

/* What the client itself sends, as httpd's expressions name it. */
static const char *const sent[] = {
    "%{http:",       "%{http_",     "%{req:", "%{req_novary:", "%{the_request", "%{query_string",
    "%{request_uri", "%{path_info", NULL};
static const char *const functions[] = {"http", "req", "req_novary", NULL};

/* Whether a function is called by its name: "req('X-User')". */
static int calls(const char *text, const char *name)
{
    apr_size_t len = strlen(name);
    const char *at;

    for (at = text; *at; at++) {
        int begins = at == text || !(apr_isalnum(at[-1]) || at[-1] == '_');

        if (begins && strncasecmp(at, name, len) == 0 && at[len + strspn(at + len, " ")] == '(') {
            return 1;
        }
    }
    return 0;
}

/* Whether an expression reads the request: any client can send the header "Remote-User: ann".
 * Variables that modules of httpd set, no client can. */
static int reads_request(const char *text)
{
    const char *at;
    int i;

    for (at = strchr(text, '%'); at; at = strchr(at + 1, '%')) {
        for (i = 0; sent[i]; i++) {
            if (strncasecmp(at, sent[i], strlen(sent[i])) == 0) {
                return 1;
            }
        }
    }
    for (i = 0; functions[i]; i++) {
        if (calls(text, functions[i])) {
            return 1;
        }
    }
    return 0;
}

static const char *parse(cmd_parms *cmd, const char *text, unsigned int flags,
                         const ap_expr_info_t **expression)
{
    const char *wrong = NULL;

    if (reads_request(text)) {
        return bk_value_wrong(
            cmd,
            "an expression that reads variables of httpd's modules, and no header "
            "or other part of the request, which any client can send",
            text);
    }
    *expression = ap_expr_parse_cmd(cmd, text, flags | AP_EXPR_FLAG_DONT_VARY, &wrong, NULL);
    return wrong ? bk_value_wrong(
                       cmd, apr_pstrcat(cmd->pool, "an expression of httpd (", wrong, ")", NULL),
                       text)
                 : NULL;
}

/* ---- directives ---------------------------------------------------------------------------------
 */

static user_sso_conf_t *conf_of(const cmd_parms *cmd)
{
    return &((user_conf_t *)bk_conf_writable(cmd->server))->sso;
}

/* The member of the settings that a row of the table of directives names. */
static void *member(const cmd_parms *cmd)
{
    return (char *)conf_of(cmd) + (apr_size_t)cmd->info;
}

const char *user_sso_conf_set_flag(cmd_parms *cmd, void *dir, int on)
{
    *(int *)member(cmd) = on;
    return NULL;
}

const char *user_sso_conf_set_time(cmd_parms *cmd, void *dir, const char *text)
{
    int is_session = cmd->info == USER_SSO_CONF_AT(session);

    if (!is_session && strcasecmp(text, "Off") == 0) {
        *(apr_interval_time_t *)member(cmd) = 0;
        return NULL;
    }
    return bk_value_duration(cmd, text, "s", MINUTE, is_session ? 30 * DAY : 3650 * DAY,
                             member(cmd));
}

const char *user_sso_conf_set_text(cmd_parms *cmd, void *dir, const char *text)
{
    return parse(cmd, text, AP_EXPR_FLAG_STRING_RESULT, member(cmd));
}

const char *user_sso_conf_set_admin(cmd_parms *cmd, void *dir, const char *text)
{
    return parse(cmd, text, 0, &conf_of(cmd)->admin);
}

const char *user_sso_conf_set_groups(cmd_parms *cmd, void *dir, const char *text,
                                     const char *separator)
{
    user_sso_conf_t *conf = conf_of(cmd);

    conf->separator = separator ? separator : ",";
    if (!*conf->separator || strchr(conf->separator, '\\')) {
        return bk_value_wrong(cmd,
                              "a separator of at least one character, none of them a backslash",
                              conf->separator);
    }
    return parse(cmd, text, AP_EXPR_FLAG_STRING_RESULT, &conf->groups);
}

const char *user_sso_conf_add_map(cmd_parms *cmd, void *dir, const char *pattern, const char *name)
{
    user_sso_conf_t *conf = conf_of(cmd);
    const user_sso_groups_line_t line = {pattern, name};
    const char *wrong = user_sso_groups_wrong(pattern, name, cmd->pool);
    apr_array_header_t *map = (apr_array_header_t *)conf->map;

    if (wrong) {
        return bk_value_wrong(
            cmd, apr_pstrcat(cmd->pool, "a pattern and the name of a group (", wrong, ")", NULL),
            apr_pstrcat(cmd->pool, pattern, " ", name, NULL));
    }
    if (!map) {
        conf->map = map = apr_array_make(cmd->pool, 4, sizeof(line));
    }
    APR_ARRAY_PUSH(map, user_sso_groups_line_t) = line;
    return NULL;
}

const char *user_sso_conf_set_logout(cmd_parms *cmd, void *dir, const char *text)
{
    user_sso_conf_t *conf = conf_of(cmd);
    int is_path = text[0] == '/' && text[1] != '/';

    conf->has_logout = 1;
    conf->logout = strcasecmp(text, "None") == 0 ? NULL : text;
    return !conf->logout || is_path || strncmp(text, "https://", 8) == 0
               ? NULL
               : bk_value_wrong(cmd,
                                "a path of this site, a URL that begins with https://, or "
                                "'None'",
                                text);
}
