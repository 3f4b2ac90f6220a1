#include "bk_httpd_call.h"

#include <stdlib.h>

#include <apr_buckets.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>

#include "bk_json.h"

#define ANSWER_LIMIT 65536

static ap_filter_rec_t *capture_filter;

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

void bk_httpd_call_register(apr_pool_t *p)
{
    capture_filter = ap_register_output_filter(
        apr_pstrcat(p, "BOOKABLE-CAPTURE-", bk_httpd_service()->name, NULL), capture, NULL,
        AP_FTYPE_NETWORK - 1);
}

static void copy_header(apr_table_t *to, const apr_table_t *from, const char *name)
{
    const char *value = apr_table_get(from, name);

    if (value) {
        apr_table_setn(to, name, value);
    }
}

static apr_table_t *clean_headers(request_rec *r, const char *authorization)
{
    apr_table_t *headers = apr_table_make(r->pool, 4);

    copy_header(headers, r->headers_in, "Host");
    copy_header(headers, r->headers_in, "X-Request-Id");
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
    return sub;
}

static void parse_answer(request_rec *r, capture_t *answer, bk_reply_t *reply)
{
    const char *why = NULL;
    apr_size_t len;
    char *data;

    if (apr_brigade_pflatten(answer->brigade, &data, &len, r->pool) != APR_SUCCESS ||
        bk_json_parse(&reply->body, data, len, &why, r->pool) != BK_JSON_PARSED) {
        reply->problem =
            apr_psprintf(r->pool, "its answer (status %d) is no JSON object", reply->status);
    }
}

static void judge_answer(request_rec *r, request_rec *sub, int rc, capture_t *answer,
                         bk_reply_t *reply)
{
    const char *retry_after = apr_table_get(sub->headers_out, "Retry-After");

    reply->status = rc == OK || rc == DONE ? sub->status : rc;
    reply->retry_after = retry_after ? atoi(retry_after) : 0;
    parse_answer(r, answer, reply);
    if (answer->error) {
        reply->problem = apr_psprintf(r->pool, "its answer broke off (%d)", answer->error);
    }
    else if (reply->status >= HTTP_INTERNAL_SERVER_ERROR || reply->status < HTTP_OK) {
        reply->problem = apr_psprintf(r->pool, "it answered with status %d", reply->status);
    }
}

void bk_httpd_call(request_rec *r, const char *path, const char *authorization, bk_reply_t *reply)
{
    capture_t answer = {apr_brigade_create(r->pool, r->connection->bucket_alloc), 0, 0};
    ap_filter_t filter = {.frec = capture_filter, .ctx = &answer, .r = r, .c = r->connection};
    request_rec *sub = make_subrequest(r, path, authorization, &filter);
    int rc = OK;

    memset(reply, 0, sizeof(*reply));
    if (sub->status == HTTP_OK) {
        rc = ap_run_sub_req(sub);
    }
    else {
        rc = sub->status; /* refused before it reached a handler: not to be run */
    }
    judge_answer(r, sub, rc, &answer, reply);
    ap_log_rerror(BK_HTTPD_MARK, APLOG_DEBUG, 0, r, "BK0121: asked %s: %d%s%s", path, reply->status,
                  reply->problem ? ", " : "", reply->problem ? reply->problem : "");
    apr_brigade_destroy(answer.brigade);
    ap_destroy_sub_req(sub);
}

const char *bk_httpd_call_segment(const char *text, apr_pool_t *p)
{
    return ap_escape_path_segment(p, text);
}
