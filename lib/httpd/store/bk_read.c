#include "bk_read.h"

#include "bk_conf.h"
#include "bk_consistency.h"
#include "bk_request.h"
#include "bk_store.h"

static int may_be_behind(const bk_request_t *request)
{
    return request->conf->consistency == BK_CONSISTENCY_EVENTUAL && !request->lease &&
           !bk_consistency_is_strong(request->r);
}

/* @return whether the standby answered and found it */
static int read_standby(bk_request_t *request, bk_read_t *read, void *baton)
{
    apr_status_t rv = bk_store_try_standby(request);

    if (rv != APR_SUCCESS) {
        return 0;
    }
    rv = read(request, baton);
    bk_store_release(request);
    return rv == APR_SUCCESS;
}

static int primary_answers(bk_request_t *request)
{
    if (bk_store_try_acquire(request) != APR_SUCCESS) {
        return 0;
    }
    if (request->store->ping(request->handle) != APR_SUCCESS) {
        bk_store_release(request);
        return 0;
    }
    return 1;
}

int bk_read_acquire(bk_request_t *request)
{
    const bk_store_t *store = request->conf->provider;

    if (request->r->method_number == M_GET && bk_consistency_is_eventual(request->r) &&
        may_be_behind(request) && store->acquire_standby && request->conf->standby &&
        !primary_answers(request)) {
        request->is_behind = 1;
        apr_table_unset(request->r->headers_out, "Retry-After");
    }
    return bk_store_acquire(request);
}

int bk_read(bk_request_t *request, bk_read_t *read, void *baton, apr_status_t *rv)
{
    int result;

    if (may_be_behind(request) && read_standby(request, read, baton)) {
        *rv = APR_SUCCESS;
        return BK_CONTINUE;
    }
    result = bk_store_acquire(request);
    if (result == BK_CONTINUE) {
        *rv = read(request, baton);
    }
    return result;
}
