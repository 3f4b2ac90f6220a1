/* The configuration: modules, directives, providers, what outlives a restart, and the log. */
#include "stub_ap_private.h"

#include <strings.h>

#include <ap_provider.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>

ap_directive_t *ap_conftree;
int stub_ap_run_mode, stub_ap_main_state, stub_ap_generation;

static apr_hash_t *retained;
static apr_array_header_t *provider_names; /* provider_t */
static apr_array_header_t *loaded;         /* const char * */

#define WORDS_MOST 64

typedef struct provider_t {
    const char *group, *name, *version;
    const void *provider;
} provider_t;

typedef struct line_t {
    int level;
    const char *text;
} line_t;

static apr_array_header_t *lines; /* line_t, of a test */

/* ---- what outlives a restart -------------------------------------------------------------------
 */

void *ap_retained_data_create(const char *key, apr_size_t size)
{
    void *data = apr_pcalloc(stub_ap_process_pool, size);

    if (!retained) {
        retained = apr_hash_make(stub_ap_process_pool);
    }
    apr_hash_set(retained, apr_pstrdup(stub_ap_process_pool, key), APR_HASH_KEY_STRING, data);
    return data;
}

void *ap_retained_data_get(const char *key)
{
    return retained ? apr_hash_get(retained, key, APR_HASH_KEY_STRING) : NULL;
}

int ap_exists_config_define(const char *name)
{
    return 0;
}

int ap_state_query(int code)
{
    switch (code) {
    case AP_SQ_MAIN_STATE:
        return stub_ap_main_state;
    case AP_SQ_RUN_MODE:
        return stub_ap_run_mode;
    case AP_SQ_CONFIG_GEN:
        return stub_ap_generation;
    default:
        return AP_SQ_NOT_SUPPORTED;
    }
}

/* ---- providers ---------------------------------------------------------------------------------
 */

static provider_t *find_provider(const char *group, const char *name, const char *version)
{
    int i;

    for (i = 0; provider_names && i < provider_names->nelts; i++) {
        provider_t *at = &APR_ARRAY_IDX(provider_names, i, provider_t);

        if (strcmp(at->group, group) == 0 && strcmp(at->name, name) == 0 &&
            strcmp(at->version, version) == 0) {
            return at;
        }
    }
    return NULL;
}

apr_status_t ap_register_provider(apr_pool_t *p, const char *group, const char *name,
                                  const char *version, const void *provider)
{
    provider_t *at = find_provider(group, name, version);

    if (!provider_names) {
        provider_names = apr_array_make(stub_ap_process_pool, 4, sizeof(provider_t));
    }
    at = at ? at : apr_array_push(provider_names);
    *at = (provider_t){group, name, version, provider};
    return APR_SUCCESS;
}

void *ap_lookup_provider(const char *group, const char *name, const char *version)
{
    provider_t *at = find_provider(group, name, version);

    return at ? (void *)at->provider : NULL;
}

apr_array_header_t *ap_list_provider_names(apr_pool_t *p, const char *group, const char *version)
{
    apr_array_header_t *list = apr_array_make(p, 4, sizeof(ap_list_provider_names_t));
    int i;

    for (i = 0; provider_names && i < provider_names->nelts; i++) {
        provider_t *at = &APR_ARRAY_IDX(provider_names, i, provider_t);

        if (strcmp(at->group, group) == 0 && strcmp(at->version, version) == 0) {
            APR_ARRAY_PUSH(list, ap_list_provider_names_t).provider_name = at->name;
        }
    }
    return list;
}

/* ---- modules -----------------------------------------------------------------------------------
 */

void stub_ap_load(const char *source_file)
{
    if (!loaded) {
        loaded = apr_array_make(stub_ap_process_pool, 2, sizeof(const char *));
    }
    APR_ARRAY_PUSH(loaded, const char *) = source_file;
}

module *ap_find_linked_module(const char *source_file)
{
    int i;

    for (i = 0; loaded && i < loaded->nelts; i++) {
        if (strcmp(APR_ARRAY_IDX(loaded, i, const char *), source_file) == 0) {
            return stub_ap_module; /* one will do: it is asked whether there is one */
        }
    }
    return NULL;
}

/* Nobody asks for it. */
void ap_add_version_component(apr_pool_t *p, const char *component)
{
}

/* ---- directives --------------------------------------------------------------------------------
 */

const char *ap_check_cmd_context(cmd_parms *cmd, unsigned forbidden)
{
    if ((forbidden & NOT_IN_VIRTUALHOST) && cmd->server->is_virtual) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, " cannot occur within <VirtualHost> section",
                           NULL);
    }
    if ((forbidden & NOT_IN_DIR_CONTEXT) == NOT_IN_DIR_CONTEXT && cmd->path) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, " cannot occur within directory context",
                           NULL);
    }
    return NULL;
}

char *ap_server_root_relative(apr_pool_t *p, const char *file)
{
    return *file == '/' ? apr_pstrdup(p, file) : apr_pstrcat(p, "/etc/apache2/", file, NULL);
}

static const char *takes(cmd_parms *cmd, const char *how_many)
{
    return apr_pstrcat(cmd->pool, cmd->cmd->name, " takes ", how_many, " argument",
                       strcmp(how_many, "one") == 0 ? "" : "s", ", ", cmd->cmd->errmsg, NULL);
}

