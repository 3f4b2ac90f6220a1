/* The server, its requests, and the two ends of their filters: what the client sends and gets. */
#include "stub_ap_private.h"

#include <apr_strings.h>
#include <apr_time.h>
#include <http_core.h>
#include <http_protocol.h>
#include <util_filter.h>

apr_pool_t *ap_pglobal, *stub_ap_process_pool, *stub_ap_test_pool;
server_rec *ap_server_conf;
module *stub_ap_module;

static ap_filter_rec_t *sender, *reader;
static process_rec process;

/* ---- the server -------------------------------------------------------------------------------
 */

struct ap_conf_vector_t *stub_ap_vector(apr_pool_t *p)
{
    return apr_pcalloc(p, 4 * sizeof(void *));
}

static server_rec *make_server(const char *name, apr_port_t port, apr_pool_t *p)
{
    server_rec *s = apr_pcalloc(p, sizeof(*s));

    s->process = &process;
    s->server_hostname = apr_pstrdup(p, name);
    s->port = port;
    s->keep_alive = 1;
    s->keep_alive_timeout = apr_time_from_sec(5);
    s->log.level = APLOG_DEBUG;
    s->names = apr_array_make(p, 1, sizeof(char *));
    s->wild_names = apr_array_make(p, 1, sizeof(char *));
    s->lookup_defaults = stub_ap_vector(p);
    s->module_config = stub_ap_vector(p);
    return s;
}

server_rec *stub_ap_add_host(const char *name, apr_port_t port)
{
    server_rec *s = make_server(name, port, stub_ap_test_pool), *last = ap_server_conf;

    while (last->next) {
        last = last->next;
    }
    last->next = s;
    s->is_virtual = 1;
    ap_set_module_config(s->module_config, stub_ap_module,
                         ap_get_module_config(ap_server_conf->module_config, stub_ap_module));
    return s;
}

/* ---- what the client sends ---------------------------------------------------------------------
 */

typedef struct piece_t {
    struct piece_t *next;
    const char *data;
    apr_size_t len;
} piece_t;

/* The client at the other end; lives as long as its request. */
typedef struct client_t {
    piece_t *pieces, **end;
    apr_status_t outcome; /* of a read behind the pieces */
    int is_gone;
    int is_broken; /* the end that follows is none: httpd's chunk filter leaves the last chunk out
                    */
    stub_ap_answer_t answer;
    apr_bucket_brigade *got;
} client_t;

/* One piece or less at a time: what is not asked for stays. */
static apr_status_t read_piece(ap_filter_t *f, apr_bucket_brigade *brigade, ap_input_mode_t mode,
                               apr_read_type_e block, apr_off_t size)
{
    client_t *client = f->ctx;
    piece_t *piece = client->pieces;
    apr_bucket_alloc_t *alloc = f->c->bucket_alloc;
    apr_size_t len;

    if (!piece) {
        if (client->outcome == APR_SUCCESS) {
            APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(alloc));
        }
        return client->outcome;
    }
    if (!piece->data) {
        APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_flush_create(alloc));
    }
    len = piece->len < (apr_size_t)size ? piece->len : (apr_size_t)size;
    if (len) {
        APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_transient_create(piece->data, len, alloc));
        piece->data += len;
        piece->len -= len;
    }
    if (!piece->len) {
        client->pieces = piece->next;
    }
    return APR_SUCCESS;
}

/* ---- what the client gets ----------------------------------------------------------------------
 */

/* What decides whether a connection is kept, of all that httpd looks at. */
static int is_kept(request_rec *r)
{
    const char *connection = apr_table_get(r->headers_in, "Connection");

    return r->connection->keepalive != AP_CONN_CLOSE && r->server->keep_alive &&
           !ap_status_drops_connection(r->status) &&
           !(connection && strcasecmp(connection, "close") == 0);
}

static void send_headers(request_rec *r, stub_ap_answer_t *answer)
{
    r->headers_out = apr_table_overlay(r->pool, r->err_headers_out, r->headers_out);
    apr_table_clear(r->err_headers_out);
    if (AP_STATUS_IS_HEADER_ONLY(r->status)) {
        apr_table_unset(r->headers_out, "Content-Length");
        r->content_type = NULL;
    }
    if (r->content_type) {
        apr_table_setn(r->headers_out, "Content-Type", r->content_type);
    }
    answer->is_kept = is_kept(r);
    r->connection->keepalive = answer->is_kept ? AP_CONN_KEEPALIVE : AP_CONN_CLOSE;
    answer->status = r->status;
    answer->headers = apr_table_copy(stub_ap_test_pool, r->headers_out);
}

