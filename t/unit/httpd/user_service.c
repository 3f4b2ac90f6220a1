#include "user_service.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>

#include "bk_breakers.h"
#include "bk_time.h"

user_service_t user_service;

static int is_ours(request_rec *r)
{
    return user_service.is_there && strncmp(r->uri, "/user", 5) == 0;
}

static int map_to_proxy(request_rec *r)
{
    if (!is_ours(r) || !user_service.is_proxied) {
        return DECLINED;
    }
    r->proxyreq = PROXYREQ_REVERSE;
    return OK;
}

static int refuse(request_rec *r)
{
    return is_ours(r) && user_service.refusal ? user_service.refusal : DECLINED;
}

static void break_off(request_rec *r)
{
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, alloc);

    APR_BRIGADE_INSERT_TAIL(brigade,
                            ap_bucket_error_create(user_service.broken, NULL, r->pool, alloc));
    (void)ap_pass_brigade(r->output_filters, brigade);
}

static int answer(request_rec *r)
{
    if (!is_ours(r)) {
        return DECLINED;
    }
    user_service.asked++;
    user_service.uri = apr_pstrdup(r->main->pool, r->uri);
    user_service.headers = apr_table_copy(r->main->pool, r->headers_in);
    if (user_service.retry_after) {
        apr_table_set(r->headers_out, "Retry-After", user_service.retry_after);
    }
    if (user_service.result != OK) {
        return user_service.result;
    }
    r->status = user_service.status;
    ap_rputs(user_service.body, r);
    if (user_service.broken) {
        break_off(r);
    }
    return OK;
}

int user_service_open(void **state)
{
    int result = service_open(state);

    ap_hook_translate_name(map_to_proxy, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_access_checker(refuse, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(answer, NULL, NULL, APR_HOOK_MIDDLE);
    return result;
}

int user_service_begin(void **state)
{
    int result = service_begin(state);

    user_service = (user_service_t){.is_there = 1, .status = HTTP_OK, .body = "{}"};
    bk_breaker_set(&bk_conf(service_server)->dependencies[0].entry->breaker, BK_BREAKER_CLOSED,
                   bk_time_monotonic_ms());
    return result;
}
