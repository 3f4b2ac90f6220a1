#include "bk_body.h"

#include <strings.h>

#include <apr_buckets.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <util_filter.h>

#include "bk_answer.h"
#include "bk_conf.h"
#include "bk_error.h"
#include "bk_json.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_text.h"
#include "bk_time.h"

#define READ_SIZE 8192

static int is_type(const char *type, const char *wanted)
{
    apr_size_t len = strcspn(type, "; \t");

    return len == strlen(wanted) && strncasecmp(type, wanted, len) == 0;
}

/* Whether a route takes bodies of a media type. */
static int is_taken(const bk_route_t *route, const char *type)
{
    unsigned int flags = route ? route->flags : 0;

    return is_type(type, "application/json") || (flags & BK_ROUTE_RAW_BODY) ||
           ((flags & BK_ROUTE_PATCH) && is_type(type, "application/merge-patch+json"));
}

int bk_body_check(bk_request_t *request)
{
    request_rec *r = request->r;
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    const char *encoding = apr_table_get(r->headers_in, "Content-Encoding");
    const char *transfer = apr_table_get(r->headers_in, "Transfer-Encoding");

    /* httpd accepts "gzip, chunked" as chunked, and would hand over the body still compressed. */
    if (transfer && strcasecmp(transfer, "chunked") != 0) {
        return bk_answer_error(request, &bk_error_body, "Transfer-Encoding must be chunked");
    }
    if ((type && !is_taken(request->route, type)) ||
        (encoding && strcasecmp(encoding, "identity") != 0)) {
        return bk_answer_error(request, &bk_error_media_type, NULL);
    }
    if (bk_request_length(r) > bk_answer_body_limit(request)) {
        return bk_answer_error(request, &bk_error_too_large, NULL);
    }
    return BK_CONTINUE;
}

/* Answer a failure to read the body, unless an input filter has answered already (AP_FILTER_ERROR).
 */
static int answer_read_error(bk_request_t *request, apr_status_t rv)
{
    int status;

    request->r->connection->keepalive = AP_CONN_CLOSE;
    if (rv == AP_FILTER_ERROR) {
        return AP_FILTER_ERROR;
    }
    status = ap_map_http_request_error(rv, HTTP_BAD_REQUEST);
    ap_log_rerror(BK_MARK, APLOG_INFO, rv, request->r,
                  "BK0102: the request body could not be read");
    if (status == HTTP_REQUEST_TIME_OUT) {
        return bk_answer_error(request, &bk_error_timeout, NULL);
    }
    if (status == HTTP_REQUEST_ENTITY_TOO_LARGE) {
        return bk_answer_error(request, &bk_error_too_large, NULL);
    }
    return bk_answer_error(request, &bk_error_body, NULL);
}

/* Append the data of a brigade to a buffer of limit bytes.
 * @return APR_SUCCESS, APR_EOF at the end of the body, APR_ENOSPC if it is too long */
static apr_status_t append(apr_bucket_brigade *brigade, char *data, apr_size_t limit,
                           apr_size_t *len)
{
    apr_bucket *bucket;

    for (bucket = APR_BRIGADE_FIRST(brigade); bucket != APR_BRIGADE_SENTINEL(brigade);
         bucket = APR_BUCKET_NEXT(bucket)) {
        const char *piece;
        apr_size_t size;
        apr_status_t rv;

        if (APR_BUCKET_IS_EOS(bucket)) {
            return APR_EOF;
        }
        if (APR_BUCKET_IS_METADATA(bucket)) {
            continue;
        }
        rv = apr_bucket_read(bucket, &piece, &size, APR_BLOCK_READ);
        if (rv != APR_SUCCESS) {
            return rv;
        }
        if (size > limit - *len) {
            return APR_ENOSPC;
        }
        memcpy(data + *len, piece, size);
        *len += size;
    }
    return APR_SUCCESS;
}

/* A body that is being read. */
typedef struct reading_t {
    bk_request_t *request;
    apr_bucket_brigade *brigade;
    apr_int64_t since; /* when that began, monotonic milliseconds */
    int is_waited_for; /* it was not there at once */
    int had_store;     /* the store was released for that */
} reading_t;