static void take_bucket(client_t *client, request_rec *r, apr_bucket *bucket)
{
    const char *data;
    apr_size_t len;

    if (AP_BUCKET_IS_ERROR(bucket)) {
        client->is_broken = 1;
    }
    else if (APR_BUCKET_IS_EOS(bucket)) {
        client->answer.is_complete = !client->is_broken;
    }
    else if (!APR_BUCKET_IS_METADATA(bucket) && !stub_ap_is_header_only(r) &&
             apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ) == APR_SUCCESS) {
        apr_brigade_write(client->got, NULL, NULL, data, len);
    }
}

/* Headers go with the first brigade. */
static apr_status_t send_brigade(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    client_t *client = f->ctx;
    apr_bucket *bucket;
    char *body;

    if (client->is_gone) {
        f->c->aborted = 1;
        apr_brigade_cleanup(brigade);
        return APR_ECONNABORTED;
    }
    if (!client->answer.status) {
        send_headers(f->r, &client->answer);
    }
    for (bucket = APR_BRIGADE_FIRST(brigade); bucket != APR_BRIGADE_SENTINEL(brigade);
         bucket = APR_BUCKET_NEXT(bucket)) {
        take_bucket(client, f->r, bucket);
    }
    apr_brigade_cleanup(brigade);
    apr_brigade_pflatten(client->got, &body, &client->answer.len, stub_ap_test_pool);
    client->answer.body = apr_pstrmemdup(stub_ap_test_pool, body, client->answer.len);
    return APR_SUCCESS;
}

/* A request that another one was sent on to has the same client. */
static client_t *client_of(request_rec *r)
{
    ap_filter_t *f = r->proto_output_filters;

    while (f->frec != sender) {
        f = f->next;
    }
    return f->ctx;
}

void stub_ap_body(request_rec *r, const char *data, apr_size_t len)
{
    client_t *client = client_of(r);
    piece_t *piece = apr_pcalloc(r->pool, sizeof(*piece));

    piece->data = data ? apr_pmemdup(r->pool, data, len) : NULL;
    piece->len = len;
    *client->end = piece;
    client->end = &piece->next;
}

void stub_ap_body_fails(request_rec *r, apr_status_t rv)
{
    client_of(r)->outcome = rv;
}

apr_size_t stub_ap_body_left(request_rec *r)
{
    const piece_t *piece;
    apr_size_t left = 0;

    for (piece = client_of(r)->pieces; piece; piece = piece->next) {
        left += piece->len;
    }
    return left;
}

void stub_ap_leave(request_rec *r)
{
    client_of(r)->is_gone = 1;
}

const stub_ap_answer_t *stub_ap_answer(request_rec *r)
{
    return &client_of(r)->answer;
}

const char *stub_ap_answer_header(request_rec *r, const char *name)
{
    const stub_ap_answer_t *answer = stub_ap_answer(r);

    return answer->headers ? apr_table_get(answer->headers, name) : NULL;
}

/* ---- requests ---------------------------------------------------------------------------------
 */

static conn_rec *make_connection(server_rec *s, apr_pool_t *p)
{
    conn_rec *c = apr_pcalloc(p, sizeof(*c));

    c->pool = p;
    c->base_server = s;
    c->bucket_alloc = apr_bucket_alloc_create(p);
    c->conn_config = stub_ap_vector(p);
    c->notes = apr_table_make(p, 4);
    c->keepalive = AP_CONN_UNKNOWN;
    c->client_ip = apr_pstrdup(p, "198.51.100.7");
    c->local_ip = apr_pstrdup(p, "192.0.2.1");
    apr_sockaddr_info_get(&c->client_addr, c->client_ip, APR_INET, 49152, 0, p);
    apr_sockaddr_info_get(&c->local_addr, c->local_ip, APR_INET, s->port, 0, p);
    return c;
}

static void connect_client(request_rec *r)
{
    client_t *client = apr_pcalloc(r->pool, sizeof(*client));

    client->end = &client->pieces;
    client->got = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    client->answer.body = "";
    (void)ap_add_output_filter_handle(sender, client, r, r->connection);
    (void)ap_add_input_filter_handle(reader, client, r, r->connection);
}

