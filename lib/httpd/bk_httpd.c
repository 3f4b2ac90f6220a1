#include "bk_httpd.h"

#include <ap_provider.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>

#include "bk_httpd_answer.h"
#include "bk_httpd_body.h"
#include "bk_httpd_breakers.h"
#include "bk_httpd_cache.h"
#include "bk_httpd_call.h"
#include "bk_httpd_consistency.h"
#include "bk_httpd_dbd_conf.h"
#include "bk_httpd_deadline.h"
#include "bk_httpd_error.h"
#include "bk_httpd_metrics.h"
#include "bk_httpd_origin.h"
#include "bk_httpd_pools.h"
#include "bk_httpd_version.h"

static const bk_service_t *service;
static const char *handler_name; /* what r->handler is for our requests: compared as a pointer */

const bk_service_t *bk_httpd_service(void)
{
    return service;
}

bk_httpd_conf_t *bk_httpd_conf_writable(const server_rec *s)
{
    return ap_get_module_config(s->module_config, service->module);
}

const bk_httpd_conf_t *bk_httpd_conf(const server_rec *s)
{
    return ap_get_module_config(s->module_config, service->module);
}

static const char *store_name(const bk_httpd_conf_t *conf)
{
    return conf->store ? conf->store : "dbd";
}

static const bk_store_t *find_store(const bk_httpd_conf_t *conf)
{
    return ap_lookup_provider(service->store_group, store_name(conf), service->store_version);
}

const char *bk_httpd_subpath(const bk_httpd_conf_t *conf, const char *uri)
{
    const char *path = conf->path;

    if (!path || !*path) {
        return NULL;
    }
    /* Each service asks this of each request: most paths differ in the first letters. */
    while (*path && *path == *uri) {
        path++;
        uri++;
    }
    return !*path && (!*uri || *uri == '/') ? uri : NULL;
}

/* ---- from the request to its handler ----------------------------------------------------------
 */

int bk_httpd_is_own(const request_rec *r)
{
    return r->handler == handler_name;
}

/* Take a request for the service. There is no file, but modules that act on files look for a name
 * (rules of <Location>, expressions): it is the one that httpd would have given it. */
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
    r->handler = handler_name;
    return OK;
}

/* Runs behind all that maps URLs by directives (Redirect, RewriteRule, ProxyPass, Alias), and
 * before what maps all the rest to files. */
static int translate_name(request_rec *r)
{
    return bk_httpd_subpath(bk_httpd_conf(r->server), r->uri) ? take(r) : DECLINED;
}

/* The URL that mod_rewrite made of another one. Without [PT] it ends the translation, with the name
 * of a file below the document root; NULL: it did not. */
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

/* A request of ours is not looked for on the disk: the walk over directories costs more than all
 * the rest of httpd's work on it. What a rule has made of a URL is kept for later: httpd asks next
 * who may have the URL as it was. */
static int map_to_storage(request_rec *r)
{
    const bk_httpd_conf_t *conf;
    const char *uri;

    if (r->handler) { /* another service's, too */
        return bk_httpd_is_own(r) ? OK : DECLINED;
    }
    conf = bk_httpd_conf(r->server);
    if (!bk_httpd_conf_is_on(conf) || !(uri = rewritten_uri(r)) || !bk_httpd_subpath(conf, uri)) {
        return DECLINED;
    }
    apr_table_set(r->notes, BK_HTTPD_REWRITTEN, uri);
    r->handler = handler_name;
    return OK;
}

/* Who it is, and whether this one may, where an address is not enough. */
static int check_user(request_rec *r)
{
    int result = ap_run_access_checker_ex(r);

    if (result != DECLINED) {
        return result;
    }
    result = ap_run_check_user_id(r);
    return result == OK ? ap_run_auth_checker(r) : result;
}

/* As httpd does it. That nobody could say who it is is a fault of the configuration. */
static int check_access(request_rec *r)
{
    int result = ap_run_access_checker(r);

    if ((result == OK) != (ap_satisfies(r) == SATISFY_ANY)) {
        result = check_user(r);
    }
    return result == DECLINED ? HTTP_INTERNAL_SERVER_ERROR : result;
}

/* Who may have the URL as it was has been asked. The URL that a rule has made of it has sections
 * (<Location>, <If>) of its own, and they hold, too. */
