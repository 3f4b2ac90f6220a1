#include "bk_httpd_read.h"

#include "bk_httpd_consistency.h"

static int may_be_behind(const bk_request_t *request)
{
    return bk_httpd_conf_consistency(request->conf) == BK_HTTPD_EVENTUAL && !request->lease &&
           !bk_httpd_wants_strong(request->r);
}

/* @return whether a standby had it */
static int read_standby(bk_request_t *request, bk_httpd_read_t *read, void *baton)
{
    const bk_store_t *store = request->conf->provider;
    apr_status_t rv;

    if (!store->acquire_standby ||
        store->acquire_standby(store, request->r, request->conf, &request->handle,
                               &request->lease) != APR_SUCCESS) {
        request->lease = NULL;
        return 0;
    }
    request->store = store;
    rv = read(request, baton);
    bk_httpd_release(request);
    return rv == APR_SUCCESS;
}

static int primary_answers(bk_request_t *request)
{
    if (bk_httpd_try_acquire(request) != APR_SUCCESS) {
        return 0;
    }
    if (request->store->ping(request->handle) != APR_SUCCESS) {
        bk_httpd_release(request);
        return 0;
    }
    return 1;
}

int bk_httpd_acquire_either(bk_request_t *request)
{
    const bk_store_t *store = request->conf->provider;

    if (request->r->method_number == M_GET && bk_httpd_wants_eventual(request->r) &&
        may_be_behind(request) && store->acquire_standby && request->conf->standby &&
        !primary_answers(request)) {
        request->is_behind = 1;
        apr_table_unset(request->r->headers_out, "Retry-After");
    }
    return bk_httpd_acquire(request);
}

int bk_httpd_read(bk_request_t *request, bk_httpd_read_t *read, void *baton, apr_status_t *rv)
{
    int result;

    if (may_be_behind(request) && read_standby(request, read, baton)) {
        *rv = APR_SUCCESS;
        return BK_CONTINUE;
    }
    result = bk_httpd_acquire(request);
    if (result == BK_CONTINUE) {
        *rv = read(request, baton);
    }
    return result;
}