static apr_status_t get_brigade(const reading_t *reading, apr_read_type_e block)
{
    return ap_get_brigade(reading->request->r->input_filters, reading->brigade, AP_MODE_READBYTES,
                          block, READ_SIZE);
}

/* A client may send its body as slowly as httpd allows: meanwhile the request holds no connection
 * to the database. */
static void begin_wait(reading_t *reading)
{
    bk_request_t *request = reading->request;

    if (!reading->is_waited_for) {
        reading->is_waited_for = 1;
        reading->had_store = request->release_store != NULL;
        if (reading->had_store) {
            request->release_store(request);
        }
    }
}

/* Some filters answer that there is nothing yet by success and an empty brigade. For a client that
 * waits for "100 Continue", httpd sends that only if the first read may block. */
static apr_status_t read_more(reading_t *reading)
{
    int is_awaited = reading->request->r->expecting_100;
    apr_status_t rv = is_awaited ? APR_EAGAIN : get_brigade(reading, APR_NONBLOCK_READ);

    if (APR_STATUS_IS_EAGAIN(rv) || (rv == APR_SUCCESS && APR_BRIGADE_EMPTY(reading->brigade))) {
        begin_wait(reading);
        rv = get_brigade(reading, APR_BLOCK_READ);
    }
    return rv;
}

/* The length is counted while reading: a chunked body does not announce it. */
static apr_status_t read_all(reading_t *reading, char *data, apr_size_t limit, apr_size_t *len)
{
    apr_status_t rv;

    *len = 0;
    do {
        rv = read_more(reading);
        if (rv == APR_SUCCESS) {
            rv = append(reading->brigade, data, limit, len);
            apr_brigade_cleanup(reading->brigade);
        }
        else if (APR_STATUS_IS_EOF(rv)) {
            /* The connection ended before the body did. */
            rv = APR_INCOMPLETE;
        }
    } while (rv == APR_SUCCESS);
    apr_brigade_destroy(reading->brigade);
    return APR_STATUS_IS_EOF(rv) ? APR_SUCCESS : rv;
}

static int go_on(const reading_t *reading)
{
    bk_request_t *request = reading->request;

    return reading->is_waited_for && request->resume
               ? request->resume(request, bk_time_monotonic_ms() - reading->since,
                                 reading->had_store)
               : BK_CONTINUE;
}

int bk_body_parse(bk_request_t *request, const bk_error_t *schema, const char *data, apr_size_t len)
{
    apr_pool_t *p = request->r->pool;
    const char *why;
    bk_json_result_t result = bk_json_parse(&request->body, data, len, &why, p);

    if (result == BK_JSON_PARSED) {
        return BK_CONTINUE;
    }
    if (result == BK_JSON_SYNTAX && schema->details) {
        return bk_answer_error(request, schema, NULL);
    }
    return bk_answer_error(request, schema, apr_pstrcat(p, "Invalid JSON: ", why, NULL));
}

int bk_body_bytes(bk_request_t *request, const char **data, apr_size_t *len)
{
    request_rec *r = request->r;
    apr_size_t limit = (apr_size_t)bk_answer_body_limit(request);
    apr_int64_t declared = bk_request_length(r);
    reading_t reading = {.request = request,
                         .brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc),
                         .since = bk_time_monotonic_ms()};
    char *bytes;
    apr_status_t rv;

    request->is_body_read = 1;
    if (declared >= 0) {
        limit = (apr_size_t)declared;
    }
    *data = bytes = apr_palloc(r->pool, limit + 1);
    rv = read_all(&reading, bytes, limit, len);
    if (APR_STATUS_IS_ENOSPC(rv)) {
        r->connection->keepalive = AP_CONN_CLOSE;
        return bk_answer_error(request, &bk_error_too_large, NULL);
    }
    return rv == APR_SUCCESS ? go_on(&reading) : answer_read_error(request, rv);
}

int bk_body_read(bk_request_t *request, const bk_error_t *schema)
{
    const char *data;
    apr_size_t len;
    int result = bk_body_bytes(request, &data, &len);

    return result == BK_CONTINUE ? bk_body_parse(request, schema, data, len) : result;
}