static int go_on_rewritten(request_rec *r)
{
    const ap_conf_vector_t *before = r->per_dir_config;
    const char *uri =
        r->handler == handler_name ? apr_table_get(r->notes, BK_HTTPD_REWRITTEN) : NULL;
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

/* Its type and handler are not those of a file of such a name. */
static int find_type(request_rec *r)
{
    return bk_httpd_is_own(r) ? OK : DECLINED;
}

static const char *why_none(apr_status_t rv)
{
    switch (rv) {
    case APR_TIMEUP:
        return "Every database connection is in use";
    case APR_EAGAIN:
        return "Circuit breaker open: the database did not answer of late";
    default:
        return NULL;
    }
}

apr_status_t bk_httpd_try_acquire(bk_request_t *request)
{
    const bk_store_t *store = request->conf->provider;
    apr_status_t rv;

    if (request->lease) {
        return APR_SUCCESS;
    }
    request->store = store;
    rv = (request->is_behind ? store->acquire_standby : store->acquire)(
        store, request->r, request->conf, &request->handle, &request->lease);
    if (rv != APR_SUCCESS) {
        request->lease = NULL;
    }
    return rv;
}

int bk_httpd_acquire(bk_request_t *request)
{
    apr_status_t rv = bk_httpd_try_acquire(request);

    return rv == APR_SUCCESS ? BK_CONTINUE
                             : bk_answer_error(request, &bk_error_unavailable, why_none(rv));
}

void bk_httpd_release(bk_request_t *request)
{
    if (request->lease) {
        request->store->release(request->store, request->r->server, request->lease);
        request->lease = NULL;
    }
}

/* No route for this method: is it the path that is unknown, or the method that is wrong? */
static int answer_no_route(bk_request_t *request, const char *allow)
{
    request_rec *r = request->r;

    if (!allow) {
        return bk_answer_error(request, &bk_error_no_route, NULL);
    }
    allow = apr_pstrcat(r->pool, allow, ", OPTIONS", NULL);
    apr_table_setn(r->headers_out, "Allow", allow);
    bk_httpd_origin_preflight(r, request->conf, allow);
    return r->method_number == M_OPTIONS ? bk_answer_empty(request, HTTP_NO_CONTENT)
                                         : bk_answer_error(request, &bk_error_method, NULL);
}

static int check_caller(bk_request_t *request, const bk_route_t *route)
{
    int result;

    if (route->caller == BK_ROUTE_ANYONE) {
        return BK_CONTINUE;
    }
    result = service->identify(request);
    if (result == BK_CONTINUE && route->caller == BK_ROUTE_ADMIN && !request->caller.is_admin) {
        return bk_answer_error(request, &bk_error_unauthorized, NULL);
    }
    return result;
}

/* What has to hold before the handler is asked. */
static int check_request(bk_request_t *request, const bk_route_t *route)
{
    int result = bk_httpd_consistency_check(request);

    if (result == BK_CONTINUE && route->schema) {
        result = bk_body_check(request);
    }
    if (result == BK_CONTINUE) {
        result = check_caller(request, route);
    }
    if (result == BK_CONTINUE && route->path) {
        result = route->path(request);
    }
    return result == BK_CONTINUE && route->schema ? bk_body_read(request, route->schema) : result;
}

/* @return the request's result; *route is the one that it came to, or NULL */
static int answer(bk_request_t *request, const char *path, const bk_route_t **route)
{
    request_rec *r = request->r;
    bk_route_match_t match;
    int result;

    *route = NULL;
    bk_httpd_origin_open(r, request->conf);
    if (!bk_httpd_origin_may_write(r, request->conf->origins)) {
        return bk_answer_error(request, &bk_error_cross_site, NULL);
    }
    bk_route_find(service->routes, r->method, path, &match, r->pool);
    *route = match.route;
    if (!match.route) {
        return answer_no_route(request, match.allow);
    }
    request->params = match.params;
    result = check_request(request, match.route);
    return result == BK_CONTINUE ? match.route->handler(request) : result;
}

static int handle(request_rec *r)
{
    bk_request_t request;
    const bk_route_t *route;
    const char *path;
    int result;

    if (!bk_httpd_is_own(r)) {
        return DECLINED;
    }
    request = (bk_request_t){.r = r, .conf = bk_httpd_conf(r->server)};
    path = bk_httpd_subpath(request.conf, r->uri);
    if (!path) {
        return DECLINED;
    }
    result = answer(&request, path, &route);
    bk_httpd_cache_leave(&request);
    bk_httpd_release(&request);
    bk_httpd_metrics_request(r, route, result > 0 ? result : r->status);
    return result;
}

/* ---- from the configuration to a ready store --------------------------------------------------
 */

static const char *list_stores(apr_pool_t *p)
{
    apr_array_header_t *found =
        ap_list_provider_names(p, service->store_group, service->store_version);
    const char *list = "";
    int i;

    for (i = 0; i < found->nelts; i++) {
        const char *name = APR_ARRAY_IDX(found, i, ap_list_provider_names_t).provider_name;
        list = apr_pstrcat(p, list, i ? ", " : "", name, NULL);
    }
    return list;
}

/* Its breakers are named by it, and by who calls whom. */
static const char *check_name(const server_rec *s, apr_pool_t *p)
{
    const char *name = bk_httpd_server_name(s, p);

    return strlen(name) > BK_HTTPD_SERVER_NAME
               ? apr_psprintf(p,
                              "ServerName is not right: must have at most %d characters, its "
                              "port included (got %" APR_SIZE_T_FMT ")",
                              BK_HTTPD_SERVER_NAME, strlen(name))
               : NULL;
}

static const char *check_server(server_rec *s, const bk_httpd_conf_t *conf, apr_pool_t *p)
{
    const bk_store_t *store = find_store(conf);
    const char *wrong = check_name(s, p);

    if (!store) {
        return apr_psprintf(p, "there is no store '%s': must be one of %s", store_name(conf),
                            list_stores(p));
    }
    wrong = wrong ? wrong : store->check(store, s);
    return wrong ? wrong : bk_cache_conf_check(s, p);
}

static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    bk_httpd_dbd_conf_pre_config(pconf);
    return OK;
}

