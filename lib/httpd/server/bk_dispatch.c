#include "bk_dispatch.h"

#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_answer.h"
#include "bk_body.h"
#include "bk_conf.h"
#include "bk_consistency.h"
#include "bk_counts.h"
#include "bk_error.h"
#include "bk_origin.h"
#include "bk_request.h"
#include "bk_route.h"
#include "bk_service.h"
#include "bk_store.h"

/* Answer a request without a route: 404 for an unknown path; for a wrong method, 405 or the answer
 * to OPTIONS. */
static int answer_no_route(bk_request_t *request, const char *allow)
{
    request_rec *r = request->r;

    if (!allow) {
        return bk_answer_error(request, &bk_error_no_route, NULL);
    }
    allow = apr_pstrcat(r->pool, allow, ", OPTIONS", NULL);
    apr_table_setn(r->headers_out, "Allow", allow);
    bk_origin_preflight(r, request->conf, allow);
    return r->method_number == M_OPTIONS ? bk_answer_empty(request, HTTP_NO_CONTENT)
                                         : bk_answer_error(request, &bk_error_method, NULL);
}

static int check_consistency(bk_request_t *request)
{
    return bk_consistency_is_known(request->r)
               ? BK_CONTINUE
               : bk_answer_error(request, &bk_error_consistency, NULL);
}

static int check_caller(bk_request_t *request, const bk_route_t *route)
{
    int result;

    if (route->caller == BK_ROUTE_ANYONE) {
        return BK_CONTINUE;
    }
    result = bk_service()->identify(request);
    if (result == BK_CONTINUE && route->caller == BK_ROUTE_ADMIN && !request->caller.is_admin) {
        return bk_answer_error(request, &bk_error_unauthorized, NULL);
    }
    return result;
}

/* The checks before the route's handler is called. */
static int check_request(bk_request_t *request, const bk_route_t *route)
{
    int result = check_consistency(request);

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

/* @return the handler's result, with *route set to the route, or NULL */
static int answer(bk_request_t *request, const char *path, const bk_route_t **route)
{
    request_rec *r = request->r;
    bk_route_match_t match;
    int result;

    *route = NULL;
    bk_origin_open(r, request->conf);
    if (!bk_origin_may_write(r, request->conf->origins)) {
        return bk_answer_error(request, &bk_error_cross_site, NULL);
    }
    bk_route_find(request->api->routes, r->method, path, &match, r->pool);
    *route = match.route;
    if (!match.route) {
        return answer_no_route(request, match.allow);
    }
    if (!request->conf->provider->verbs[match.route->group]) {
        return bk_answer_error(request, &bk_error_not_supported, NULL);
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

    if (!bk_service_is_own(r)) {
        return DECLINED;
    }
    bk_request_begin(&request, r, bk_conf(r->server));
    request.api = bk_conf_api(request.conf, r->uri, &path);
    if (!request.api) {
        return DECLINED;
    }
    request.path = bk_conf_api_path(request.conf, request.api);
    result = answer(&request, path, &route);
    bk_request_release(&request);
    bk_counts_request(r, request.api, route, result > 0 ? result : r->status);
    return result;
}

void bk_dispatch_register(apr_pool_t *p)
{
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_MIDDLE);
}
