/* Filters: chains in the order of their types, those of a request before those of its connection.
 */
#include "stub_ap_private.h"

#include <util_filter.h>

static ap_filter_rec_t *make_filter(const char *name, ap_init_filter_func init, ap_filter_type type)
{
    ap_filter_rec_t *made = apr_pcalloc(stub_ap_process_pool, sizeof(*made));

    made->name = name;
    made->filter_init_func = init;
    made->ftype = type;
    return made;
}

ap_filter_rec_t *ap_register_input_filter(const char *name, ap_in_filter_func function,
                                          ap_init_filter_func init, ap_filter_type type)
{
    ap_filter_rec_t *made = make_filter(name, init, type);

    made->filter_func.in_func = function;
    return made;
}

ap_filter_rec_t *ap_register_output_filter(const char *name, ap_out_filter_func function,
                                           ap_init_filter_func init, ap_filter_type type)
{
    ap_filter_rec_t *made = make_filter(name, init, type);

    made->filter_func.out_func = function;
    return made;
}

/* One chain goes through all three: the request's first filter, its protocol's first, and the
 * connection's first each point into it. */
typedef struct heads_t {
    ap_filter_t **request, **protocol, **connection;
} heads_t;

/* Behind those of its own type, and before those that another request has brought. */
static void put_in(ap_filter_t **head, ap_filter_t *f)
{
    while (*head && (*head)->frec->ftype <= f->frec->ftype && (*head)->r == f->r) {
        head = &(*head)->next;
    }
    f->next = *head;
    *head = f;
}

/* A head that stood at the filter behind the new one, or at the end, is to see it if it is of the
 * head's part. */
static ap_filter_t *add_filter(ap_filter_rec_t *frec, void *ctx, request_rec *r, conn_rec *c,
                               heads_t heads)
{
    int is_connections = frec->ftype >= AP_FTYPE_CONNECTION;
    ap_filter_t *f = apr_pcalloc(is_connections || !r ? c->pool : r->pool, sizeof(*f));

    f->frec = frec;
    f->ctx = ctx;
    f->r = is_connections ? NULL : r;
    f->c = c;
    if (!r) {
        put_in(heads.connection, f);
        return f;
    }
    put_in(heads.request, f);
    if (frec->ftype >= AP_FTYPE_PROTOCOL && *heads.protocol == f->next) {
        *heads.protocol = f;
    }
    if (is_connections && *heads.connection == f->next) {
        *heads.connection = f;
    }
    return f;
}

ap_filter_t *ap_add_input_filter_handle(ap_filter_rec_t *f, void *ctx, request_rec *r, conn_rec *c)
{
    return add_filter(f, ctx, r, c,
                      (heads_t){r ? &r->input_filters : NULL, r ? &r->proto_input_filters : NULL,
                                &c->input_filters});
}

ap_filter_t *ap_add_output_filter_handle(ap_filter_rec_t *f, void *ctx, request_rec *r, conn_rec *c)
{
    return add_filter(f, ctx, r, c,
                      (heads_t){r ? &r->output_filters : NULL, r ? &r->proto_output_filters : NULL,
                                &c->output_filters});
}

static void take_out(ap_filter_t **head, ap_filter_t *f)
{
    while (*head && *head != f) {
        head = &(*head)->next;
    }
    if (*head) {
        *head = f->next;
    }
}

void ap_remove_output_filter(ap_filter_t *f)
{
    if (f->r) {
        take_out(&f->r->output_filters, f);
        take_out(&f->r->proto_output_filters, f);
    }
    take_out(&f->c->output_filters, f);
}

apr_status_t ap_get_brigade(ap_filter_t *f, apr_bucket_brigade *brigade, ap_input_mode_t mode,
                            apr_read_type_e block, apr_off_t size)
{
    return f ? f->frec->filter_func.in_func(f, brigade, mode, block, size) : AP_NOBODY_READ;
}

/* That a brigade ends an answer is remembered of the request, and of those that it was sent on
 * from. */
apr_status_t ap_pass_brigade(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    request_rec *r;

    if (!f) {
        return AP_NOBODY_WROTE;
    }
    if (!APR_BRIGADE_EMPTY(brigade) && APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(brigade))) {
        for (r = f->r; r; r = r->prev) {
            r->eos_sent = 1;
        }
    }
    return f->frec->filter_func.out_func(f, brigade);
}
