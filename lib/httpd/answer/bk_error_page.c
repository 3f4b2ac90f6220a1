#include "bk_error_page.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_core.h>
#include <util_filter.h>

#include "bk_answer.h"
#include "bk_answer_v1.h"
#include "bk_conf.h"
#include "bk_error.h"
#include "bk_origin.h"
#include "bk_request.h"
#include "bk_service.h"

/* The handler's name in SetHandler. */
#define NOTHING "bookable-nothing"

/* The name of the note that one of the modules has added its filter to the request. */
#define REPLACED "bookable-error-page"

static ap_filter_rec_t *error_filter;

/* The error for a status. */
static const bk_error_t *error_of(int status, apr_pool_t *p)
{
    static const bk_error_t *const known[] = {
        &bk_error_unauthenticated, &bk_error_no_route, &bk_error_method,      &bk_error_too_large,
        &bk_error_media_type,      &bk_error_timeout,  &bk_error_unavailable, &bk_error_internal};
    bk_error_t *error;
    unsigned int i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i]->standard == status) {
            return known[i];
        }
    }
    error = apr_pcalloc(p, sizeof(*error));
    error->reference = error->standard = status;
    /* "403 Forbidden": the words after the number */
    error->message = ap_get_status_line(status) + 4;
    error->code = status == HTTP_FORBIDDEN ? "FORBIDDEN" : "BAD_REQUEST";
    error->details = "The server refused the request";
    return error;
}

/* Discard the headers and the status of an ErrorDocument, which httpd answers like any other page,
 * and set the status of the refused request. */
static void forget_page(request_rec *r, int status)
{
    apr_table_clear(r->headers_out);
    r->content_encoding = NULL;
    r->content_languages = NULL;
    r->status = status;
    r->status_line = NULL;
    if (status == HTTP_METHOD_NOT_ALLOWED || status == HTTP_NOT_IMPLEMENTED) {
        ap_send_http_options(r); /* sets Allow, and nothing else */
    }
}

static int has_ended(apr_bucket_brigade *brigade)
{
    apr_bucket *bucket;

    for (bucket = APR_BRIGADE_FIRST(brigade); bucket != APR_BRIGADE_SENTINEL(brigade);
         bucket = APR_BUCKET_NEXT(bucket)) {
        if (APR_BUCKET_IS_EOS(bucket)) {
            return 1;
        }
    }
    return 0;
}

/* The replacement of a page. */
typedef struct page_t {
    const bk_api_t *api; /* that the request is for */
    int status;          /* of the refused request, if the page is an ErrorDocument; else 0 */
} page_t;

/* Discard the page, and send the service's error body at its end. */
static apr_status_t replace_page(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    request_rec *r = f->r;
    const page_t *page = f->ctx;
    int ended = has_ended(brigade);
    bk_request_t request;

    apr_brigade_cleanup(brigade);
    if (!ended) {
        return APR_SUCCESS;
    }
    ap_remove_output_filter(f);
    if (page->status) {
        forget_page(r, page->status);
    }
    bk_request_begin(&request, r, bk_conf(r->server));
    request.api = page->api;
    bk_origin_open(r, request.conf);
    if (page->api->is_v1) {
        bk_answer_vary_v1(&request);
    }
    return bk_answer_error(&request, error_of(r->status, r->pool), NULL) == OK ? APR_SUCCESS
                                                                               : APR_EGENERAL;
}

/* The requested path. If httpd refused the request line before parsing it, the path is the part
 * between the first blank and the next blank or '?'. */
static const char *asked_path(request_rec *r)
{
    const char *line = r->the_request ? r->the_request : "";
    apr_size_t method = strcspn(line, " ");

    if (r->uri && *r->uri == '/') {
        return r->uri;
    }
    if (!line[method]) {
        return "";
    }
    line += method + 1;
    return apr_pstrmemdup(r->pool, line, strcspn(line, " ?"));
}

/* The service's API that a request is for; NULL: none. */
static const bk_api_t *asked_of(request_rec *r)
{
    const bk_conf_t *conf = bk_conf(r->server);
    const char *rewritten = apr_table_get(r->notes, BK_REQUEST_REWRITTEN), *rest;
    const bk_api_t *api = bk_conf_api(conf, asked_path(r), &rest);

    return !api && rewritten ? bk_conf_api(conf, rewritten, &rest) : api;
}

/* The same for the client's request, or for one that a redirect or rule made of it. Collections of
 * API v1 that belong to no service here are those of any service: the first that is asked. */
static const bk_api_t *asked_first(request_rec *r)
{
    request_rec *asked;
    const bk_api_t *api = NULL;

    for (asked = r; asked && !api; asked = asked->prev) {
        api = asked_of(asked);
    }
    for (asked = r; asked && !api; asked = asked->prev) {
        api = bk_conf_api_above(bk_conf(asked->server), asked_path(asked));
    }
    return api;
}

/* @param asked   the request that determines the API @param status  as in page_t */
static void add_filter(request_rec *r, request_rec *asked, int status)
{
    const bk_api_t *api =
        apr_table_get(r->notes, REPLACED) ? NULL : asked_first(asked); /* once for all modules */

    if (api) {
        page_t *page = apr_palloc(r->pool, sizeof(*page));

        *page = (page_t){api, status};
        apr_table_setn(r->notes, REPLACED, "");
        ap_add_output_filter_handle(error_filter, page, r, r->connection);
    }
}

static void insert_error_filter(request_rec *r)
{
    if (r->status >= HTTP_BAD_REQUEST) {
        add_filter(r, r, 0);
    }
}

/* Add the filter to the internal redirect of a failed request to its ErrorDocument. */
static void insert_filter(request_rec *r)
{
    if (r->prev && r->status >= HTTP_BAD_REQUEST) {
        add_filter(r, r->prev, r->status);
    }
}

/* Answer 404, in the error format of API v1 below its path, and else in that of the user, space and
 * booking services. */
static int handle_nothing(request_rec *r)
{
    const bk_error_t *error = &bk_error_no_route;
    const bk_api_t *api;
    bk_request_t request;

    if (!r->handler || strcmp(r->handler, NOTHING) != 0) {
        return DECLINED;
    }
    bk_request_begin(&request, r, bk_conf(r->server));
    api = asked_first(r);
    if (!api || !api->is_v1) {
        return bk_answer_error_plain(&request, error, error->details);
    }
    request.api = api;
    bk_answer_vary_v1(&request);
    return bk_answer_error(&request, error, NULL);
}

void bk_error_page_register(apr_pool_t *p)
{
    const char *name = apr_pstrcat(p, "BOOKABLE-ERROR-", bk_service()->name, NULL);

    /* Before all filters that look at the content: they get the service's error body. */
    error_filter = ap_register_output_filter(name, replace_page, NULL, AP_FTYPE_RESOURCE - 1);
    ap_hook_insert_error_filter(insert_error_filter, NULL, NULL, APR_HOOK_LAST);
    ap_hook_insert_filter(insert_filter, NULL, NULL, APR_HOOK_LAST);
    /* After the services' handlers, which most requests are for. */
    ap_hook_handler(handle_nothing, NULL, NULL, APR_HOOK_LAST);
}
