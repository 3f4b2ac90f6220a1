#include "bk_store.h"

#include <ap_provider.h>
#include <apr_strings.h>

#include "bk_answer.h"
#include "bk_error.h"
#include "bk_service.h"

static const bk_store_t *find(const char *name)
{
    return ap_lookup_provider(bk_service()->store_group, name, bk_service()->store_version);
}

const bk_store_t *bk_store_find(const bk_conf_t *conf)
{
    return find(conf->store);
}

const char *bk_store_list(int group, apr_pool_t *p)
{
    apr_array_header_t *found =
        ap_list_provider_names(p, bk_service()->store_group, bk_service()->store_version);
    const char *list = "";
    int i;

    for (i = 0; i < found->nelts; i++) {
        const char *name = APR_ARRAY_IDX(found, i, ap_list_provider_names_t).provider_name;

        if (find(name)->verbs[group]) {
            list = apr_pstrcat(p, list, *list ? ", " : "", name, NULL);
        }
    }
    return list;
}

/* The group of verbs that an API of the server needs and the store lacks; BK_STORE_CORE: none. */
static int lacking(const bk_store_t *store, const bk_conf_t *conf)
{
    const bk_api_t *api;

    for (api = bk_service()->apis; api->routes; api++) {
        if (*bk_conf_api_path(conf, api) && !store->verbs[api->group]) {
            return api->group;
        }
    }
    return BK_STORE_CORE;
}

const char *bk_store_check(const bk_store_t *store, const bk_conf_t *conf, apr_pool_t *p)
{
    const bk_service_t *service = bk_service();
    int group = lacking(store, conf);

    if (group != BK_STORE_CORE) {
        return apr_psprintf(p, "BookableApi is not right: API v1 needs the store %s (got '%s')",
                            bk_store_list(group, p), conf->store);
    }
    for (group = 0; service->needs && group < BK_STORE_GROUPS; group++) {
        const char *directive = store->verbs[group] ? NULL : service->needs(conf, group);

        if (directive) {
            return apr_psprintf(p, "%s is not right: it needs the store %s (got '%s')", directive,
                                bk_store_list(group, p), conf->store);
        }
    }
    return NULL;
}

static const char *why_none(apr_status_t rv)
{
    switch (rv) {
    case APR_TIMEUP:
        return "Every database connection is in use";
    case APR_EAGAIN:
        return "Circuit breaker open: the database has not been answering";
    default:
        return NULL;
    }
}

/* @param acquire  one of the store's two functions */
static apr_status_t get(bk_request_t *request,
                        apr_status_t (*acquire)(const bk_store_t *store, request_rec *r,
                                                const bk_conf_t *conf, void **handle, void **lease))
{
    const bk_store_t *store = request->store = request->conf->provider;
    apr_status_t rv = acquire(store, request->r, request->conf, &request->handle, &request->lease);

    if (rv == APR_SUCCESS) {
        request->release_store = bk_store_release;
    }
    else {
        request->lease = NULL;
    }
    return rv;
}

apr_status_t bk_store_try_acquire(bk_request_t *request)
{
    const bk_store_t *store = request->conf->provider;

    if (request->lease) {
        return APR_SUCCESS;
    }
    return get(request, request->is_behind ? store->acquire_standby : store->acquire);
}

apr_status_t bk_store_try_standby(bk_request_t *request)
{
    const bk_store_t *store = request->conf->provider;

    return store->acquire_standby ? get(request, store->acquire_standby) : APR_ENOTIMPL;
}

int bk_store_acquire(bk_request_t *request)
{
    apr_status_t rv = bk_store_try_acquire(request);

    return rv == APR_SUCCESS ? BK_CONTINUE
                             : bk_answer_error(request, &bk_error_unavailable, why_none(rv));
}

void bk_store_release(bk_request_t *request)
{
    if (request->lease) {
        request->store->release(request->store, request->r->server, request->lease);
        request->lease = NULL;
        request->release_store = NULL;
    }
}

void bk_store_log_failure(const bk_request_t *request, apr_status_t rv)
{
    ap_log_rerror(BK_MARK, APLOG_ERR, rv == BK_DB_UNKNOWN ? 0 : rv, request->r,
                  "BK0103: the store failed: %s", request->store->error(request->handle));
}

int bk_store_failed(bk_request_t *request, apr_status_t rv)
{
    if (rv == BK_DB_UNKNOWN) {
        return bk_answer_error(request, &bk_error_unknown, NULL); /* logged by bk_settle() */
    }
    bk_store_log_failure(request, rv);
    return bk_answer_error(
        request, APR_STATUS_IS_ENOSPC(rv) ? &bk_error_capacity : &bk_error_unavailable, NULL);
}
