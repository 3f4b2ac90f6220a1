#include "bk_representation.h"

#include <apr_strings.h>
#include <httpd.h>
#include <http_protocol.h>

#include "bk_answer.h"
#include "bk_error.h"
#include "bk_etag.h"
#include "bk_request.h"

static const char *if_match(const request_rec *r)
{
    return apr_table_get(r->headers_in, "If-Match");
}

static const char *if_none_match(const request_rec *r)
{
    return apr_table_get(r->headers_in, "If-None-Match");
}

int bk_representation_is_conditional(const bk_request_t *request)
{
    return if_match(request->r) || if_none_match(request->r);
}

/* @param tag    the tag of the current representation; NULL: there is none
 * @param known  set to the tag that the client sent for it, if BK_ETAG_NOT_MODIFIED is returned */
static bk_etag_result_t evaluate(const bk_request_t *request, const char *tag, bk_etag_t *known)
{
    const request_rec *r = request->r;
    bk_etag_t current;

    if (!bk_representation_is_conditional(request) || (tag && !bk_etag_parse(tag, &current))) {
        return BK_ETAG_GO_ON;
    }
    /* httpd sets method_number to M_GET for HEAD too */
    return bk_etag_evaluate(if_match(r), if_none_match(r), tag ? &current : NULL,
                            r->method_number == M_GET, known);
}

static const char *make_tag(const bk_request_t *request, const char *text, apr_size_t len)
{
    char *tag = apr_palloc(request->r->pool, BK_ETAG_ROOM);

    bk_etag_of_bytes(text, len, tag);
    return tag;
}

static void show_tag(const bk_request_t *request, const char *tag)
{
    apr_table_setn(request->r->headers_out, "ETag", tag);
}

/* Answer 304 with the tag that the client sent, perhaps with a compressing filter's suffix: the
 * filter does not add the suffix to an answer without a body. Whether it is weak is as for 200.
 * @param tag  of the current representation */
static int answer_not_modified(bk_request_t *request, const char *tag, const bk_etag_t *known)
{
    show_tag(request, apr_psprintf(request->r->pool, "%s\"%.*s\"", *tag == 'W' ? "W/" : "",
                                   (int)known->len, known->opaque));
    return bk_answer_empty(request, HTTP_NOT_MODIFIED);
}

/* @param tag  of the text */
static int answer(bk_request_t *request, const char *tag, const char *text, apr_size_t len)
{
    bk_etag_t known;

    show_tag(request, tag);
    switch (evaluate(request, tag, &known)) {
    case BK_ETAG_NOT_MODIFIED:
        return answer_not_modified(request, tag, &known);
    case BK_ETAG_FAILED:
        return bk_answer_error(request, &bk_error_precondition, NULL);
    default:
        return bk_answer_json_text(request, HTTP_OK, text, len);
    }
}

int bk_representation_answer(bk_request_t *request, const char *text, apr_size_t len)
{
    return !text || request->r->main ? bk_answer_json_text(request, HTTP_OK, text, len)
                                     : answer(request, make_tag(request, text, len), text, len);
}

int bk_representation_check(bk_request_t *request, const char *text, apr_size_t len)
{
    const char *tag;
    bk_etag_t known;

    if (!text) {
        return bk_answer_json_text(request, HTTP_OK, NULL, 0);
    }
    tag = make_tag(request, text, len);
    if (evaluate(request, tag, &known) == BK_ETAG_GO_ON) {
        return BK_CONTINUE;
    }
    show_tag(request, tag);
    return bk_answer_error(request, &bk_error_precondition, NULL);
}

/* ---- of API v1 ----------------------------------------------------------------------------------
 */

static const char *version_tag(const bk_request_t *request, apr_int64_t version)
{
    return apr_psprintf(request->r->pool, "\"%" APR_INT64_T_FMT "\"", version);
}

int bk_representation_answer_version(bk_request_t *request, apr_int64_t version, const char *text,
                                     apr_size_t len)
{
    return !text || request->r->main ? bk_answer_json_text(request, HTTP_OK, text, len)
                                     : answer(request, version_tag(request, version), text, len);
}

int bk_representation_changed(bk_request_t *request, apr_int64_t version, const char *text,
                              apr_size_t len)
{
    if (text) {
        show_tag(request, version_tag(request, version));
    }
    return bk_answer_json_text(request, HTTP_OK, text, len);
}

int bk_representation_check_version(bk_request_t *request, apr_int64_t version)
{
    const char *tag = version == BK_REPRESENTATION_NONE ? NULL : version_tag(request, version);
    bk_etag_t known;

    if (evaluate(request, tag, &known) == BK_ETAG_GO_ON) {
        return BK_CONTINUE;
    }
    if (tag) {
        show_tag(request, tag);
    }
    return bk_answer_error(request, &bk_error_precondition, NULL);
}

int bk_representation_answer_weak(bk_request_t *request, const char *text, apr_size_t len)
{
    return bk_representation_answer_weak_behind(request, text, len, 0);
}

int bk_representation_answer_weak_behind(bk_request_t *request, const char *text, apr_size_t len,
                                         apr_size_t skip)
{
    const char *tag;

    if (!text || request->r->main) {
        return bk_answer_json_text(request, HTTP_OK, text, len);
    }
    tag = apr_pstrcat(request->r->pool, "W/", make_tag(request, text + skip, len - skip), NULL);
    return answer(request, tag, text, len);
}
