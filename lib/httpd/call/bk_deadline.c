#include "bk_deadline.h"

#include <apr_optional_hooks.h>
#include <apr_strings.h>
#include <http_core.h>
#include <mod_proxy.h>
#include <util_filter.h>

#include "bk_service.h"
#include "bk_text.h"
#include "bk_time.h"

#define READ_SIZE 8192
#define LINE_LIMIT 65536

static ap_filter_rec_t *deadline_filter;
static const char *note_name; /* of the note with a subrequest's deadline; one per service */

/* The filter's state; lives as long as the backend's connection. */
typedef struct deadline_t {
    apr_socket_t *socket;
    apr_interval_time_t usual; /* the time-out that mod_proxy gave the socket */
    apr_int64_t until;         /* milliseconds, monotonic; 0: there is no deadline */
    apr_bucket_brigade *ahead; /* read, but not yet asked for */
} deadline_t;

/* Read some bytes, within the time that is left. */
static apr_status_t read_in_time(ap_filter_t *f, apr_bucket_brigade *brigade, apr_read_type_e block)
{
    deadline_t *deadline = f->ctx;
    apr_int64_t left = deadline->until - bk_time_monotonic_ms();

    if (left <= 0) {
        return APR_TIMEUP;
    }
    apr_socket_timeout_set(deadline->socket, apr_time_from_msec(left));
    return ap_get_brigade(f->next, brigade, AP_MODE_READBYTES, block, READ_SIZE);
}

static apr_status_t read_more(ap_filter_t *f, apr_read_type_e block)
{
    deadline_t *deadline = f->ctx;
    apr_bucket_brigade *brigade = apr_brigade_create(f->c->pool, f->c->bucket_alloc);
    apr_status_t rv = read_in_time(f, brigade, block);

    if (rv == APR_SUCCESS) {
        APR_BRIGADE_CONCAT(deadline->ahead, brigade);
    }
    apr_brigade_destroy(brigade);
    return rv;
}

static int has_line(apr_bucket_brigade *brigade)
{
    apr_bucket *bucket;

    for (bucket = APR_BRIGADE_FIRST(brigade); bucket != APR_BRIGADE_SENTINEL(brigade);
         bucket = APR_BUCKET_NEXT(bucket)) {
        const char *data;
        apr_size_t len;

        if (APR_BUCKET_IS_EOS(bucket)) {
            return 1;
        }
        if (apr_bucket_read(bucket, &data, &len, APR_BLOCK_READ) == APR_SUCCESS && len &&
            memchr(data, APR_ASCII_LF, len)) {
            return 1;
        }
    }
    return 0;
}

static apr_status_t get_line(ap_filter_t *f, apr_bucket_brigade *out, apr_read_type_e block)
{
    deadline_t *deadline = f->ctx;
    apr_status_t rv = APR_SUCCESS;

    while (rv == APR_SUCCESS && !has_line(deadline->ahead)) {
        apr_off_t len;

        rv = read_more(f, block);
        if (rv == APR_SUCCESS && apr_brigade_length(deadline->ahead, 1, &len) == APR_SUCCESS &&
            len > LINE_LIMIT) {
            rv = APR_ENOSPC;
        }
    }
    return rv == APR_SUCCESS ? apr_brigade_split_line(out, deadline->ahead, block, LINE_LIMIT) : rv;
}