/* HEAD is a GET whose body is not sent. */
static int number_of(const char *method)
{
    static const struct {
        const char *method;
        int number;
    } known[] = {{"GET", M_GET},     {"HEAD", M_GET},       {"POST", M_POST},
                 {"PUT", M_PUT},     {"PATCH", M_PATCH},    {"DELETE", M_DELETE},
                 {"TRACE", M_TRACE}, {"OPTIONS", M_OPTIONS}};
    unsigned int i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].method, method) == 0) {
            return known[i].number;
        }
    }
    return M_INVALID;
}

void stub_ap_request_parts(request_rec *r, const char *method, const char *uri)
{
    const char *query = strchr(uri, '?');

    r->method = apr_pstrdup(r->pool, method);
    r->method_number = number_of(method);
    r->header_only = strcmp(method, "HEAD") == 0;
    r->allowed_methods = apr_pcalloc(r->pool, sizeof(*r->allowed_methods));
    r->allowed_methods->method_list = apr_array_make(r->pool, 2, sizeof(char *));
    r->unparsed_uri = apr_pstrdup(r->pool, uri);
    r->uri = apr_pstrmemdup(r->pool, uri, query ? (apr_size_t)(query - uri) : strlen(uri));
    r->args = query ? apr_pstrdup(r->pool, query + 1) : NULL;
    r->parsed_uri.path = r->uri;
    r->per_dir_config = r->server->lookup_defaults;
    r->request_config = stub_ap_vector(r->pool);
    r->notes = apr_table_make(r->pool, 4);
    r->status = HTTP_OK;
}

request_rec *stub_ap_request(server_rec *s, const char *method, const char *uri)
{
    apr_pool_t *p;
    request_rec *r;

    apr_pool_create(&p, stub_ap_test_pool);
    r = apr_pcalloc(p, sizeof(*r));
    r->pool = p;
    r->server = s;
    r->connection = make_connection(s, p);
    r->request_time = apr_time_now();
    r->proto_num = HTTP_VERSION(1, 1);
    r->protocol = apr_pstrdup(p, "HTTP/1.1");
    r->the_request = apr_pstrcat(p, method, " ", uri, " HTTP/1.1", NULL);
    r->hostname = s->server_hostname;
    r->useragent_addr = r->connection->client_addr;
    r->useragent_ip = r->connection->client_ip;
    r->headers_in = apr_table_make(p, 8);
    r->headers_out = apr_table_make(p, 8);
    r->err_headers_out = apr_table_make(p, 2);
    r->subprocess_env = apr_table_make(p, 4);
    apr_table_setn(r->headers_in, "Host", s->server_hostname);
    stub_ap_request_parts(r, method, uri);
    connect_client(r);
    return r;
}

/* ---- life --------------------------------------------------------------------------------------
 */

server_rec *stub_ap_open(module *m)
{
    apr_initialize();
    apr_pool_create(&stub_ap_process_pool, NULL);
    apr_pool_create(&stub_ap_test_pool, stub_ap_process_pool);
    ap_pglobal = stub_ap_process_pool;
    process = (process_rec){.pool = stub_ap_process_pool, .pconf = stub_ap_process_pool};
    stub_ap_satisfy = SATISFY_NOSPEC;
    stub_ap_authz = OK;
    stub_ap_run_mode = AP_SQ_RM_NORMAL;
    stub_ap_main_state = AP_SQ_MS_CREATE_CONFIG;
    stub_ap_module = m;
    m->module_index = 1; /* 0 is the core's */
    sender = ap_register_output_filter("SENDER", send_brigade, NULL, AP_FTYPE_PROTOCOL);
    reader = ap_register_input_filter("READER", read_piece, NULL, AP_FTYPE_PROTOCOL);
    stub_ap_hooks_open();
    ap_server_conf = make_server("www.example.org", 80, stub_ap_process_pool);
    ap_set_module_config(ap_server_conf->module_config, m,
                         m->create_server_config(stub_ap_process_pool, ap_server_conf));
    return ap_server_conf;
}

void stub_ap_forget(void)
{
    ap_server_conf->next = NULL;
    stub_ap_location_walk = NULL;
    stub_ap_satisfy = SATISFY_NOSPEC;
    stub_ap_authz = OK;
    stub_ap_config_forget();
    apr_pool_clear(stub_ap_test_pool);
}

void stub_ap_close(void)
{
    stub_ap_config_close();
    apr_pool_destroy(stub_ap_process_pool);
    apr_terminate();
}
