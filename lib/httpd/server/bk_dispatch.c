#include "bk_dispatch.h"

#include <string.h>

#include <apr_strings.h>
#include <http_protocol.h>

#include "bk_answer_v1.h"
#include "bk_body.h"
#include "bk_conf.h"
#include "bk_consistency.h"
#include "bk_cookie.h"
#include "bk_counts.h"
#include "bk_error.h"
#include "bk_intake.h"
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

/* Set the caller, if the route or the request asks for it. */
static int identify(bk_request_t *request)
{
    int is_guest = request->route->caller == BK_ROUTE_GUEST &&
                   !apr_table_get(request->r->headers_in, "Authorization") &&
                   bk_request_credentials(request)->scheme == BK_CREDENTIALS_NONE;

    return is_guest ? BK_CONTINUE : bk_service()->identify(request);
}

/* Who changes something has the spaces, and the names of people, read for it. */
#define TO_CHANGE (BK_SCOPE_BOOK | BK_SCOPE_MANAGE | BK_SCOPE_ADMIN)

/* What is wrong with a caller's rights on a route; NULL: nothing. */
static const bk_error_t *refusal(const bk_route_t *route, const bk_caller_t *caller,
                                 const char **details)
{
    bk_scope_t scope = bk_route_scope(route);
    unsigned int enough = route->flags & BK_ROUTE_READ_TO_BOOK ? scope | TO_CHANGE : scope;

    *details = NULL;
    if (route->caller == BK_ROUTE_ADMIN && !caller->is_admin) {
        return &bk_error_unauthorized;
    }
    if (route->caller == BK_ROUTE_AUDITOR && !caller->is_admin && caller->role != BK_ROLE_AUDITOR) {
        return &bk_error_unauthorized;
    }
    if (caller->role == BK_ROLE_AUDITOR && strcmp(route->method, "GET") != 0 &&
        scope != BK_SCOPE_SELF) {
        *details = "An auditor may read, but not change anything";
        return &bk_error_forbidden;
    }
    if (!(caller->scopes & enough)) {
        *details = "The token's scopes do not include this";
        return &bk_error_forbidden;
    }
    if (route->flags & BK_ROUTE_ALL_SPACES && caller->spaces) {
        *details = "The token is for certain spaces";
        return &bk_error_forbidden;
    }
    return NULL;
}

static int check_caller(bk_request_t *request)
{
    const bk_error_t *error;
    const char *details;
    int result;

    if (request->route->caller == BK_ROUTE_ANYONE) {
        return BK_CONTINUE;
    }
    details = request->cookie ? bk_cookie_wrong(request->r, request->conf) : NULL;
    if (details) {
        return bk_answer_error(request, &bk_error_cross_site, details);
    }
    result = identify(request);
    if (result != BK_CONTINUE) {
        return result;
    }
    error = refusal(request->route, &request->caller, &details);
    return error ? bk_answer_error(request, error, details) : BK_CONTINUE;
}

/* A client that sends its body slowly may have been signed out, disabled or demoted meanwhile, and
 * its password changed. Up to so long, in milliseconds, a body is as good as sent at once. */
#define PROMPT 100

/* Has the type of bk_request_t.resume. */
static int resume(bk_request_t *request, apr_int64_t waited, int had_store)
{
    int result = BK_CONTINUE;

    if (waited >= PROMPT) {
        request->caller = (bk_caller_t){.scopes = BK_SCOPE_ALL};
        result = check_caller(request);
    }
    return result == BK_CONTINUE && had_store ? bk_store_acquire(request) : result;
}

/* The checks before the body is read. */
static int check_request(bk_request_t *request)
{
    const bk_route_t *route = request->route;
    int result = check_consistency(request);

    if (result == BK_CONTINUE &&
        (route->schema || route->members || route->flags & BK_ROUTE_RAW_BODY)) {
        result = bk_body_check(request);
    }
    if (result == BK_CONTINUE) {
        result = check_caller(request);
    }
    if (result == BK_CONTINUE && route->path) {
        result = route->path(request);
    }
    return result;
}

static int read_body(bk_request_t *request)
{
    const bk_route_t *route = request->route;
    int result;

    if (!request->api->is_v1) {
        result = bk_intake_key(request);
        return result == BK_CONTINUE && route->schema ? bk_body_read(request, route->schema)
                                                      : result;
    }
    result = bk_intake_query(request);
    if (result == BK_CONTINUE) {
        result = bk_intake_condition(request);
    }
    if (result == BK_CONTINUE) {
        result = bk_intake_key(request);
    }
    return result == BK_CONTINUE ? bk_intake_body(request) : result;
}

/* Prepare the headers that every answer of the API has. */
static void prepare_answer(bk_request_t *request)
{
    bk_origin_open(request->r, request->conf);
    bk_cookie_read(request);
    if (request->api->is_v1) {
        bk_answer_vary_v1(request);
        request->cache_control = BK_ANSWER_V1_PERSONAL;
    }
}

/* @return the handler's result, with request->route set to the route, or NULL */
static int answer(bk_request_t *request, const char *path)
{
    request_rec *r = request->r;
    bk_route_match_t match;
    int result;

    prepare_answer(request);
    if (!bk_origin_may_write(r, request->conf)) {
        return bk_answer_error(request, &bk_error_cross_site, NULL);
    }
    bk_route_find(request->api->routes, request->api->is_v1, r->method, path, &match, r->pool);
    request->route = match.route;
    if (!match.route) {
        return answer_no_route(request, match.allow);
    }
    if (!request->conf->provider->verbs[match.route->group]) {
        return bk_answer_error(request, &bk_error_not_supported, NULL);
    }
    request->params = match.params;
    result = check_request(request);
    if (result == BK_CONTINUE) {
        result = read_body(request);
    }
    return result == BK_CONTINUE ? match.route->handler(request) : result;
}

static int handle(request_rec *r)
{
    bk_request_t request;
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
    request.resume = resume;
    result = answer(&request, path);
    bk_request_release(&request);
    bk_counts_request(r, request.api, request.route, result > 0 ? result : r->status);
    return result;
}

void bk_dispatch_register(apr_pool_t *p)
{
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_MIDDLE);
}
