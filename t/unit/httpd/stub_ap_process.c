/* How httpd takes a start and a request through its hooks, and what it answers by itself. */
#include "stub_ap_private.h"

#include <apr_buckets.h>
#include <apr_hooks.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_main.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_core.h>
#include <util_filter.h>

int (*stub_ap_location_walk)(request_rec *r);
int stub_ap_satisfy, stub_ap_authz;

/* ---- a start -----------------------------------------------------------------------------------
 */

int stub_ap_configure(void)
{
    apr_pool_t *p = stub_ap_process_pool;
    int result;

    apr_hook_sort_all();
    result = ap_run_pre_config(p, p, p);
    if (result == OK) {
        result = ap_run_check_config(p, p, p, ap_server_conf);
    }
    if (result == OK) {
        result = ap_run_post_config(p, p, p, ap_server_conf);
    }
    if (result == OK) {
        ap_run_child_init(p, ap_server_conf);
    }
    return result;
}

/* ---- from a request to its handler -------------------------------------------------------------
 */

const char *ap_document_root(request_rec *r)
{
    return "/var/www";
}

int ap_location_walk(request_rec *r)
{
    return stub_ap_location_walk ? stub_ap_location_walk(r) : OK;
}

int ap_if_walk(request_rec *r)
{
    return OK;
}

int ap_satisfies(request_rec *r)
{
    return stub_ap_satisfy;
}

static int may_enter(request_rec *r)
{
    int result = ap_run_access_checker(r);

    if (result == OK) {
        result = ap_run_access_checker_ex(r);
    }
    if (result == DECLINED) {
        result = ap_run_check_user_id(r);
        result = result == OK ? ap_run_auth_checker(r) : result;
    }
    return result == DECLINED ? HTTP_INTERNAL_SERVER_ERROR : result;
}

int stub_ap_prepare(request_rec *r)
{
    int result;

    (void)ap_location_walk(r);
    result = ap_run_translate_name(r);
    result = result == OK ? ap_run_map_to_storage(r) : result;
    result = result == OK ? may_enter(r) : result;
    result = result == OK ? ap_run_type_checker(r) : result;
    result = result == OK ? ap_run_fixups(r) : result;
    return result == DECLINED ? HTTP_INTERNAL_SERVER_ERROR : result;
}

int stub_ap_invoke(request_rec *r)
{
    int result;

    ap_run_insert_filter(r);
    if (!r->handler) {
        r->handler = "default-handler";
    }
    result = ap_run_handler(r);
    return result == DECLINED ? HTTP_INTERNAL_SERVER_ERROR : result;
}

/* ---- answers of httpd's own --------------------------------------------------------------------
 */

void ap_set_content_type(request_rec *r, const char *type)
{
    r->content_type = type;
}

void ap_set_content_length(request_rec *r, apr_off_t len)
{
    r->clength = len;
    apr_table_setn(r->headers_out, "Content-Length", apr_off_t_toa(r->pool, len));
}

static apr_status_t send_text(request_rec *r, const char *text, apr_size_t len)
{
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, alloc);

    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_transient_create(text, len, alloc));
    return ap_pass_brigade(r->output_filters, brigade);
}

int ap_rwrite(const void *data, int len, request_rec *r)
{
    return send_text(r, data, (apr_size_t)len) == APR_SUCCESS ? len : -1;
}

int ap_rprintf(request_rec *r, const char *format, ...)
{
    const char *text;
    va_list values;

    va_start(values, format);
    text = apr_pvsprintf(r->pool, format, values);
    va_end(values);
    return ap_rwrite(text, (int)strlen(text), r);
}

/* The end of what a handler has written with ap_rprintf() and the like. */
static void finish(request_rec *r)
{
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, alloc);

    if (!r->eos_sent) {
        APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(alloc));
        (void)ap_pass_brigade(r->output_filters, brigade);
    }
}

static const struct {
    const char *name;
    int number;
} methods[] = {{"GET", M_GET},     {"POST", M_POST},     {"PUT", M_PUT},
               {"PATCH", M_PATCH}, {"DELETE", M_DELETE}, {"OPTIONS", M_OPTIONS}};

#define METHOD_COUNT (sizeof(methods) / sizeof(methods[0]))

