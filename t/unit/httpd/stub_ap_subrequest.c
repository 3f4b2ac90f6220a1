/* Subrequests, and what else a module asks httpd for while it handles a request. */
#include "stub_ap_private.h"

#include <apr_buckets.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_filter.h>

/* ---- subrequests -------------------------------------------------------------------------------
 */

/* As ap_sub_req_method_uri() is used: the answer goes through a filter of the caller's, and only
 * through that. */
request_rec *ap_sub_req_method_uri(const char *method, const char *uri, const request_rec *r,
                                   ap_filter_t *next)
{
    apr_pool_t *p;
    request_rec *sub;
    int result;

    apr_pool_create(&p, r->pool);
    sub = apr_pcalloc(p, sizeof(*sub));
    sub->pool = p;
    sub->main = (request_rec *)r;
    sub->server = r->server;
    sub->connection = r->connection;
    sub->hostname = r->hostname;
    sub->request_time = r->request_time;
    sub->useragent_addr = r->useragent_addr;
    sub->useragent_ip = r->useragent_ip;
    sub->the_request = r->the_request;
    sub->assbackwards = 1;
    sub->headers_in = apr_table_copy(p, r->headers_in);
    sub->headers_out = apr_table_make(p, 8);
    sub->err_headers_out = apr_table_make(p, 2);
    sub->subprocess_env = apr_table_copy(p, r->subprocess_env);
    sub->output_filters = next;
    sub->proto_output_filters = r->proto_output_filters;
    sub->input_filters = r->input_filters;
    sub->proto_input_filters = r->proto_input_filters;
    stub_ap_request_parts(sub, method, uri);
    result = stub_ap_prepare(sub);
    if (result != OK) {
        sub->status = result;
    }
    return sub;
}

int ap_run_sub_req(request_rec *sub)
{
    int result = stub_ap_invoke(sub);

    if (!sub->eos_sent) {
        apr_bucket_alloc_t *alloc = sub->connection->bucket_alloc;
        apr_bucket_brigade *brigade = apr_brigade_create(sub->pool, alloc);

        APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(alloc));
        (void)ap_pass_brigade(sub->output_filters, brigade);
    }
    return result == DONE ? OK : result;
}

void ap_destroy_sub_req(request_rec *sub)
{
    apr_pool_destroy(sub->pool);
}

/* ---- ERROR buckets -----------------------------------------------------------------------------
 */

static apr_status_t read_nothing(apr_bucket *bucket, const char **data, apr_size_t *len,
                                 apr_read_type_e block)
{
    *data = NULL;
    *len = 0;
    return APR_SUCCESS;
}

static void destroy_error(void *data)
{
    ap_bucket_error *error = data;

    if (apr_bucket_shared_destroy(error)) {
        apr_bucket_free(error);
    }
}

const apr_bucket_type_t ap_bucket_type_error = {
    "ERROR",
    5,
    APR_BUCKET_METADATA,
    destroy_error,
    read_nothing,
    apr_bucket_setaside_notimpl,
    apr_bucket_split_notimpl,
    apr_bucket_shared_copy,
};

apr_bucket *ap_bucket_error_create(int status, const char *text, apr_pool_t *p,
                                   apr_bucket_alloc_t *alloc)
{
    apr_bucket *bucket = apr_bucket_alloc(sizeof(*bucket), alloc);
    ap_bucket_error *error = apr_bucket_alloc(sizeof(*error), alloc);

    APR_BUCKET_INIT(bucket);
    bucket->free = apr_bucket_free;
    bucket->list = alloc;
    error->status = status;
    error->data = apr_pstrdup(p, text);
    bucket = apr_bucket_shared_make(bucket, error, 0, 0);
    bucket->type = &ap_bucket_type_error;
    return bucket;
}

/* ---- forms -------------------------------------------------------------------------------------
 */

static int hex_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static char *decode(char *text)
{
    char *from = text, *to = text;

    while (*from) {
        if (*from == '%' && from[1] && from[2]) {
            *to++ = (char)(hex_of(from[1]) * 16 + hex_of(from[2]));
            from += 3;
        }
        else {
            *to++ = *from == '+' ? ' ' : *from;
            from++;
        }
    }
    *to = '\0';
    return text;
}

static int add_pair(request_rec *r, char *text, apr_array_header_t *pairs)
{
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    ap_form_pair_t *pair = apr_array_push(pairs);
    char *value = strchr(text, '=');

    if (value) {
        *value++ = '\0';
    }
    pair->name = decode(text);
    pair->value = apr_brigade_create(r->pool, alloc);
    return value ? apr_brigade_puts(pair->value, NULL, NULL, decode(value)) : APR_SUCCESS;
}

static apr_status_t read_form(request_rec *r, char *text, apr_size_t *len)
{
    apr_bucket_brigade *all = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_status_t rv = APR_SUCCESS;

    while (rv == APR_SUCCESS &&
           (APR_BRIGADE_EMPTY(all) || !APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(all)))) {
        rv = ap_get_brigade(r->input_filters, brigade, AP_MODE_READBYTES, APR_BLOCK_READ, 8192);
        APR_BRIGADE_CONCAT(all, brigade);
    }
    return rv == APR_SUCCESS ? apr_brigade_flatten(all, text, len) : rv;
}

/* What is no form is thrown away; more pairs than that, or longer ones, are too large. */
int ap_parse_form_data(request_rec *r, ap_filter_t *f, apr_array_header_t **result, apr_size_t most,
                       apr_size_t size)
{
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    apr_array_header_t *pairs = apr_array_make(r->pool, 4, sizeof(ap_form_pair_t));
    apr_size_t len = size + 1;
    char *text = apr_pcalloc(r->pool, size + 2), *word;

    *result = pairs;
    if (!type || strncasecmp(type, "application/x-www-form-urlencoded", 33) != 0) {
        return OK;
    }
    if (read_form(r, text, &len) != APR_SUCCESS) {
        return HTTP_BAD_REQUEST;
    }
    while ((word = apr_strtok(text, "&", &text))) {
        if ((apr_size_t)pairs->nelts == most || strlen(word) > size) {
            return HTTP_REQUEST_ENTITY_TOO_LARGE;
        }
        add_pair(r, word, pairs);
    }
    return OK;
}

/* ---- names and sockets -------------------------------------------------------------------------
 */

int stub_ap_use_canonical_name;

/* The client's Host, or ServerName with UseCanonicalName. */
static const char *server_name(request_rec *r)
{
    return stub_ap_use_canonical_name || !r->hostname ? r->server->server_hostname : r->hostname;
}

const char *ap_get_server_name_for_url(request_rec *r)
{
    const char *name = server_name(r);

    return strchr(name, ':') ? apr_pstrcat(r->pool, "[", name, "]", NULL) : name;
}

apr_port_t ap_get_server_port(const request_rec *r)
{
    if (!stub_ap_use_canonical_name && r->parsed_uri.port_str) {
        return r->parsed_uri.port;
    }
    return r->server->port ? r->server->port : ap_default_port(r);
}

/* The core keeps it with the connection. */
apr_socket_t *ap_get_conn_socket(conn_rec *c)
{
    return ap_get_core_module_config(c->conn_config);
}