static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    if (ap_state_query(AP_SQ_RUN_MODE) == AP_SQ_RM_CONFIG_TEST) {
        bk_cache_conf_warn(&bk_httpd_conf(s)->cache, pconf, s);
    }
    for (; s; s = s->next) {
        const bk_httpd_conf_t *conf = bk_httpd_conf(s);
        const char *wrong = bk_httpd_conf_is_on(conf) ? check_server(s, conf, ptemp) : NULL;

        if (wrong) {
            ap_log_error(BK_HTTPD_MARK, APLOG_EMERG, 0, s, "BK0104: mod_%s, server %s: %s",
                         service->name, s->server_hostname ? s->server_hostname : "(main)", wrong);
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}

/* httpd lets a virtual host that has no directive of a module share the main server's configuration
 * of it. What is worked out for a server has to be its own. */
static void own_configurations(apr_pool_t *p, server_rec *main_server)
{
    const bk_httpd_conf_t *shared = bk_httpd_conf(main_server);
    module *m = service->module;
    server_rec *s;

    for (s = main_server->next; s; s = s->next) {
        if (bk_httpd_conf(s) == shared) {
            ap_set_module_config(s->module_config, m,
                                 m->merge_server_config(p, bk_httpd_conf_writable(main_server),
                                                        m->create_server_config(p, s)));
        }
    }
}

/* httpd goes through its configuration twice as it starts: once is enough. */
static void tell_version(apr_pool_t *pconf, server_rec *s)
{
    bk_httpd_version_add(pconf);
    if (ap_state_query(AP_SQ_MAIN_STATE) != AP_SQ_MS_CREATE_PRE_CONFIG) {
        ap_log_error(BK_HTTPD_MARK, APLOG_NOTICE, 0, s, "BK0153: mod_%s of Bookable " BK_VERSION,
                     service->name);
    }
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    tell_version(pconf, s);
    /* Jansson's hashes are seeded once, before there are threads that could do it twice. */
    json_object_seed(0);
    if (bk_httpd_breakers_init(pconf, s) != APR_SUCCESS ||
        bk_httpd_metrics_init(pconf, s) != APR_SUCCESS ||
        bk_httpd_pools_init(pconf, s) != APR_SUCCESS ||
        bk_httpd_cache_init(pconf, s) != APR_SUCCESS) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    own_configurations(pconf, s);
    for (; s; s = s->next) {
        bk_httpd_conf_t *conf = bk_httpd_conf_writable(s);

        if (bk_httpd_conf_is_on(conf)) {
            const bk_store_t *store = conf->provider = find_store(conf);

            if (store->post_config(store, s) != APR_SUCCESS ||
                bk_dependency_post_config(pconf, s) != OK) {
                return HTTP_INTERNAL_SERVER_ERROR;
            }
        }
    }
    return OK;
}

static void child_init(apr_pool_t *p, server_rec *s)
{
    for (; s; s = s->next) {
        const bk_httpd_conf_t *conf = bk_httpd_conf(s);

        if (bk_httpd_conf_is_on(conf)) {
            const bk_store_t *store = conf->provider;
            store->child_init(store, p, s, conf);
        }
    }
}

void bk_httpd_register(const bk_service_t *its, apr_pool_t *p)
{
    static const char *const after_dbd[] = {"mod_dbd.c", NULL};
    /* It gives every URL a file, as the core does, but in the midst of the others. */
    static const char *const roots[] = {"mod_vhost_alias.c", NULL};

    service = its;
    handler_name = apr_pstrcat(p, "bookable-", service->name, NULL);
    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* The pools have to be there before a connection is taken from one. */
    ap_hook_child_init(child_init, after_dbd, NULL, APR_HOOK_MIDDLE);
    ap_hook_translate_name(translate_name, NULL, roots, APR_HOOK_REALLY_LAST - 1);
    ap_hook_map_to_storage(map_to_storage, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_type_checker(find_type, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(go_on_rewritten, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_MIDDLE);
    bk_httpd_error_register(p);
    bk_httpd_call_register(p);
    bk_httpd_deadline_register(p);
    bk_httpd_breakers_register(p);
    bk_httpd_cache_register(p);
    bk_httpd_metrics_register(p);
}
