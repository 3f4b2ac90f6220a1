#include "user_sso_check.h"

#include <strings.h>

#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>

#include "user_private.h"

/* Whether a directive is the <VirtualHost> section of a server. */
static int is_section_of(const ap_directive_t *directive, const server_rec *s)
{
    return s->defn_name && directive->filename && directive->line_num == (int)s->defn_line_number &&
           strcmp(directive->filename, s->defn_name) == 0;
}

/* Whether a section is a <Location> or <LocationMatch> for a path. Patterns are not tried: they may
 * be. */
static int covers(const ap_directive_t *section, const char *path, apr_pool_t *p)
{
    const char *args = section->args;
    char *name;
    apr_size_t len;

    if (strcasecmp(section->directive, "<LocationMatch") == 0) {
        return 1;
    }
    if (strcasecmp(section->directive, "<Location") != 0) {
        return 0;
    }
    name = ap_getword_conf(p, &args);
    len = strlen(name);
    if (len && name[len - 1] == '>') {
        name[--len] = '\0';
    }
    return strpbrk(name, "~*?[") ||
           (strncmp(name, path, len) == 0 &&
            (!path[len] || path[len] == '/' || (len && name[len - 1] == '/')));
}

/* Whether a section, or one within it, has an AuthType. */
static int authenticates(const ap_directive_t *directive)
{
    for (; directive; directive = directive->next) {
        if (strcasecmp(directive->directive, "AuthType") == 0 ||
            (directive->first_child && authenticates(directive->first_child))) {
            return 1;
        }
    }
    return 0;
}

/* Whether a server, or the main server for it, has a section that authenticates for a path. */
static int is_protected(const ap_directive_t *directive, const server_rec *s, const char *path,
                        apr_pool_t *p)
{
    for (; directive; directive = directive->next) {
        if (!directive->first_child || (strcasecmp(directive->directive, "<VirtualHost") == 0 &&
                                        !is_section_of(directive, s))) {
            continue;
        }
        if (covers(directive, path, p) ? authenticates(directive->first_child)
                                       : is_protected(directive->first_child, s, path, p)) {
            return 1;
        }
    }
    return 0;
}

/* Why nobody signs on in a server. @return NULL: there is no reason to think so */
static const char *reason(const server_rec *s, const bk_conf_t *conf, apr_pool_t *p)
{
    const char *path = bk_conf_api_path(conf, &bk_service()->apis[1]);

    if (!path || !*path) {
        return "BookableApi is Off";
    }
    path = apr_pstrcat(p, path, "/session/sso", NULL);
    return is_protected(ap_conftree, s, path, p)
               ? NULL
               : apr_pstrcat(p, "no <Location \"", path, "\"> has an AuthType", NULL);
}

int user_sso_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    int is_first = ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG;

    /* httpd reads its configuration twice when it starts, but once for a configtest. */
    if (is_first && ap_state_query(AP_SQ_RUN_MODE) != AP_SQ_RM_CONFIG_TEST) {
        return OK;
    }
    for (; s; s = s->next) {
        const bk_conf_t *conf = bk_conf(s);
        const char *why;

        if (!bk_conf_is_on(conf) || !user_config_of(conf)->sso.on) {
            continue;
        }
        why = reason(s, conf, ptemp);
        if (why) {
            ap_log_error(BK_MARK, APLOG_WARNING, 0, s,
                         "BK0400: UserSSO is On, and nobody signs on by it: %s", why);
        }
    }
    return OK;
}
