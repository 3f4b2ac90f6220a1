#include "bk_httpd_call.h"

#include <stdlib.h>

#include <apr_buckets.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>

#include "bk_httpd_answer.h"
#include "bk_httpd_consistency.h"
#include "bk_httpd_deadline.h"
#include "bk_json.h"
#include "bk_time.h"

#define ANSWER_LIMIT 65536
#define ATTEMPTS 4

static ap_filter_rec_t *capture_filter;
static ap_filter_rec_t *no_body_filter;

/* What the capture filter has taken in. */
typedef struct capture_t {
    apr_bucket_brigade *brigade;
    apr_size_t len;
    int error; /* status of an ERROR bucket: the answer broke off; 0: none */
} capture_t;

/* The end of a subrequest's filters: data is kept, nothing goes to the client. */
static apr_status_t capture(ap_filter_t *f, apr_bucket_brigade *in)
{
    capture_t *answer = f->ctx;
    apr_status_t rv = APR_SUCCESS;

    while (!APR_BRIGADE_EMPTY(in) && rv == APR_SUCCESS) {
        apr_bucket *bucket = APR_BRIGADE_FIRST(in);
        const char *data;
        apr_size_t len;

        if (AP_BUCKET_IS_ERROR(bucket)) {
            answer->error = ((ap_bucket_error *)bucket->data)->status;
        }
        else if (!APR_BUCKET_IS_METADATA(bucket)) {
            rv = apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ);
            if (rv == APR_SUCCESS && len > ANSWER_LIMIT - answer->len) {
                rv = APR_ENOSPC;
            }
            if (rv == APR_SUCCESS) {
                /* Copied: the bucket may point into memory of the called service. */
                rv = apr_brigade_write(answer->brigade, NULL, NULL, data, len);
                answer->len += len;
            }
        }
        apr_bucket_delete(bucket);
    }
    return rv;
}

/* An input filter for subrequests: there is no body. With it, and with kept_body set,
 * mod_proxy_http lets a subrequest use a connection that is kept alive; otherwise it opens one for
 * each. */
static apr_status_t no_body(ap_filter_t *f, apr_bucket_brigade *out, ap_input_mode_t mode,
                            apr_read_type_e block, apr_off_t size)
{
    if (mode != AP_MODE_READBYTES && mode != AP_MODE_GETLINE) {
        return APR_ENOTIMPL;
    }
    APR_BRIGADE_INSERT_TAIL(out, apr_bucket_eos_create(f->c->bucket_alloc));
    return APR_SUCCESS;
}

void bk_httpd_call_register(apr_pool_t *p)
{
    const char *name = bk_httpd_service()->name;

    capture_filter = ap_register_output_filter(apr_pstrcat(p, "BOOKABLE-CAPTURE-", name, NULL),
                                               capture, NULL, AP_FTYPE_NETWORK - 1);
    no_body_filter = ap_register_input_filter(apr_pstrcat(p, "BOOKABLE-NO-BODY-", name, NULL),
                                              no_body, NULL, AP_FTYPE_CONTENT_SET - 1);
}

static apr_table_t *clean_headers(request_rec *r, const char *authorization)
{
    apr_table_t *headers = apr_table_make(r->pool, 5);
    const char *consistency = apr_table_get(r->headers_in, BK_HTTPD_CONSISTENCY);
    const char *host = apr_table_get(r->headers_in, "Host");
    const char *id = apr_table_get(r->headers_in, "X-Request-Id");

    if (!id) {
        id = apr_table_get(r->subprocess_env, "UNIQUE_ID"); /* mod_unique_id's */
    }
    if (host) {
        apr_table_setn(headers, "Host", host);
    }
    if (id) {
        apr_table_setn(headers, "X-Request-Id", id);
    }
    if (consistency) {
        apr_table_setn(headers, BK_HTTPD_CONSISTENCY, consistency);
    }
    apr_table_setn(headers, "Accept", "application/json");
    if (authorization) {
        apr_table_setn(headers, "Authorization", authorization);
    }
    return headers;
}

/* A subrequest copies its headers from the main request as it is made: for that moment, these are
 * the ones it is to have. */
static request_rec *make_subrequest(request_rec *r, const char *path, const char *authorization,
                                    ap_filter_t *filter)
{
    apr_table_t *saved = r->headers_in;
    request_rec *sub;

    r->headers_in = clean_headers(r, authorization);
    sub = ap_sub_req_method_uri("GET", path, r, filter);
    r->headers_in = saved;
    filter->r = sub;
    sub->kept_body = apr_brigade_create(sub->pool, r->connection->bucket_alloc);
    ap_add_input_filter_handle(no_body_filter, NULL, sub, sub->connection);
    return sub;
}

/* ---- one attempt --------------------------------------------------------------------------------
 */

/* What a call asks for. */
typedef struct call_t {
    request_rec *r;
    const char *path;
    const char *authorization;
    apr_int64_t until; /* when it has to be done, milliseconds, monotonic */
    bk_httpd_call_believe_t *believe;
    void *baton;
} call_t;

static const char *parse_answer(const call_t *call, capture_t *answer, bk_reply_t *reply)
{
    apr_pool_t *p = call->r->pool;
    const char *why = NULL;
    apr_size_t len;
    char *data;

    if (apr_brigade_pflatten(answer->brigade, &data, &len, p) != APR_SUCCESS ||
        bk_json_parse(&reply->body, data, len, &why, p) != BK_JSON_PARSED) {
        return apr_psprintf(p, "its answer (status %d) is no JSON object", reply->status);
    }
    return NULL;
}

