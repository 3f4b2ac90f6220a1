#include "bk_settle.h"

#include "bk_conf.h"
#include "bk_db.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_store.h"

#define FIRST_PAUSE apr_time_from_msec(20)
#define LONGEST_PAUSE apr_time_from_msec(320)

static int is_away(apr_status_t rv)
{
    return rv == APR_ECONNRESET || rv == APR_ETIMEDOUT || rv == APR_EAGAIN || rv == APR_TIMEUP ||
           rv == APR_EBUSY;
}

/* A row that is found may not be replicated yet: make sure that it is as durable as an acknowledged
 * commit. */
static apr_status_t confirm(bk_request_t *request, apr_time_t until)
{
    if (!request->store->confirm) {
        return APR_SUCCESS;
    }
    return apr_time_now() < until ? request->store->confirm(request->handle) : APR_EGENERAL;
}

static apr_status_t look_once(bk_request_t *request, bk_read_t *look, void *baton, apr_time_t until)
{
    apr_status_t rv = bk_store_try_acquire(request);

    if (rv == APR_SUCCESS) {
        rv = look(request, baton);
    }
    if (rv == APR_SUCCESS) {
        rv = confirm(request, until);
    }
    bk_store_release(request);
    /* A breaker may have set it, but the write may turn out to be done. */
    apr_table_unset(request->r->headers_out, "Retry-After");
    return rv;
}

static apr_status_t look_until(bk_request_t *request, bk_read_t *look, void *baton,
                               apr_time_t until)
{
    apr_interval_time_t pause = FIRST_PAUSE;
    apr_status_t rv;

    while (is_away(rv = look_once(request, look, baton, until)) && apr_time_now() + pause < until) {
        apr_sleep(pause);
        if (pause < LONGEST_PAUSE) {
            pause *= 2;
        }
    }
    return rv;
}

apr_status_t bk_settle(bk_request_t *request, apr_status_t rv, bk_read_t *look, void *baton)
{
    request_rec *r = request->r;
    apr_time_t until = r->request_time + request->conf->statement_timeout;

    if (rv != BK_DB_UNKNOWN) {
        return rv;
    }
    ap_log_rerror(BK_MARK, APLOG_WARNING, 0, r,
                  "BK0190: the store did not say whether a write was done: %s",
                  request->store->error(request->handle));
    bk_store_release(request);
    if (look_until(request, look, baton, until) == APR_SUCCESS) {
        ap_log_rerror(BK_MARK, APLOG_NOTICE, 0, r, "BK0191: the write was done");
        return APR_SUCCESS;
    }
    ap_log_rerror(BK_MARK, APLOG_ERR, 0, r,
                  "BK0192: whether the write was done is not known: the client is told so");
    return BK_DB_UNKNOWN;
}
