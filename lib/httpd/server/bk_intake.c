#include "bk_intake.h"

#include <string.h>

#include "bk_answer_v1.h"
#include "bk_body.h"
#include "bk_conf.h"
#include "bk_idempotency_key.h"
#include "bk_json_input.h"
#include "bk_query.h"

int bk_intake_query(bk_request_t *request)
{
    static const bk_input_row_t none[] = {{NULL}};
    const bk_input_row_t *rows = request->route->query ? request->route->query : none;
    bk_faults_t faults;

    bk_fault_none(&faults, request->r->pool);
    request->query = bk_query_read(rows, request->r->args, &faults, request->r->pool);
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}

int bk_intake_condition(bk_request_t *request)
{
    const bk_route_t *route = request->route;
    const apr_table_t *headers = request->r->headers_in;
    int is_there = apr_table_get(headers, "If-Match") ||
                   (strcmp(route->method, "PUT") == 0 && apr_table_get(headers, "If-None-Match"));

    return !(route->flags & BK_ROUTE_IF_MATCH) || is_there
               ? BK_CONTINUE
               : bk_answer_problem(request, &bk_problem_version_required, NULL);
}

int bk_intake_key(bk_request_t *request)
{
    const char *header = apr_table_get(request->r->headers_in, "Idempotency-Key"), *key;

    if (!(request->route->flags & BK_ROUTE_IDEMPOTENT)) {
        return BK_CONTINUE;
    }
    switch (bk_idempotency_key_read(header, &key, request->r->pool)) {
    case BK_IDEMPOTENCY_KEY_OK:
        return BK_CONTINUE;
    case BK_IDEMPOTENCY_KEY_NONE:
        return request->api->is_v1 && request->conf->idempotency == BK_CONF_IDEMPOTENCY_REQUIRED
                   ? bk_answer_problem(request, &bk_problem_idempotency_key_missing, NULL)
                   : BK_CONTINUE;
    default:
        return request->api->is_v1
                   ? bk_answer_problem(request, &bk_problem_bad_header, bk_error_key.details)
                   : bk_answer_error(request, &bk_error_key, NULL);
    }
}

/* Whether a request has no body, or an empty one. */
static int is_without_body(const request_rec *r)
{
    return !apr_table_get(r->headers_in, "Transfer-Encoding") && bk_request_length(r) <= 0;
}

static int read_object(bk_request_t *request)
{
    int is_optional = (request->route->flags & BK_ROUTE_OPTIONAL_BODY) != 0;

    return is_optional && is_without_body(request->r)
               ? bk_body_parse(request, &bk_error_json, "{}", 2)
               : bk_body_read(request, &bk_error_json);
}

int bk_intake_body(bk_request_t *request)
{
    const bk_route_t *route = request->route;
    bk_json_input_mode_t mode =
        route->flags & BK_ROUTE_PATCH ? BK_JSON_INPUT_PATCH : BK_JSON_INPUT_WHOLE;
    bk_faults_t faults;
    int result;

    if (!route->members) {
        return BK_CONTINUE;
    }
    result = read_object(request);
    if (result != BK_CONTINUE) {
        return result;
    }
    bk_fault_none(&faults, request->r->pool);
    request->input =
        bk_json_input_read(route->members, request->body, mode, &faults, request->r->pool);
    return bk_fault_count(&faults) ? bk_answer_faults(request, &faults) : BK_CONTINUE;
}
