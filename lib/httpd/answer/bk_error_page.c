#include "bk_error_page.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_core.h>
#include <util_filter.h>

#include "bk_answer.h"
#include "bk_conf.h"
#include "bk_error.h"
#include "bk_origin.h"
#include "bk_request.h"
#include "bk_service.h"

/* What SetHandler says where there is nothing but the services. */
#define NOTHING "bookable-nothing"

static ap_filter_rec_t *error_filter;

/* The error that a status stands for. */
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
    /* "403 Forbidden": the words behind the number */
    error->message = ap_get_status_line(status) + 4;
    error->code = status == HTTP_FORBIDDEN ? "FORBIDDEN" : "BAD_REQUEST";
    error->details = "The server refused the request";
    return error;
}

/* An ErrorDocument is answered like any other page: what was said of it goes, and what was refused
 * decides the status, whatever the page's own is. */
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

/* A page that is to be replaced. */
typedef struct page_t {
    const bk_api_t *api; /* that was asked */
    int status;          /* of what was refused, where the page is a document of its own; else 0 */
} page_t;

/* Throw the page away, and send ours when it ends. */
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
    return bk_answer_error(&request, error_of(r->status, r->pool), NULL) == OK ? APR_SUCCESS
                                                                               : APR_EGENERAL;
}

/* The path that was asked for. A request line that httpd gave up on was not taken apart: then the
 * path stands between its first blank and what follows a path. */
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

/* The service's API that a request asks for; NULL: none. */
static const bk_api_t *asked_of(request_rec *r)
{
    const bk_conf_t *conf = bk_conf(r->server);
    const char *rewritten = apr_table_get(r->notes, BK_REQUEST_REWRITTEN), *rest;
    const bk_api_t *api = bk_conf_api(conf, asked_path(r), &rest);

    return !api && rewritten ? bk_conf_api(conf, rewritten, &rest) : api;
}

/* The same, of what the client asked for, or a rule that sent its request on. */
static const bk_api_t *asked_first(request_rec *r)
{
    const bk_api_t *api = NULL;

    for (; r && !api; r = r->prev) {
        api = asked_of(r);
    }
    return api;
}

/* @param asked   the request that tells which API was
 *  @param status  as in page_t */
static void add_filter(request_rec *r, request_rec *asked, int status)
{
    const bk_api_t *api = asked_first(asked);

    if (api) {
        page_t *page = apr_palloc(r->pool, sizeof(*page));

        *page = (page_t){api, status};
        ap_add_output_filter_handle(error_filter, page, r, r->connection);
    }
}

static void insert_error_filter(request_rec *r)
{
    if (r->status >= HTTP_BAD_REQUEST) {
        add_filter(r, r, 0);
    }
}

/* httpd sends a request that failed on to the page that ErrorDocument names. */
static void insert_filter(request_rec *r)
{
    if (r->prev && r->status >= HTTP_BAD_REQUEST) {
        add_filter(r, r->prev, r->status);
    }
}

/* What the services have no part in has the shape that three of them share. */
static int handle_nothing(request_rec *r)
{
    const bk_error_t *error = &bk_error_no_route;
    bk_request_t request;

    if (!r->handler || strcmp(r->handler, NOTHING) != 0) {
        return DECLINED;
    }
    bk_request_begin(&request, r, bk_conf(r->server));
    return bk_answer_error_plain(&request, error, error->details);
}

void bk_error_page_register(apr_pool_t *p)
{
    const char *name = apr_pstrcat(p, "BOOKABLE-ERROR-", bk_service()->name, NULL);

    /* Before all filters that look at a page: they are to see ours. */
    error_filter = ap_register_output_filter(name, replace_page, NULL, AP_FTYPE_RESOURCE - 1);
    ap_hook_insert_error_filter(insert_error_filter, NULL, NULL, APR_HOOK_LAST);
    ap_hook_insert_filter(insert_filter, NULL, NULL, APR_HOOK_LAST);
    /* Behind the services, which are asked for more. */
    ap_hook_handler(handle_nothing, NULL, NULL, APR_HOOK_LAST);
}