/* Hand over up to so many bytes; with stay, a copy of them. */
static apr_status_t get_bytes(ap_filter_t *f, apr_bucket_brigade *out, apr_read_type_e block,
                              apr_off_t size, int stay)
{
    deadline_t *deadline = f->ctx;
    apr_bucket *bucket, *next, *end;
    apr_status_t rv = APR_SUCCESS;

    if (APR_BRIGADE_EMPTY(deadline->ahead)) {
        rv = read_more(f, block);
    }
    if (rv == APR_SUCCESS) {
        rv = apr_brigade_partition(deadline->ahead, size, &end);
        rv = rv == APR_INCOMPLETE ? APR_SUCCESS : rv;
    }
    if (rv != APR_SUCCESS) {
        return rv;
    }
    for (bucket = APR_BRIGADE_FIRST(deadline->ahead); bucket != end; bucket = next) {
        next = APR_BUCKET_NEXT(bucket);
        if (!stay) {
            APR_BUCKET_REMOVE(bucket);
        }
        else if ((rv = apr_bucket_copy(bucket, &bucket)) != APR_SUCCESS) {
            return rv;
        }
        APR_BRIGADE_INSERT_TAIL(out, bucket);
    }
    return APR_SUCCESS;
}

static apr_status_t filter(ap_filter_t *f, apr_bucket_brigade *out, ap_input_mode_t mode,
                           apr_read_type_e block, apr_off_t size)
{
    deadline_t *deadline = f->ctx;

    if (deadline->until || !APR_BRIGADE_EMPTY(deadline->ahead)) {
        if (mode == AP_MODE_GETLINE) {
            return get_line(f, out, block);
        }
        if (mode == AP_MODE_READBYTES || mode == AP_MODE_SPECULATIVE) {
            return get_bytes(f, out, block, size, mode == AP_MODE_SPECULATIVE);
        }
    }
    return ap_get_brigade(f->next, out, mode, block, size);
}

/* The state of a backend's connection; NULL if it has no filter yet. */
static deadline_t *find_deadline(conn_rec *c)
{
    ap_filter_t *f;

    for (f = c->input_filters; f; f = f->next) {
        if (f->frec == deadline_filter) {
            return f->ctx;
        }
    }
    return NULL;
}

/* Add the filter before the one that reads the socket. If that was the first filter of the
 * connection, the backend request's pointers to the first filter have to be updated. */
static deadline_t *make_deadline(request_rec *backend)
{
    conn_rec *c = backend->connection;
    int was_first = backend->input_filters == c->input_filters;
    deadline_t *deadline = apr_pcalloc(c->pool, sizeof(*deadline));

    deadline->socket = ap_get_conn_socket(c);
    deadline->ahead = apr_brigade_create(c->pool, c->bucket_alloc);
    apr_socket_timeout_get(deadline->socket, &deadline->usual);
    ap_add_input_filter_handle(deadline_filter, deadline, NULL, c);
    if (was_first) {
        backend->input_filters = backend->proto_input_filters = c->input_filters;
    }
    return deadline;
}

/* mod_proxy has sent its request and is about to read the answer. The connection may have the
 * filter from an earlier call, while this request is no call and has no deadline. */
static int create_req(request_rec *r, request_rec *backend)
{
    const char *note = apr_table_get(r->notes, note_name);
    deadline_t *deadline = find_deadline(backend->connection);
    apr_int64_t until = 0;

    if (note) {
        (void)bk_text_int(note, &until);
    }
    if (!deadline && until) {
        deadline = make_deadline(backend);
    }
    if (deadline) {
        deadline->until = until;
        apr_socket_timeout_set(deadline->socket, deadline->usual);
    }
    return OK;
}

void bk_deadline_set(request_rec *sub, apr_int64_t until)
{
    apr_table_setn(sub->notes, note_name,
                   bk_text_of_int(until, apr_palloc(sub->pool, BK_TEXT_INT)));
}

void bk_deadline_register(apr_pool_t *p)
{
    note_name = apr_pstrcat(p, "bookable-deadline-", bk_service()->name, NULL);
    deadline_filter =
        ap_register_input_filter(apr_pstrcat(p, "BOOKABLE-DEADLINE-", bk_service()->name, NULL),
                                 filter, NULL, AP_FTYPE_NETWORK - 1);
    /* An optional hook: mod_proxy may not be loaded. */
    APR_OPTIONAL_HOOK(proxy, create_req, create_req, NULL, NULL, APR_HOOK_MIDDLE);
}
