#include "bk_httpd_error.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <util_filter.h>

#include "bk_httpd_answer.h"

static ap_filter_rec_t *error_filter;

/* The error that a status stands for. */
static const bk_error_t *error_of(int status, apr_pool_t *p)
{
    static const bk_error_t *const known[] = {
        &bk_error_forbidden,  &bk_error_no_route, &bk_error_method,      &bk_error_too_large,
        &bk_error_media_type, &bk_error_timeout,  &bk_error_unavailable, &bk_error_internal};
    bk_error_t *error;
    unsigned int i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (known[i]->standard == status) {
            return known[i];
        }
    }
    error = apr_pcalloc(p, sizeof(*error));
    error->reference = error->standard = status;
    error->code = "BAD_REQUEST";
    /* "403 Forbidden": the words behind the number */
    error->message = ap_get_status_line(status) + 4;
    error->details = "The server refused the request";
    return error;
}

/* Throw the page away, and send ours when it ends. */
static apr_status_t replace_page(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    request_rec *r = f->r;
    apr_bucket *last = APR_BRIGADE_LAST(brigade);
    int ended = !APR_BRIGADE_EMPTY(brigade) && APR_BUCKET_IS_EOS(last);
    bk_request_t request = {.r = r, .conf = bk_httpd_conf(r->server)};

    apr_brigade_cleanup(brigade);
    if (!ended) {
        return APR_SUCCESS;
    }
    ap_remove_output_filter(f);
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

static void insert_filter(request_rec *r)
{
    if (r->status >= HTTP_BAD_REQUEST &&
        bk_httpd_subpath(bk_httpd_conf(r->server), asked_path(r))) {
        ap_add_output_filter_handle(error_filter, NULL, r, r->connection);
    }
}

void bk_httpd_error_register(apr_pool_t *p)
{
    const char *name = apr_pstrcat(p, "BOOKABLE-ERROR-", bk_httpd_service()->name, NULL);

    error_filter = ap_register_output_filter(name, replace_page, NULL, AP_FTYPE_RESOURCE);
    ap_hook_insert_error_filter(insert_filter, NULL, NULL, APR_HOOK_LAST);
}
