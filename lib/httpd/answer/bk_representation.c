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

/* @param tag    the tag of the current representation
 * @param known  set to the tag that the client sent for it, if BK_ETAG_NOT_MODIFIED is returned */
static bk_etag_result_t evaluate(const bk_request_t *request, const char *tag, bk_etag_t *known)
{
    const request_rec *r = request->r;
    bk_etag_t current;

    if (!bk_representation_is_conditional(request) || !bk_etag_parse(tag, &current)) {
        return BK_ETAG_GO_ON;
    }
    /* httpd sets method_number to M_GET for HEAD too */
    return bk_etag_evaluate(if_match(r), if_none_match(r), &current, r->method_number == M_GET,
                            known);
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
 * filter does not add the suffix to an answer without a body. */
static int answer_not_modified(bk_request_t *request, const bk_etag_t *known)
{
    show_tag(request, apr_psprintf(request->r->pool, "\"%.*s\"", (int)known->len, known->opaque));
    return bk_answer_empty(request, HTTP_NOT_MODIFIED);
}

int bk_representation_answer(bk_request_t *request, const char *text, apr_size_t len)
{
    const char *tag;
    bk_etag_t known;

    if (!text || request->r->main) {
        return bk_answer_json_text(request, HTTP_OK, text, len);
    }
    tag = make_tag(request, text, len);
    show_tag(request, tag);
    switch (evaluate(request, tag, &known)) {
    case BK_ETAG_NOT_MODIFIED:
        return answer_not_modified(request, &known);
    case BK_ETAG_FAILED:
        return bk_answer_error(request, &bk_error_precondition, NULL);
    default:
        return bk_answer_json_text(request, HTTP_OK, text, len);
    }
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