static const char *set_one(cmd_parms *cmd, const char *args)
{
    const char *word = ap_getword_conf(cmd->pool, &args);

    return !*word || *args ? takes(cmd, "one") : cmd->cmd->AP_TAKE1(cmd, NULL, word);
}

static const char *set_two(cmd_parms *cmd, const char *args)
{
    const char *first = ap_getword_conf(cmd->pool, &args);
    const char *second = ap_getword_conf(cmd->pool, &args);

    return !*second || *args ? takes(cmd, "two") : cmd->cmd->AP_TAKE2(cmd, NULL, first, second);
}

static const char *set_each(cmd_parms *cmd, const char *args)
{
    const char *error = NULL;

    while (!error && *args) {
        error = cmd->cmd->AP_TAKE1(cmd, NULL, ap_getword_conf(cmd->pool, &args));
    }
    return error;
}

static const char *set_all(cmd_parms *cmd, const char *args)
{
    char *words[WORDS_MOST];
    int count = 0;

    while (*args && count < WORDS_MOST) {
        words[count++] = ap_getword_conf(cmd->pool, &args);
    }
    return cmd->cmd->AP_TAKE_ARGV(cmd, NULL, count, words);
}

static const char *set_flag(cmd_parms *cmd, const char *args)
{
    const char *word = ap_getword_conf(cmd->pool, &args);

    if (strcasecmp(word, "on") != 0 && strcasecmp(word, "off") != 0) {
        return apr_pstrcat(cmd->pool, cmd->cmd->name, " must be On or Off", NULL);
    }
    return cmd->cmd->AP_FLAG(cmd, NULL, strcasecmp(word, "on") == 0);
}

static const char *set(cmd_parms *cmd, const char *args)
{
    switch (cmd->cmd->args_how) {
    case TAKE1:
        return set_one(cmd, args);
    case TAKE2:
        return set_two(cmd, args);
    case ITERATE:
        return set_each(cmd, args);
    case TAKE_ARGV:
        return set_all(cmd, args);
    case FLAG:
        return set_flag(cmd, args);
    default:
        return "the stub does not know this kind of directive";
    }
}

/* A virtual host gets a configuration of the module with the first directive that it has of it. */
static void own_config(server_rec *s)
{
    if (s->is_virtual && ap_get_module_config(s->module_config, stub_ap_module) ==
                             ap_get_module_config(ap_server_conf->module_config, stub_ap_module)) {
        ap_set_module_config(s->module_config, stub_ap_module,
                             stub_ap_module->create_server_config(stub_ap_test_pool, s));
    }
}

const char *stub_ap_directive(server_rec *s, const char *line)
{
    const command_rec *command;
    cmd_parms cmd = {.pool = stub_ap_test_pool, .temp_pool = stub_ap_test_pool, .server = s};
    const char *name = ap_getword_conf(stub_ap_test_pool, &line);

    for (command = stub_ap_module->cmds; command->name; command++) {
        if (strcasecmp(command->name, name) == 0) {
            own_config(s);
            cmd.cmd = command;
            cmd.info = command->cmd_data;
            return set(&cmd, line);
        }
    }
    return apr_pstrcat(stub_ap_test_pool, "Invalid command '", name, "'", NULL);
}

void stub_ap_merge(void)
{
    void *base = ap_get_module_config(ap_server_conf->module_config, stub_ap_module);
    server_rec *s;

    for (s = ap_server_conf->next; s; s = s->next) {
        void *own = ap_get_module_config(s->module_config, stub_ap_module);

        if (own != base) {
            own = stub_ap_module->merge_server_config(stub_ap_test_pool, base, own);
            ap_set_module_config(s->module_config, stub_ap_module, own);
        }
    }
}

/* ---- the log -----------------------------------------------------------------------------------
 */

static void add_line(int level, const char *format, va_list values)
{
    if (!lines) {
        lines = apr_array_make(stub_ap_test_pool, 8, sizeof(line_t));
    }
    APR_ARRAY_PUSH(lines, line_t) =
        (line_t){level & APLOG_LEVELMASK, apr_pvsprintf(stub_ap_test_pool, format, values)};
}

void ap_log_error_(const char *file, int line, int module_index, int level, apr_status_t status,
                   const server_rec *s, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    add_line(level, format, values);
    va_end(values);
}

void ap_log_rerror_(const char *file, int line, int module_index, int level, apr_status_t status,
                    const request_rec *r, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    add_line(level, format, values);
    va_end(values);
}

static const line_t *find_line(const char *text)
{
    int i;

    for (i = lines ? lines->nelts : 0; i > 0; i--) {
        const line_t *line = &APR_ARRAY_IDX(lines, i - 1, line_t);

        if (strstr(line->text, text)) {
            return line;
        }
    }
    return NULL;
}

const char *stub_ap_logged(const char *text)
{
    const line_t *line = find_line(text);

    return line ? line->text : NULL;
}

int stub_ap_logged_level(const char *text)
{
    const line_t *line = find_line(text);

    return line ? line->level : -1;
}

/* ---- life --------------------------------------------------------------------------------------
 */

void stub_ap_config_forget(void)
{
    lines = NULL;
}

void stub_ap_config_close(void)
{
    lines = provider_names = loaded = NULL;
    retained = NULL;
    ap_conftree = NULL;
}
