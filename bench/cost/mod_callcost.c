/* mod_callcost: what a call between services costs. Only for bench/cost: it is never installed.
 *
 *     CallcostPath /callcost
 *     GET /callcost/COUNT/near    asks /space/SPACE so many times, within the process
 *     GET /callcost/COUNT/far     asks /far/space/SPACE so many times, where ProxyPass leads
 *
 * and answers with the microseconds that one call took.
 */
#include <ap_provider.h>
#include <apr_strings.h>

#include "bk_answer.h"
#include "bk_call.h"
#include "bk_conf.h"
#include "bk_directives.h"
#include "bk_request.h"
#include "bk_server.h"
#include "bk_service.h"
#include "bk_store.h"
#include "bk_text.h"

module AP_MODULE_DECLARE_DATA callcost_module;

enum { NEAR, FAR };

static const bk_dependency_t dependencies[BK_DEPENDENCIES + 1] = {
    {"near", "/space", apr_time_from_sec(5), apr_time_from_sec(1)},
    {"far", "/far/space", apr_time_from_sec(5), apr_time_from_sec(1)},
    {NULL}};

static const char *read_reply(const bk_reply_t *reply, void *baton)
{
    return reply->status == HTTP_OK ? NULL : "no space";
}

static int measure(bk_request_t *request)
{
    int dependency = strcmp(request->params[1], "far") == 0 ? FAR : NEAR;
    apr_time_t start = apr_time_now();
    apr_int64_t i, count = 1;
    bk_reply_t reply = {NULL};

    (void)bk_text_int(request->params[0], &count);
    for (i = 0; i < count && !reply.problem; i++) {
        bk_call(request, dependency, "/Cost-1", NULL, read_reply, NULL, &reply);
    }
    return bk_answer_text(request, HTTP_OK,
                          reply.problem
                              ? reply.problem
                              : apr_psprintf(request->r->pool, "%.1f\n",
                                             (double)(apr_time_now() - start) / (double)count));
}

static const bk_route_t routes[] = {
    {"GET", "/{count}/{where}", BK_ROUTE_ANYONE, NULL, NULL, measure}, {NULL}};

static const bk_api_t apis[BK_SERVICE_APIS + 1] = {
    {.routes = routes, .answer_error = bk_answer_error_plain}, {NULL}};

#define STORE_GROUP "bookable-callcost-store"
#define STORE_VERSION "1"

static apr_status_t acquire(const bk_store_t *store, request_rec *r, const bk_conf_t *conf,
                            void **handle, void **lease)
{
    return APR_SUCCESS;
}

static void release(const bk_store_t *store, server_rec *s, void *lease)
{
}

static apr_status_t post_config(const bk_store_t *store, server_rec *s)
{
    return APR_SUCCESS;
}

static void child_init(const bk_store_t *store, apr_pool_t *p, server_rec *s, const bk_conf_t *conf)
{
}

static const char *check(const bk_store_t *store, server_rec *s)
{
    return NULL;
}

static apr_status_t ping(void *handle)
{
    return APR_SUCCESS;
}

static const char *error(void *handle)
{
    return "none";
}

/* Every service has a store, with a table of its core's functions: this one keeps nothing. */
static const bk_store_t no_store = {
    .verbs = {""},
    .acquire = acquire,
    .release = release,
    .post_config = post_config,
    .child_init = child_init,
    .check = check,
    .ping = ping,
    .error = error,
};

static const bk_service_t service = {
    .name = "callcost",
    .module = &callcost_module,
    .apis = apis,
    .store_group = STORE_GROUP,
    .store_version = STORE_VERSION,
    .dependencies = dependencies,
};

static void *create(apr_pool_t *p, server_rec *s)
{
    bk_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_conf_init(conf);
    return conf;
}

static void *merge(apr_pool_t *p, void *base, void *own)
{
    bk_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_conf_merge(conf, base, own);
    return conf;
}

static const command_rec commands[] = {AP_INIT_TAKE1("CallcostPath", bk_directives_set_path, NULL,
                                                     RSRC_CONF,
                                                     "URL path under which calls are measured"),
                                       {NULL}};

static void register_hooks(apr_pool_t *p)
{
    ap_register_provider(p, STORE_GROUP, "dbd", STORE_VERSION, &no_store);
    bk_server_register(&service, p);
}

module AP_MODULE_DECLARE_DATA callcost_module = {
    STANDARD20_MODULE_STUFF, NULL, NULL, create, merge, commands, register_hooks};
