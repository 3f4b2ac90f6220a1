#include "bk_answer.h"

#include <stdlib.h>

#include <apr_buckets.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <util_filter.h>

#include "bk_challenge.h"
#include "bk_conf.h"
#include "bk_counts.h"
#include "bk_error.h"
#include "bk_origin.h"
#include "bk_request.h"
#include "bk_service.h"

/* A subrequest needs none of these headers. */
void bk_answer_protect(request_rec *r, int is_private)
{
    if (r->main) {
        return;
    }
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    if (is_private || apr_table_get(r->headers_in, "Authorization")) {
        apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    }
}

/* What a successful answer says of caching, if the request does not leave it to the service. */
static void say_caching(const bk_request_t *request, int status)
{
    request_rec *r = request->r;

    bk_answer_protect(r, bk_service()->is_personal);
    if (request->cache_control && !r->main) {
        apr_table_setn(r->headers_out, "Cache-Control",
                       status < HTTP_BAD_REQUEST ? request->cache_control : "no-store");
    }
}

apr_off_t bk_answer_body_limit(const bk_request_t *request)
{
    const bk_route_t *route = request->route;

    return route && route->body_limit ? route->body_limit : request->conf->body_limit;
}

/* Before sending, locks and the store are released: the client may be slow. */
static int send_bucket(bk_request_t *request, int status, const char *type, apr_bucket *content,
                       apr_off_t len)
{
    request_rec *r = request->r;
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, alloc);

    bk_request_release(request);
    r->status = status;
    say_caching(request, status);
    ap_set_content_type(r, type);
    ap_set_content_length(r, len);
    APR_BRIGADE_INSERT_TAIL(brigade, content);
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(alloc));
    return ap_pass_brigade(r->output_filters, brigade) == APR_SUCCESS ? OK : AP_FILTER_ERROR;
}

static int answer_nothing(bk_request_t *request)
{
    ap_log_rerror(BK_MARK, APLOG_ERR, APR_ENOMEM, request->r, "BK0101: no answer could be made");
    return HTTP_INTERNAL_SERVER_ERROR;
}

int bk_answer_json(bk_request_t *request, int status, json_t *value)
{
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    apr_size_t len;

    json_decref(value);
    if (!text) {
        return answer_nothing(request);
    }
    len = strlen(text);
    /* The bucket takes the text over without a copy, and frees it when it is sent. */
    return send_bucket(
        request, status, "application/json",
        apr_bucket_heap_create(text, len, free, request->r->connection->bucket_alloc),
        (apr_off_t)len);
}

/* Text that is copied as far as it has to be. */
static int send_text(bk_request_t *request, int status, const char *type, const char *text,
                     apr_size_t len)
{
    return send_bucket(request, status, type,
                       apr_bucket_transient_create(text, len, request->r->connection->bucket_alloc),
                       (apr_off_t)len);
}

int bk_answer_json_text(bk_request_t *request, int status, const char *text, apr_size_t len)
{
    return text ? send_text(request, status, "application/json", text, len)
                : answer_nothing(request);
}

int bk_answer_created(bk_request_t *request, const char *location, json_t *value)
{
    apr_table_setn(request->r->headers_out, "Location", bk_origin_url(request->r, location));
    return bk_answer_json(request, HTTP_CREATED, value);
}

int bk_answer_text(bk_request_t *request, int status, const char *text)
{
    return send_text(request, status, "text/plain", text, strlen(text));
}

/* Filters that look at the bytes, as for TLS, read them a few at a time: mapped, they would count
 * to the memory of the process. */
int bk_answer_file(bk_request_t *request, const char *type, apr_file_t *file, apr_off_t len)
{
    request_rec *r = request->r;
    apr_bucket *content =
        apr_bucket_file_create(file, 0, (apr_size_t)len, r->pool, r->connection->bucket_alloc);

    (void)apr_bucket_file_enable_mmap(content, 0);
    return send_bucket(request, HTTP_OK, type, content, len);
}

int bk_answer_empty(bk_request_t *request, int status)
{
    request->r->status = status;
    say_caching(request, status);
    return OK;
}

/* Deal with a request body that has not been read: if it is large or of unknown length, the answer
 * says "Connection: close", so that httpd does not read the rest of it. */
static void abandon_body(bk_request_t *request)
{
    request_rec *r = request->r;

    if (request->is_body_read) {
        return;
    }
    if (apr_table_get(r->headers_in, "Transfer-Encoding") ||
        bk_request_length(r) > bk_answer_body_limit(request)) {
        r->connection->keepalive = AP_CONN_CLOSE;
    }
}

int bk_answer_retry_after(const bk_request_t *request, int status)
{
    const char *set = apr_table_get(request->r->headers_out, "Retry-After");

    if (set) {
        return atoi(set);
    }
    return status == HTTP_SERVICE_UNAVAILABLE || status == HTTP_TOO_MANY_REQUESTS
               ? request->conf->retry_after
               : 0;
}

/* What every error has, whatever its shape. */
static void prepare_error(bk_request_t *request, const char *code, int status)
{
    request_rec *r = request->r;
    int retry_after = bk_answer_retry_after(request, status);

    bk_counts_error(code);
    abandon_body(request);
    if (status == HTTP_UNAUTHORIZED) {
        bk_challenge(r);
    }
    if (retry_after) {
        apr_table_setn(r->headers_out, "Retry-After", apr_itoa(r->pool, retry_after));
    }
}

int bk_answer_error_json(bk_request_t *request, const bk_error_t *error, json_t *body)
{
    int status = bk_error_status(error, (bk_error_statuses_t)request->conf->statuses);

    prepare_error(request, error->code, status);
    return bk_answer_json(request, status, body);
}

int bk_answer_error_text(bk_request_t *request, const char *code, int status, const char *type,
                         const char *text, apr_size_t len)
{
    prepare_error(request, code, status);
    return text ? send_text(request, status, type, text, len) : answer_nothing(request);
}

int bk_answer_error_plain(bk_request_t *request, const bk_error_t *error, const char *details)
{
    return bk_answer_error_json(request, error,
                                json_pack("{s:s, s:s, s:s}", "ErrCode", error->code, "Message",
                                          error->message, "Details", details));
}

int bk_answer_error(bk_request_t *request, const bk_error_t *error, const char *details)
{
    return request->api->answer_error(request, error, details ? details : error->details);
}

int bk_answer_error_retry(bk_request_t *request, const bk_error_t *error, const char *details,
                          int retry_after)
{
    request_rec *r = request->r;

    apr_table_setn(r->headers_out, "Retry-After", apr_itoa(r->pool, retry_after));
    return bk_answer_error(request, error, details);
}

int bk_answer_unknown(bk_request_t *request, const char *where)
{
    request_rec *r = request->r;

    apr_table_setn(r->headers_out, "Location", bk_origin_url(r, where));
    return bk_answer_error(
        request, &bk_error_unknown,
        apr_pstrcat(r->pool, "It is not known whether it was done: GET ", where, " tells", NULL));
}
