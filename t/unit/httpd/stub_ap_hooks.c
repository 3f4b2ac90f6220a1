/* The hooks, by the same macros that httpd makes them with: order and results are APR's. */
#include "stub_ap_private.h"

#include <apr_hooks.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>

APR_HOOK_STRUCT(APR_HOOK_LINK(pre_config) APR_HOOK_LINK(check_config) APR_HOOK_LINK(post_config)
                    APR_HOOK_LINK(child_init) APR_HOOK_LINK(test_config)
                        APR_HOOK_LINK(translate_name) APR_HOOK_LINK(map_to_storage)
                            APR_HOOK_LINK(access_checker) APR_HOOK_LINK(access_checker_ex)
                                APR_HOOK_LINK(check_user_id) APR_HOOK_LINK(auth_checker)
                                    APR_HOOK_LINK(type_checker) APR_HOOK_LINK(fixups)
                                        APR_HOOK_LINK(insert_filter)
                                            APR_HOOK_LINK(insert_error_filter)
                                                APR_HOOK_LINK(handler) APR_HOOK_LINK(http_scheme)
                                                    APR_HOOK_LINK(default_port))

AP_IMPLEMENT_HOOK_RUN_ALL(int, pre_config,
                          (apr_pool_t * pconf, apr_pool_t *plog, apr_pool_t *ptemp),
                          (pconf, plog, ptemp), OK, DECLINED)
AP_IMPLEMENT_HOOK_RUN_ALL(int, check_config,
                          (apr_pool_t * pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s),
                          (pconf, plog, ptemp, s), OK, DECLINED)
AP_IMPLEMENT_HOOK_RUN_ALL(int, post_config,
                          (apr_pool_t * pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s),
                          (pconf, plog, ptemp, s), OK, DECLINED)
AP_IMPLEMENT_HOOK_VOID(child_init, (apr_pool_t * pchild, server_rec *s), (pchild, s))
AP_IMPLEMENT_HOOK_VOID(test_config, (apr_pool_t * pconf, server_rec *s), (pconf, s))
AP_IMPLEMENT_HOOK_RUN_FIRST(int, translate_name, (request_rec * r), (r), DECLINED)
AP_IMPLEMENT_HOOK_RUN_FIRST(int, map_to_storage, (request_rec * r), (r), DECLINED)
AP_IMPLEMENT_HOOK_RUN_ALL(int, access_checker, (request_rec * r), (r), OK, DECLINED)
AP_IMPLEMENT_HOOK_RUN_FIRST(int, access_checker_ex, (request_rec * r), (r), DECLINED)
AP_IMPLEMENT_HOOK_RUN_FIRST(int, check_user_id, (request_rec * r), (r), DECLINED)
AP_IMPLEMENT_HOOK_RUN_FIRST(int, auth_checker, (request_rec * r), (r), DECLINED)
AP_IMPLEMENT_HOOK_RUN_FIRST(int, type_checker, (request_rec * r), (r), DECLINED)
AP_IMPLEMENT_HOOK_RUN_ALL(int, fixups, (request_rec * r), (r), OK, DECLINED)
AP_IMPLEMENT_HOOK_VOID(insert_filter, (request_rec * r), (r))
AP_IMPLEMENT_HOOK_VOID(insert_error_filter, (request_rec * r), (r))
AP_IMPLEMENT_HOOK_RUN_FIRST(int, handler, (request_rec * r), (r), DECLINED)
AP_IMPLEMENT_HOOK_RUN_FIRST(const char *, http_scheme, (const request_rec *r), (r), NULL)
AP_IMPLEMENT_HOOK_RUN_FIRST(unsigned short, default_port, (const request_rec *r), (r), 0)

/* ---- what the core does itself ---------------------------------------------------------------
 */

static int name_file(request_rec *r)
{
    r->filename = apr_pstrcat(r->pool, ap_document_root(r), r->uri, NULL);
    return OK;
}

static int say_ok(request_rec *r)
{
    return OK;
}

/* mod_authz_core's. */
static int authorize(request_rec *r)
{
    return stub_ap_authz;
}

/* There are no files. */
static int find_no_file(request_rec *r)
{
    return HTTP_NOT_FOUND;
}

static const char *scheme(const request_rec *r)
{
    return "http";
}

static unsigned short port(const request_rec *r)
{
    return DEFAULT_HTTP_PORT;
}

void stub_ap_hooks_open(void)
{
    apr_hook_global_pool = stub_ap_process_pool;
    apr_hook_debug_current = "core.c"; /* whose hooks they are, for those that name predecessors */
    ap_hook_translate_name(name_file, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_map_to_storage(say_ok, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_access_checker(say_ok, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_access_checker_ex(authorize, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_type_checker(say_ok, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_handler(find_no_file, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_http_scheme(scheme, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_default_port(port, NULL, NULL, APR_HOOK_REALLY_LAST);
    apr_hook_debug_current = "the module under test";
}
