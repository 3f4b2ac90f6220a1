#include "bk_httpd_dbd_conf.h"

#include <stdlib.h>
#include <strings.h>

#include <http_config.h>

#define MAX_DEFAULT 10 /* mod_dbd's */

static int is_virtual_host(const ap_directive_t *directive)
{
    return strcasecmp(directive->directive, "<VirtualHost") == 0;
}

static int is_section_of(const ap_directive_t *directive, const server_rec *s)
{
    return is_virtual_host(directive) && s->defn_name && directive->filename &&
           directive->line_num == (int)s->defn_line_number &&
           strcmp(directive->filename, s->defn_name) == 0;
}

static int read_one(bk_httpd_dbd_conf_t *conf, const ap_directive_t *directive, apr_pool_t *p)
{
    const char *args = directive->args;

    if (strncasecmp(directive->directive, "DBD", 3) != 0) {
        return 0;
    }
    if (strcasecmp(directive->directive, "DBDriver") == 0) {
        conf->driver = ap_getword_conf(p, &args);
    }
    else if (strcasecmp(directive->directive, "DBDParams") == 0) {
        conf->params = ap_getword_conf(p, &args);
    }
    else if (strcasecmp(directive->directive, "DBDMax") == 0) {
        conf->max = atoi(ap_getword_conf(p, &args));
    }
    return 1;
}

/* The directives of a level and of the sections in it, but for virtual hosts; @return how many. */
static int read_level(bk_httpd_dbd_conf_t *conf, const ap_directive_t *directive, apr_pool_t *p)
{
    int found = 0;

    for (; directive; directive = directive->next) {
        if (directive->first_child && !is_virtual_host(directive)) {
            found += read_level(conf, directive->first_child, p);
        }
        found += read_one(conf, directive, p);
    }
    return found;
}

static const ap_directive_t *find_section(const ap_directive_t *directive, const server_rec *s)
{
    for (; directive; directive = directive->next) {
        const ap_directive_t *found = NULL;

        if (is_section_of(directive, s)) {
            return directive;
        }
        if (directive->first_child && !is_virtual_host(directive)) {
            found = find_section(directive->first_child, s);
        }
        if (found) {
            return found;
        }
    }
    return NULL;
}

void bk_httpd_dbd_conf(bk_httpd_dbd_conf_t *conf, const server_rec *s, apr_pool_t *p)
{
    const ap_directive_t *section = s->is_virtual ? find_section(ap_conftree, s) : NULL;

    conf->driver = conf->params = NULL;
    conf->max = MAX_DEFAULT;
    read_level(conf, ap_conftree, p);
    conf->is_own = section && read_level(conf, section->first_child, p) > 0;
}
