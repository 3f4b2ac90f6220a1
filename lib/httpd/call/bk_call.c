#include "bk_call.h"

#include <stdlib.h>
#include <string.h>

#include <apr_buckets.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>

#include "bk_answer.h"
#include "bk_conf.h"
#include "bk_conf_dependency.h"
#include "bk_consistency.h"
#include "bk_deadline.h"
#include "bk_error.h"
#include "bk_json.h"
#include "bk_offer.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_text.h"
#include "bk_time.h"

#define ATTEMPTS 4
#define RETRY_AFTER_MOST 3600 /* seconds */
#define HOST_MOST 261         /* of a name, a colon and a port: RFC 1035, section 2.3.4 */

static ap_filter_rec_t *capture_filter;
static ap_filter_rec_t *body_filter;

/* What the capture filter has collected. */
typedef struct capture_t {
    apr_bucket_brigade *brigade;
    apr_size_t len;
    apr_size_t most; /* bytes */
    int error;       /* status of an ERROR bucket: the answer is incomplete; 0: none */
} capture_t;

/* The last output filter of a subrequest: it collects the body, and nothing goes to the client. */
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
            if (rv == APR_SUCCESS && len > answer->most - answer->len) {
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

/* What is left of the body of a subrequest. */
typedef struct body_t {
    const char *data;
    apr_size_t len;
} body_t;

/* An input filter that gives a subrequest its body, often an empty one. With this filter, and with
 * kept_body set, mod_proxy_http sends the body, and lets a subrequest use a kept-alive connection;
 * otherwise it opens one for each subrequest. */
static apr_status_t give_body(ap_filter_t *f, apr_bucket_brigade *out, ap_input_mode_t mode,
                              apr_read_type_e block, apr_off_t size)
{
    body_t *body = f->ctx;
    apr_size_t len = body->len;

    if (mode != AP_MODE_READBYTES && mode != AP_MODE_GETLINE) {
        return APR_ENOTIMPL;
    }
    if (mode == AP_MODE_READBYTES && size > 0 && (apr_size_t)size < len) {
        len = (apr_size_t)size;
    }
    if (len) {
        APR_BRIGADE_INSERT_TAIL(out,
                                apr_bucket_immortal_create(body->data, len, f->c->bucket_alloc));
        body->data += len;
        body->len -= len;
    }
    if (!body->len) {
        APR_BRIGADE_INSERT_TAIL(out, apr_bucket_eos_create(f->c->bucket_alloc));
    }
    return APR_SUCCESS;
}

void bk_call_register(apr_pool_t *p)
{
    const char *name = bk_service()->name;

    capture_filter = ap_register_output_filter(apr_pstrcat(p, "BOOKABLE-CAPTURE-", name, NULL),
                                               capture, NULL, AP_FTYPE_NETWORK - 1);
    body_filter = ap_register_input_filter(apr_pstrcat(p, "BOOKABLE-BODY-", name, NULL), give_body,
                                           NULL, AP_FTYPE_CONTENT_SET - 1);
}

/* The value of a header; NULL if it is longer than such a header needs to be: passed on, it could
 * make the call too large for the other server although the client's request was accepted here. */
static const char *header_within(request_rec *r, const char *name, apr_size_t most)
{
    const char *value = apr_table_get(r->headers_in, name);

    return value && strlen(value) <= most ? value : NULL;
}

/* A call: the request to be sent, and its deadline. */
typedef struct call_t {
    request_rec *r;
    const bk_request_t *request;
    const bk_call_t *what;
    const char *method;
    const char *known;       /* of the request, if the call is on behalf of its caller; or NULL */
    const char *consistency; /* value of X-Consistency, or NULL */
    apr_int64_t start;       /* milliseconds, monotonic */
    apr_int64_t until;       /* the deadline */
} call_t;

static apr_table_t *clean_headers(request_rec *r, const char *authorization,
                                  const char *consistency)
{
    apr_table_t *headers = apr_table_make(r->pool, 5);
    const char *host = header_within(r, "Host", HOST_MOST);
    const char *id = bk_request_id(r);

    if (host) {
        apr_table_setn(headers, "Host", host);
    }
    if (id) {
        apr_table_setn(headers, "X-Request-Id", id);
    }
    if (consistency) {
        apr_table_setn(headers, BK_CONSISTENCY_HEADER, consistency);
    }
    apr_table_setn(headers, "Accept", "application/json");
    if (authorization) {
        apr_table_setn(headers, "Authorization", authorization);
    }
    return headers;
}

/* The headers of a body are set afterwards: from the main request they would not be copied. */
static void add_body(request_rec *sub, const bk_call_t *what)
{
    body_t *body = apr_palloc(sub->pool, sizeof(*body));

    *body = (body_t){what->body, what->body ? what->len : 0};
    if (what->body) {
        apr_table_setn(sub->headers_in, "Content-Type", "application/json");
        apr_table_setn(sub->headers_in, "Content-Length",
                       apr_psprintf(sub->pool, "%" APR_SIZE_T_FMT, what->len));
    }
    sub->kept_body = apr_brigade_create(sub->pool, sub->connection->bucket_alloc);
    ap_add_input_filter_handle(body_filter, body, sub, sub->connection);
}

static int is_same(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

/* A new subrequest copies the headers of the main request: for that moment, the main request has
 * the headers that the subrequest is to get. */
static request_rec *make_subrequest(const call_t *call, ap_filter_t *filter)
{
    request_rec *r = call->r;
    apr_table_t *saved = r->headers_in;
    request_rec *sub;

    r->headers_in = clean_headers(r, call->what->authorization, call->consistency);
    sub = ap_sub_req_method_uri(call->method, call->what->url, r, filter);
    r->headers_in = saved;
    filter->r = sub;
    /* httpd sends its own errors there: those of a redirect within the server, for example. */
    sub->proto_output_filters = filter;
    /* Whose credentials httpd has replaced (mod_headers, for example) is somebody else. */
    if (call->known &&
        is_same(apr_table_get(sub->headers_in, "Authorization"), call->what->authorization)) {
        apr_table_setn(sub->notes, BK_CALL_KNOWN, call->known);
    }
    add_body(sub, call->what);
    return sub;
}

/* ---- one attempt --------------------------------------------------------------------------------
 */

static int is_recalled(const call_t *call, const bk_reply_t *reply)
{
    const bk_call_t *what = call->what;

    return what->recall && reply->status == HTTP_OK &&
           what->recall(reply->text, reply->len, what->baton);
}

static const char *parse_answer(const call_t *call, bk_reply_t *reply)
{
    apr_pool_t *p = call->r->pool;
    const char *why = NULL;

    return bk_json_parse(&reply->body, reply->text, reply->len, &why, p) == BK_JSON_PARSED
               ? call->what->validate(reply, call->what->baton)
               : apr_psprintf(p, "its answer (status %d) is no JSON object", reply->status);
}

/* @return NULL, or what is wrong with the text of the answer */
static const char *read_text(const call_t *call, bk_reply_t *reply)
{
    return is_recalled(call, reply) ? NULL : parse_answer(call, reply);
}

/* @return NULL, or what is wrong with the answer */
static const char *read_answer(const call_t *call, capture_t *answer, bk_reply_t *reply)
{
    apr_pool_t *p = call->r->pool;
    char *data;

    if (apr_brigade_pflatten(answer->brigade, &data, &reply->len, p) != APR_SUCCESS) {
        return apr_psprintf(p, "its answer (status %d) cannot be read", reply->status);
    }
    reply->text = data;
    return read_text(call, reply);
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
    problem = read_answer(call, answer, reply);
    if (problem && reply->body && reply->status != HTTP_OK) {
        problem = apr_psprintf(p, "it answered with status %d", reply->status);
    }
    /* A refusal (3xx or 4xx) needs no JSON body: its status is enough, except for a 404 because
     * there is no service at this path. */
    if (problem && !reply->absent && reply->status >= HTTP_MULTIPLE_CHOICES &&
        reply->status < HTTP_INTERNAL_SERVER_ERROR) {
        reply->refused = reply->status;
        problem = apr_psprintf(p, "it answered with status %d", reply->status);
    }
    return problem;
}

/* Whether a call may be made again although it may have been carried out. */
static int is_idempotent(const call_t *call)
{
    return strcmp(call->method, "GET") == 0 || strcmp(call->method, "PUT") == 0 ||
           strcmp(call->method, "DELETE") == 0;
}

/* Whether another attempt makes sense: the connection may just have been closed, or another
 * instance may answer. A server may send a 408 when it closes an idle connection (RFC 9110, section
 * 15.5.9); every other refusal is the answer. */
static int may_help(const call_t *call, const bk_reply_t *reply)
{
    return is_idempotent(call) && reply->problem && bk_time_monotonic_ms() < call->until &&
           (reply->refused ? reply->status == HTTP_REQUEST_TIME_OUT : !reply->body);
}

/* Parse Retry-After in seconds (RFC 9110, section 10.2.3); 0 if it is missing or no number, as a
 * date is. It is bounded because it comes from another host and is passed on to clients. */
static int read_retry_after(const char *text)
{
    apr_int64_t seconds;

    if (!text || !bk_text_int(text, &seconds) || seconds < 0) {
        return 0;
    }
    return seconds < RETRY_AFTER_MOST ? (int)seconds : RETRY_AFTER_MOST;
}

/* Whether a path has no handler but httpd's own, for files: it finds none, or takes no such method.
 * Our services return OK once they have answered, whatever that was. */
static int is_nobodys(int rc)
{
    return rc == HTTP_NOT_FOUND || rc == HTTP_METHOD_NOT_ALLOWED;
}

/* Whether a subrequest asks for what the call does: a rule may have changed its query string. */
static int is_as_called(const call_t *call, const request_rec *sub)
{
    const char *query = strchr(call->what->url, '?');

    return is_same(query ? query + 1 : NULL, sub->args);
}

/* Take the answer that a service of this httpd has at hand. The service knows the caller by the
 * note of the subrequest. @return whether there is one that can be read */
static int take_offer(const call_t *call, request_rec *sub, bk_reply_t *reply)
{
    const char *text = NULL;

    if (call->what->offered && call->known && is_as_called(call, sub)) {
        text = bk_offer_take(reply->dependency, sub, &call->request->caller, call->what->offered,
                             &reply->len);
    }
    if (!text) {
        return 0;
    }
    reply->text = apr_pmemdup(call->r->pool, text, reply->len);
    reply->asked = 1;
    reply->at_hand = 1;
    reply->status = HTTP_OK;
    return !read_text(call, reply);
}

/* What a redirect within the server made of a subrequest, which is what was answered. */
static const request_rec *last_of(const request_rec *sub)
{
    while (sub->next) {
        sub = sub->next;
    }
    return sub;
}

/* Have the subrequest answered by whoever httpd has it handled by.
 * @return whether another attempt may be made: it went to another host */
static int run(const call_t *call, request_rec *sub, capture_t *answer, bk_reply_t *reply)
{
    /* A subrequest that was refused before it reached a handler must not be run. */
    int is_let_in = sub->status == HTTP_OK;
    int rc = is_let_in ? ap_run_sub_req(sub) : sub->status;
    const request_rec *last = last_of(sub);
    int is_proxied = last->proxyreq != PROXYREQ_NONE;

    *reply = (bk_reply_t){.dependency = reply->dependency};
    reply->absent = is_let_in && !is_proxied && is_nobodys(rc);
    reply->asked = rc == OK || rc == DONE;
    reply->status = reply->asked ? last->status : rc;
    reply->retry_after = read_retry_after(apr_table_get(last->headers_out, "Retry-After"));
    reply->problem = judge_answer(call, answer, reply);
    return is_proxied;
}

/* Make one attempt. @return whether to make another one */
static int attempt(const call_t *call, bk_reply_t *reply)
{
    request_rec *r = call->r;
    capture_t answer = {.brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc),
                        .most = call->what->most};
    ap_filter_t filter = {.frec = capture_filter, .ctx = &answer, .r = r, .c = r->connection};
    request_rec *sub = make_subrequest(call, &filter);
    int may_go_on = 0;

    *reply = (bk_reply_t){.dependency = reply->dependency};
    bk_deadline_set(sub, call->until);
    if (sub->status != HTTP_OK || !take_offer(call, sub, reply)) {
        may_go_on = run(call, sub, &answer, reply);
    }
    apr_brigade_destroy(answer.brigade);
    ap_destroy_sub_req(sub);
    return may_go_on && may_help(call, reply);
}

/* ---- the call -----------------------------------------------------------------------------------
 */

/* Make up to ATTEMPTS attempts: behind a balancer, more than one may meet an instance that is just
 * being stopped. */
static void make_call(const call_t *call, bk_reply_t *reply)
{
    int left = ATTEMPTS;

    while (attempt(call, reply) && --left > 0) {
        ap_log_rerror(BK_MARK, APLOG_INFO, 0, call->r, "BK0122: asking %s once more: %s",
                      call->what->url, reply->problem);
    }
    ap_log_rerror(BK_MARK, APLOG_DEBUG, 0, call->r,
                  "BK0121: asked %s: status %d after %" APR_INT64_T_FMT " ms%s%s%s",
                  call->what->url, reply->status, bk_time_monotonic_ms() - call->start,
                  reply->at_hand ? ", at hand" : "", reply->problem ? ", " : "",
                  reply->problem ? reply->problem : "");
}

/* A refusal counts as a success: the dependency works, and the client may have caused the refusal.
 * It is ignored if this httpd refused the subrequest itself (by a Require, for example), and if it
 * was slow, as a 408 is, because it must not count as a slow call. */
static bk_breaker_outcome_t outcome_of_refusal(const call_t *call, const bk_reply_t *reply,
                                               const bk_breaker_settings_t *settings)
{
    return reply->asked && bk_time_monotonic_ms() - call->start < settings->slow_time
               ? BK_BREAKER_SUCCESS
               : BK_BREAKER_IGNORED;
}

/* Whether the dependency itself answered that it is unavailable. Usually its database is away, in
 * front of which it has a breaker of its own. If such answers opened the breaker here as well, this
 * one would stay open after that one has closed. */
static int is_unavailable(const bk_reply_t *reply)
{
    return reply->asked && reply->body && reply->status == HTTP_SERVICE_UNAVAILABLE &&
           reply->retry_after > 0;
}

/* A call that ended because the client has gone says nothing about the dependency; a call that
 * reached its deadline is a failure. */
static bk_breaker_outcome_t outcome_of(const call_t *call, const bk_reply_t *reply,
                                       const bk_breaker_settings_t *settings)
{
    if (!reply->problem) {
        return BK_BREAKER_SUCCESS;
    }
    if (reply->refused) {
        return outcome_of_refusal(call, reply, settings);
    }
    if ((reply->absent && call->what->is_optional) ||
        (is_unavailable(reply) && bk_time_monotonic_ms() < call->until)) {
        return BK_BREAKER_IGNORED;
    }
    return call->r->connection->aborted && bk_time_monotonic_ms() < call->until
               ? BK_BREAKER_IGNORED
               : BK_BREAKER_FAILURE;
}

const char *bk_call_consistency(const bk_request_t *request)
{
    const request_rec *r = request->r;

    if (bk_consistency_is_strong(r)) {
        return "strong";
    }
    return r->method_number == M_GET && (bk_consistency_is_eventual(r) ||
                                         request->conf->consistency == BK_CONSISTENCY_EVENTUAL)
               ? "eventual"
               : NULL;
}

void bk_call_url(bk_request_t *request, int dependency, const bk_call_t *what, bk_reply_t *reply)
{
    const bk_conf_dependency_t *conf = &request->conf->dependencies[dependency];
    bk_breaker_t *breaker = &conf->entry->breaker;
    request_rec *r = request->r;
    apr_int64_t now = bk_time_monotonic_ms();
    call_t call = {.r = r,
                   .request = request,
                   .what = what,
                   .method = what->method ? what->method : "GET",
                   .known = what->authorization ? request->known : NULL,
                   .consistency = bk_call_consistency(request),
                   .start = now,
                   .until = now + apr_time_as_msec(conf->timeout)};
    bk_breaker_ticket_t ticket;
    apr_int64_t wait = bk_breaker_enter(breaker, &conf->settings, now, &ticket);

    memset(reply, 0, sizeof(*reply));
    reply->dependency = bk_service()->dependencies[dependency].name;
    if (wait) {
        reply->problem = "Circuit breaker open";
        reply->retry_after = (int)((wait + 999) / 1000);
        return;
    }
    make_call(&call, reply);
    bk_breaker_leave(breaker, &conf->settings, bk_time_monotonic_ms(), &ticket,
                     outcome_of(&call, reply, &conf->settings));
}

void bk_call(bk_request_t *request, int dependency, const char *path, const char *authorization,
             bk_call_validate_t *validate, void *baton, bk_reply_t *reply)
{
    const bk_call_t what = {
        .url =
            apr_pstrcat(request->r->pool, request->conf->dependencies[dependency].path, path, NULL),
        .authorization = authorization,
        .most = BK_CALL_ANSWER,
        .validate = validate,
        .baton = baton};

    bk_call_url(request, dependency, &what, reply);
}

static const char *describe_refusal(const bk_error_t *error, const bk_reply_t *reply,
                                    const bk_error_t *unreadable, apr_pool_t *p)
{
    const char *what = error == unreadable            ? "could not read the request"
                       : error == &bk_error_forbidden ? "refused the request"
                       : reply->retry_after           ? "accepts no more requests for now"
                                                      : "did not answer the request";

    return apr_psprintf(p, "The %s service %s (status %d)", reply->dependency, what,
                        reply->refused);
}

/* The error to answer after a refusal, by its cause. A 429 or 425 is not caused by the client: it
 * was this service that called. */
static const bk_error_t *error_of_refusal(int status, const bk_error_t *unreadable,
                                          const bk_error_t *unavailable)
{
    switch (status) {
    case HTTP_BAD_REQUEST:
    case HTTP_REQUEST_ENTITY_TOO_LARGE:
    case HTTP_REQUEST_URI_TOO_LARGE:
    case HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE:
        return unreadable;
    case HTTP_UNAUTHORIZED:
    case HTTP_FORBIDDEN:
    case HTTP_PROXY_AUTHENTICATION_REQUIRED:
    case HTTP_UNAVAILABLE_FOR_LEGAL_REASONS:
        return &bk_error_forbidden;
    default:
        return unavailable;
    }
}

int bk_call_failed(bk_request_t *request, const bk_error_t *unavailable,
                   const bk_error_t *unreadable, const bk_reply_t *reply)
{
    const bk_error_t *error = unavailable;
    const char *details = reply->problem;

    ap_log_rerror(BK_MARK, APLOG_WARNING, 0, request->r, "BK0131: %s: %s", unavailable->message,
                  reply->problem);
    if (reply->refused) {
        error = error_of_refusal(reply->refused, unreadable, unavailable);
        details = describe_refusal(error, reply, unreadable, request->r->pool);
    }
    return reply->retry_after ? bk_answer_error_retry(request, error, details, reply->retry_after)
                              : bk_answer_error(request, error, details);
}

const char *bk_call_segment(const char *text, apr_pool_t *p)
{
    return ap_escape_path_segment(p, text);
}
