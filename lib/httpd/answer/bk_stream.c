#include "bk_stream.h"

#include <string.h>

#include <apr_buckets.h>
#include <httpd.h>
#include <http_log.h>
#include <http_protocol.h>
#include <util_filter.h>

#include "bk_answer.h"
#include "bk_request.h"
#include "bk_service.h"

struct bk_stream_t {
    request_rec *r;
    int http_status;
    const char *type;
    apr_bucket_brigade *brigade;
    int is_begun;        /* the header was passed to httpd */
    int is_head_done;    /* the method is HEAD, and the header was sent */
    apr_status_t status; /* other than APR_SUCCESS: nothing more is sent */
    apr_size_t held;     /* how many bytes of the body are buffered */
    char bytes[BK_STREAM_HELD];
};

/* ---- sending ------------------------------------------------------------------------------------
 */

static void begin(bk_stream_t *stream)
{
    request_rec *r = stream->r;

    r->status = stream->http_status;
    bk_answer_protect(r, bk_service()->is_personal);
    ap_set_content_type(r, stream->type);
    stream->is_begun = 1;
}

/* Append bytes to the brigade. They have to live until pass() returns: filters copy what they keep.
 */
static void add(bk_stream_t *stream, const char *data, apr_size_t len)
{
    if (len) {
        APR_BRIGADE_INSERT_TAIL(
            stream->brigade,
            apr_bucket_transient_create(data, len, stream->r->connection->bucket_alloc));
    }
}

static apr_status_t pass(bk_stream_t *stream)
{
    apr_status_t rv = ap_pass_brigade(stream->r->output_filters, stream->brigade);

    apr_brigade_cleanup(stream->brigade);
    return rv == APR_SUCCESS && stream->r->connection->aborted ? APR_ECONNABORTED : rv;
}

static apr_status_t pass_end(bk_stream_t *stream)
{
    APR_BRIGADE_INSERT_TAIL(stream->brigade,
                            apr_bucket_eos_create(stream->r->connection->bucket_alloc));
    return pass(stream);
}

/* Send the buffered bytes and then a piece. */
static apr_status_t send_piece(bk_stream_t *stream, const char *data, apr_size_t len)
{
    if (!stream->is_begun) {
        begin(stream);
    }
    add(stream, stream->bytes, stream->held);
    add(stream, data, len);
    stream->held = 0;
    stream->status = pass(stream);
    if (stream->status == APR_SUCCESS && stream->r->header_only) {
        stream->is_head_done = 1;
        stream->status = APR_EOF;
    }
    return stream->status;
}

apr_status_t bk_stream_write(void *data, const char *bytes, apr_size_t len)
{
    bk_stream_t *stream = data;

    if (stream->status != APR_SUCCESS) {
        return stream->status;
    }
    if (stream->is_begun || len > sizeof(stream->bytes) - stream->held) {
        return send_piece(stream, bytes, len);
    }
    memcpy(stream->bytes + stream->held, bytes, len);
    stream->held += len;
    return APR_SUCCESS;
}

/* ---- ending -------------------------------------------------------------------------------------
 */

static int result_of(apr_status_t rv)
{
    return rv == APR_SUCCESS ? OK : AP_FILTER_ERROR;
}

static int end_whole(bk_stream_t *stream)
{
    begin(stream);
    ap_set_content_length(stream->r, (apr_off_t)stream->held);
    add(stream, stream->bytes, stream->held);
    return result_of(pass_end(stream));
}

/* End the answer so that the client sees that the body is incomplete: httpd's chunk filter omits
 * the last chunk after an error bucket with 502, which mod_proxy sends when its backend breaks off.
 */
static int break_off(bk_stream_t *stream, apr_status_t rv)
{
    request_rec *r = stream->r;
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;

    ap_log_rerror(BK_MARK, APLOG_ERR, rv, r, "BK0350: an answer was broken off in the middle");
    r->connection->keepalive = AP_CONN_CLOSE;
    APR_BRIGADE_INSERT_TAIL(stream->brigade,
                            ap_bucket_error_create(HTTP_BAD_GATEWAY, NULL, r->pool, alloc));
    pass_end(stream);
    return AP_FILTER_ERROR;
}

int bk_stream_answer(bk_request_t *request, int status, const char *type,
                     bk_stream_produce_t *produce, void *context, apr_status_t *failed)
{
    request_rec *r = request->r;
    bk_stream_t *stream = apr_palloc(r->pool, sizeof(*stream));
    apr_status_t rv;

    *stream = (bk_stream_t){
        .r = r,
        .http_status = status,
        .type = type,
        .brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc),
    };
    rv = produce(stream, context);
    bk_request_release(request);
    if (stream->is_head_done) {
        return result_of(pass_end(stream));
    }
    if (stream->status != APR_SUCCESS) {
        return AP_FILTER_ERROR; /* the client is gone */
    }
    if (rv == APR_SUCCESS) {
        return stream->is_begun ? result_of(pass_end(stream)) : end_whole(stream);
    }
    if (stream->is_begun) {
        return break_off(stream, rv);
    }
    *failed = rv;
    return BK_CONTINUE;
}
