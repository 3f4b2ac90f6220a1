#include "bk_conf_dbd.h"

#include <stdlib.h>
#include <strings.h>

#include <apr_strings.h>
#include <http_config.h>

/* The defaults of mod_dbd. */
#define MAX_DEFAULT 10
#define KEEP_DEFAULT 2
#define EXPIRY_DEFAULT apr_time_from_sec(300)

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

static int read_one(bk_conf_dbd_t *conf, const ap_directive_t *directive, apr_pool_t *p)
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
    else if (strcasecmp(directive->directive, "DBDKeep") == 0) {
        conf->keep = atoi(ap_getword_conf(p, &args));
    }
    else if (strcasecmp(directive->directive, "DBDExptime") == 0) {
        conf->expiry = apr_time_from_sec(atoi(ap_getword_conf(p, &args)));
    }
    else if (strcasecmp(directive->directive, "DBDInitSQL") == 0) {
        APR_ARRAY_PUSH(conf->init, const char *) = ap_getword_conf(p, &args);
    }
    return 1;
}

/* Read the directives of a level, and of its sections except virtual hosts.
 * @return how many DBD directives were found */
static int read_level(bk_conf_dbd_t *conf, const ap_directive_t *directive, apr_pool_t *p)
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

void bk_conf_dbd(bk_conf_dbd_t *conf, const server_rec *s, apr_pool_t *p)
{
    const ap_directive_t *section = s->is_virtual ? find_section(ap_conftree, s) : NULL;

    conf->driver = conf->params = NULL;
    conf->max = MAX_DEFAULT;
    conf->keep = KEEP_DEFAULT;
    conf->expiry = EXPIRY_DEFAULT;
    conf->init = apr_array_make(p, 2, sizeof(const char *));
    read_level(conf, ap_conftree, p);
    conf->is_own = section && read_level(conf, section->first_child, p) > 0;
}

/* ---- changes for mod_dbd ------------------------------------------------------------------------
 */

static int is_pgsql(const ap_directive_t *directive, apr_pool_t *p)
{
    const char *args = directive->args;

    return strcasecmp(directive->directive, "DBDriver") == 0 &&
           strcmp(ap_getword_conf(p, &args), "pgsql") == 0;
}

/* Add "DBDMin 0" after the DBDriver line, and set later DBDMin lines to 0 as well, because the last
 * one holds. */
static void open_none(ap_directive_t *directive, apr_pool_t *p)
{
    ap_directive_t *added = apr_pmemdup(p, directive, sizeof(*directive));
    ap_directive_t *other;

    added->directive = "DBDMin";
    added->args = "0";
    directive->next = added;
    for (other = added->next; other; other = other->next) {
        if (strcasecmp(other->directive, "DBDMin") == 0) {
            other->args = "0";
        }
    }
}

static void edit_level(ap_directive_t *directive, apr_pool_t *p)
{
    for (; directive; directive = directive->next) {
        edit_level(directive->first_child, p);
        if (is_pgsql(directive, p) &&
            !(directive->next && strcasecmp(directive->next->directive, "DBDMin") == 0 &&
              strcmp(directive->next->args, "0") == 0)) {
            open_none(directive, p);
        }
    }
}

void bk_conf_dbd_pre_config(apr_pool_t *p)
{
    edit_level(ap_conftree, p);
}