static const char *judge_answer(const call_t *call, capture_t *answer, bk_reply_t *reply)
{
    apr_pool_t *p = call->r->pool;
    const char *problem;

    if (bk_time_monotonic_ms() >= call->until && reply->status >= HTTP_INTERNAL_SERVER_ERROR) {
        return "it did not answer in time";
    }
    if (answer->error) {
        return apr_psprintf(p, "its answer broke off (%d)", answer->error);
    }
    problem = parse_answer(call, answer, reply);
    if (problem) {
        return problem;
    }
    problem = call->believe(reply, call->baton);
    return problem && reply->status != HTTP_OK
               ? apr_psprintf(p, "it answered with status %d", reply->status)
               : problem;
}

/* @return whether there is a point in another attempt */
static int attempt(const call_t *call, bk_reply_t *reply)
{
    request_rec *r = call->r;
    capture_t answer = {apr_brigade_create(r->pool, r->connection->bucket_alloc), 0, 0};
    ap_filter_t filter = {.frec = capture_filter, .ctx = &answer, .r = r, .c = r->connection};
    request_rec *sub = make_subrequest(r, call->path, call->authorization, &filter);
    const char *retry_after;
    int rc, is_proxied;

    memset(reply, 0, sizeof(*reply));
    bk_httpd_deadline_set(sub, call->until);
    /* One that was refused before it reached a handler is not to be run. */
    rc = sub->status == HTTP_OK ? ap_run_sub_req(sub) : sub->status;
    reply->status = rc == OK || rc == DONE ? sub->status : rc;
    retry_after = apr_table_get(sub->headers_out, "Retry-After");
    reply->retry_after = retry_after ? atoi(retry_after) : 0;
    reply->problem = judge_answer(call, &answer, reply);
    is_proxied = sub->proxyreq != PROXYREQ_NONE;
    apr_brigade_destroy(answer.brigade);
    ap_destroy_sub_req(sub);
    return is_proxied && reply->problem && !reply->body && bk_time_monotonic_ms() < call->until;
}

/* ---- the call -----------------------------------------------------------------------------------
 */

/* Behind a balancer an instance that is being killed takes more than one moment to be gone. */
static void make_call(const call_t *call, bk_reply_t *reply)
{
    apr_int64_t start = bk_time_monotonic_ms();
    int left = ATTEMPTS;

    while (attempt(call, reply) && --left > 0) {
        ap_log_rerror(BK_HTTPD_MARK, APLOG_INFO, 0, call->r, "BK0122: asking %s once more: %s",
                      call->path, reply->problem);
    }
    ap_log_rerror(BK_HTTPD_MARK, APLOG_DEBUG, 0, call->r,
                  "BK0121: asked %s: status %d after %" APR_INT64_T_FMT " ms%s%s", call->path,
                  reply->status, bk_time_monotonic_ms() - start, reply->problem ? ", " : "",
                  reply->problem ? reply->problem : "");
}

/* A client that went away says nothing of the dependency; a time that is up does. */
static bk_breaker_outcome_t outcome_of(const call_t *call, const bk_reply_t *reply)
{
    if (!reply->problem) {
        return BK_BREAKER_SUCCESS;
    }
    return call->r->connection->aborted && bk_time_monotonic_ms() < call->until
               ? BK_BREAKER_IGNORED
               : BK_BREAKER_FAILURE;
}

void bk_httpd_call(bk_request_t *request, int dependency, const char *path,
                   const char *authorization, bk_httpd_call_believe_t *believe, void *baton,
                   bk_reply_t *reply)
{
    const bk_dependency_conf_t *conf = &request->conf->dependencies[dependency];
    bk_breaker_t *breaker = &conf->place->breaker;
    request_rec *r = request->r;
    apr_int64_t now = bk_time_monotonic_ms();
    call_t call = {r,
                   apr_pstrcat(r->pool, conf->path, path, NULL),
                   authorization,
                   now + apr_time_as_msec(conf->timeout),
                   believe,
                   baton};
    bk_breaker_ticket_t ticket;
    apr_int64_t wait = bk_breaker_enter(breaker, &conf->settings, now, &ticket);

    if (wait) {
        memset(reply, 0, sizeof(*reply));
        reply->problem = "Circuit breaker open";
        reply->retry_after = (int)((wait + 999) / 1000);
        return;
    }
    make_call(&call, reply);
    bk_breaker_leave(breaker, &conf->settings, bk_time_monotonic_ms(), &ticket,
                     outcome_of(&call, reply));
}

int bk_httpd_call_failed(bk_request_t *request, const bk_error_t *error, const bk_reply_t *reply)
{
    ap_log_rerror(BK_HTTPD_MARK, APLOG_WARNING, 0, request->r, "BK0131: %s: %s", error->message,
                  reply->problem);
    return reply->retry_after
               ? bk_answer_error_retry(request, error, reply->problem, reply->retry_after)
               : bk_answer_error(request, error, reply->problem);
}

const char *bk_httpd_call_segment(const char *text, apr_pool_t *p)
{
    return ap_escape_path_segment(p, text);
}