void ap_allow_methods(request_rec *r, int reset, ...)
{
    const char *method;
    va_list names;
    unsigned int i;

    if (reset) {
        r->allowed_methods->method_mask = 0;
    }
    va_start(names, reset);
    while ((method = va_arg(names, const char *))) {
        for (i = 0; i < METHOD_COUNT; i++) {
            if (strcmp(methods[i].name, method) == 0) {
                r->allowed_methods->method_mask |= AP_METHOD_BIT << methods[i].number;
            }
        }
    }
    va_end(names);
}

/* TraceEnable is on by default. */
int ap_send_http_options(request_rec *r)
{
    const char *allow = "TRACE";
    unsigned int i;

    for (i = 0; i < METHOD_COUNT; i++) {
        if (r->allowed_methods->method_mask & (AP_METHOD_BIT << methods[i].number)) {
            allow = apr_pstrcat(r->pool, methods[i].name, ",", allow, NULL);
        }
    }
    apr_table_setn(r->headers_out, "Allow", allow);
    return OK;
}

/* Of what was to be sent nothing stays but what is for errors, too; filters of the content go, and
 * others may come. */
static void send_error_page(request_rec *r)
{
    apr_table_t *of_answer = r->headers_out;
    const char *line = ap_get_status_line(r->status);

    r->eos_sent = 0;
    r->output_filters = r->proto_output_filters;
    ap_run_insert_error_filter(r);
    r->headers_out = r->err_headers_out;
    r->err_headers_out = of_answer;
    apr_table_clear(r->err_headers_out);
    ap_set_content_type(r, "text/html; charset=iso-8859-1");
    if (r->status == HTTP_METHOD_NOT_ALLOWED || r->status == HTTP_NOT_IMPLEMENTED) {
        (void)ap_send_http_options(r);
    }
    if (!r->header_only) {
        const char *page = apr_pstrcat(r->pool, "<html><h1>", line + 4, "</h1></html>\n", NULL);

        (void)send_text(r, page, strlen(page));
    }
    finish(r);
}

/* An answer that a filter gave, or that was sent in part, is left as it is. */
static void die(request_rec *r, int status)
{
    if (status == OK || status == DONE) {
        finish(r);
        return;
    }
    if (!ap_is_HTTP_VALID_RESPONSE(status)) {
        if (stub_ap_answer(r)->status || r->connection->aborted) {
            return;
        }
        status = HTTP_INTERNAL_SERVER_ERROR;
    }
    r->status = status;
    if (ap_status_drops_connection(status)) {
        r->connection->keepalive = AP_CONN_CLOSE;
    }
    send_error_page(r);
}

void stub_ap_run(request_rec *r)
{
    int result = stub_ap_prepare(r);

    if (result == OK) {
        result = stub_ap_invoke(r);
    }
    die(r, result);
}

void stub_ap_refuse(request_rec *r, int status)
{
    die(r, status);
}

/* ---- a request that is sent on -----------------------------------------------------------------
 */

static void hand_over(ap_filter_t *f, request_rec *from, request_rec *to)
{
    for (; f; f = f->next) {
        if (f->r == from) {
            f->r = to;
        }
    }
}

/* An internal redirect begins with the status that it is for. */
static request_rec *redirect(request_rec *r, const char *uri)
{
    request_rec *to = apr_pmemdup(r->pool, r, sizeof(*r));

    stub_ap_request_parts(to, "GET", uri);
    to->header_only = r->header_only;
    to->status = r->status;
    to->prev = r;
    to->next = NULL;
    r->next = to;
    to->handler = NULL;
    to->filename = NULL;
    to->headers_out = apr_table_make(r->pool, 8);
    to->output_filters = to->proto_output_filters;
    to->input_filters = to->proto_input_filters;
    hand_over(to->output_filters, r, to);
    hand_over(to->input_filters, r, to);
    return to;
}

/* Where there is no such page, the request gets the one that httpd makes. */
request_rec *stub_ap_error_document(request_rec *r, int status, const char *uri)
{
    request_rec *page;
    int result;

    r->status = status;
    page = redirect(r, uri);
    result = stub_ap_prepare(page);
    result = result == OK ? stub_ap_invoke(page) : result;
    if (result == OK) {
        die(page, OK);
        return page;
    }
    hand_over(page->proto_output_filters, page, r);
    hand_over(page->proto_input_filters, page, r);
    die(r, status);
    return r;
}
