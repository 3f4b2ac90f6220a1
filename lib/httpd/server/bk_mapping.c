#include "bk_mapping.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_request.h>

#include "bk_conf.h"
#include "bk_request.h"
#include "bk_service.h"

/* Make this service the handler of a request. There is no file, but r->filename is used by other
 * modules (in expressions, for example): it is set to the name that httpd would give it. */
static int take(request_rec *r)
{
    const char *root = ap_document_root(r);
    apr_size_t root_len = strlen(root), uri_size = strlen(r->uri) + 1;

    while (root_len && root[root_len - 1] == '/') {
        root_len--;
    }
    r->filename = apr_palloc(r->pool, root_len + uri_size);
    memcpy(r->filename, root, root_len);
    memcpy(r->filename + root_len, r->uri, uri_size);
    bk_service_take(r);
    return OK;
}

/* Runs after all modules that map URLs by directives (Redirect, RewriteRule, ProxyPass, Alias), and
 * before those that map all remaining URLs to files. */
static int translate_name(request_rec *r)
{
    const char *rest;

    return bk_conf_api(bk_conf(r->server), r->uri, &rest) ? take(r) : DECLINED;
}

/* The URL that a RewriteRule without [PT] made of the requested one: such a rule ends the
 * translation, with the name of a file below the document root. NULL: there was none. */
static const char *rewritten_uri(request_rec *r)
{
    const char *root = ap_document_root(r);
    apr_size_t len = strlen(root);

    if (r->proxyreq || !r->filename || !apr_table_get(r->notes, "mod_rewrite_rewritten") ||
        strncmp(r->filename, root, len) != 0) {
        return NULL;
    }
    return r->filename + (len && root[len - 1] == '/' ? len - 1 : len);
}

/* End the mapping of a service's request, without httpd's walk over directories, which costs more
 * than the rest of httpd's work on a request. A rewritten URL is noted for the fixups hook, because
 * httpd checks access to the original URL next. */
static int map_to_storage(request_rec *r)
{
    const bk_conf_t *conf;
    const char *uri, *rest;

    if (r->handler) { /* another service's, too */
        return bk_service_is_own(r) ? OK : DECLINED;
    }
    conf = bk_conf(r->server);
    if (!bk_conf_is_on(conf) || !(uri = rewritten_uri(r)) || !bk_conf_api(conf, uri, &rest)) {
        return DECLINED;
    }
    apr_table_set(r->notes, BK_REQUEST_REWRITTEN, uri);
    bk_service_take(r);
    return OK;
}

/* Authenticate and authorize the user, if the client's address alone does not decide. */
static int check_user(request_rec *r)
{
    int result = ap_run_access_checker_ex(r);

    if (result != DECLINED) {
        return result;
    }
    result = ap_run_check_user_id(r);
    return result == OK ? ap_run_auth_checker(r) : result;
}

/* Check access in httpd's own order. If no module could authenticate the user, the configuration is
 * wrong: 500. */
static int check_access(request_rec *r)
{
    int result = ap_run_access_checker(r);

    if ((result == OK) != (ap_satisfies(r) == SATISFY_ANY)) {
        result = check_user(r);
    }
    return result == DECLINED ? HTTP_INTERNAL_SERVER_ERROR : result;
}

/* Access to the original URL has been checked. The rewritten URL may have sections (<Location>,
 * <If>) of its own: access is checked by these as well. */
static int go_on_rewritten(request_rec *r)
{
    const ap_conf_vector_t *before = r->per_dir_config;
    const char *uri = bk_service_is_own(r) ? apr_table_get(r->notes, BK_REQUEST_REWRITTEN) : NULL;
    int result = OK;

    if (!uri) {
        return DECLINED;
    }
    r->uri = apr_pstrdup(r->pool, uri);
    ap_location_walk(r);
    ap_if_walk(r);
    if (r->per_dir_config != before) {
        result = check_access(r);
    }
    return result == OK ? DECLINED : result;
}

/* Keep mod_mime from setting type and handler by the name of the file. */
static int find_type(request_rec *r)
{
    return bk_service_is_own(r) ? OK : DECLINED;
}

void bk_mapping_register(apr_pool_t *p)
{
    /* mod_vhost_alias maps every URL to a file, as the core does, but earlier. */
    static const char *const roots[] = {"mod_vhost_alias.c", NULL};

    ap_hook_translate_name(translate_name, NULL, roots, APR_HOOK_REALLY_LAST - 1);
    ap_hook_map_to_storage(map_to_storage, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_type_checker(find_type, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(go_on_rewritten, NULL, NULL, APR_HOOK_REALLY_FIRST);
}
