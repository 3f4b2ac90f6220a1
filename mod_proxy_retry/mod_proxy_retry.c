/* mod_proxy_retry: a reverse proxy sends a safe request again when its answer was lost.
 *
 *     ProxyRetry 3
 *
 * When a server dies, the requests that it was handling are lost. mod_proxy uses another member of
 * a balancer if it could not connect, but once a request was sent it gives up: with a 502, or, on a
 * client's kept connection, by closing that (mod_proxy_http.c, "Closing connection to client").
 * That is right for a request that may have changed something. A proxy may send a safe request (RFC
 * 9110, 9.2.1) again (9.2.2), and this module does: it is a scheme handler that runs before the
 * others, calls them, and calls them again, for the same member, if no answer came. If the member
 * no longer listens, mod_proxy finds out when it connects, and chooses another one as usual.
 */
#include <stddef.h> /* offsetof(), which APR's rings use if it is defined */

#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_connection.h>
#include <http_log.h>
#include <mod_proxy.h>

#include "bk_version.h"

extern module AP_MODULE_DECLARE_DATA proxy_retry_module;
APLOG_USE_MODULE(proxy_retry);

#define MOST_RETRIES 10
#define UNSET -1

typedef struct {
    int retries; /* the most repetitions of a request; UNSET if not configured */
} retry_conf_t;

/* The state of a request that may be repeated. */
typedef struct {
    int answered; /* a part of the answer was sent to the client */
    int closed;   /* the client's connection would have been closed, instead of an answer */
} retry_state_t;

static ap_filter_rec_t *hold_filter;

/* ---- one attempt ---------------------------------------------------------------------------- */

/* Whether a brigade is mod_proxy_http's signal for "no answer, close the connection". */
static int is_closing(apr_bucket_brigade *bb)
{
    apr_bucket *bucket;

    for (bucket = APR_BRIGADE_FIRST(bb); bucket != APR_BRIGADE_SENTINEL(bb);
         bucket = APR_BUCKET_NEXT(bucket)) {
        if (AP_BUCKET_IS_EOC(bucket)) {
            return 1;
        }
        if (!APR_BUCKET_IS_METADATA(bucket)) {
            return 0;
        }
    }
    return 0;
}

/* An output filter that swallows the signal to close the client's connection; for anything else it
 * removes itself. */
static apr_status_t hold(ap_filter_t *f, apr_bucket_brigade *bb)
{
    retry_state_t *state = f->ctx;

    if (is_closing(bb)) {
        state->closed = 1;
        return apr_brigade_cleanup(bb);
    }
    state->answered = 1;
    ap_remove_output_filter(f);
    return ap_pass_brigade(f->next, bb);
}

/* Whether the server took the request and closed the connection before a status line, so that
 * another attempt may help. A time-out does not count: a second attempt would most likely time out
 * too. */
static int is_lost(const request_rec *r, const retry_state_t *state, int status)
{
    return (state->closed || status == HTTP_BAD_GATEWAY) && !state->answered &&
           !apr_table_get(r->notes, "proxy-status") && !apr_table_get(r->notes, "proxy_timedout") &&
           !r->connection->aborted;
}

/* Remove from the request what ap_proxyerror() and the closed connection have left in it. */
static void forget_attempt(request_rec *r, int no_cache)
{
    apr_table_unset(r->notes, "error-notes");
    apr_table_unset(r->notes, "verbose-error-to");
    r->status_line = NULL;
    r->no_cache = no_cache;
}

/* ---- the request ---------------------------------------------------------------------------- */

/* Whether a request may be repeated: it has a safe method (M_GET includes HEAD), and no body, which
 * could not be read a second time. Not a subrequest, whose caller decides for itself. */
static int may_retry(request_rec *r)
{
    return (r->method_number == M_GET || r->method_number == M_OPTIONS) && !r->main &&
           !ap_request_has_body(r);
}

static int proxy_retry(request_rec *r, proxy_worker *worker, proxy_server_conf *conf, char *url,
                       const char *proxyname, apr_port_t proxyport)
{
    const retry_conf_t *retry = ap_get_module_config(r->per_dir_config, &proxy_retry_module);
    const int no_cache = r->no_cache;
    int attempt, status = DECLINED;

    /* The scheme handlers that this function runs include itself. */
    if (retry->retries <= 0 || !may_retry(r) ||
        ap_get_module_config(r->request_config, &proxy_retry_module)) {
        return DECLINED;
    }
    for (attempt = 0; attempt < retry->retries; attempt++) {
        retry_state_t state = {0, 0};
        ap_filter_t *filter = ap_add_output_filter_handle(hold_filter, &state, r, r->connection);

        ap_set_module_config(r->request_config, &proxy_retry_module, &state);
        status = proxy_run_scheme_handler(r, worker, conf, url, proxyname, proxyport);
        ap_set_module_config(r->request_config, &proxy_retry_module, NULL);
        if (!state.answered) {
            ap_remove_output_filter(filter);
        }
        if (!is_lost(r, &state, status)) {
            return status;
        }
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                      "BK0501: %s took the request and gave no answer; it is asked again",
                      ap_proxy_worker_name(r->pool, worker));
        forget_attempt(r, no_cache);
    }
    /* The last attempt is left to mod_proxy: its result is the answer. */
    return DECLINED;
}

/* ---- configuration -------------------------------------------------------------------------- */

static void *create_conf(apr_pool_t *p, char *dir)
{
    retry_conf_t *conf = apr_palloc(p, sizeof(*conf));

    (void)dir;
    conf->retries = UNSET;
    return conf;
}

static void *merge_conf(apr_pool_t *p, void *base, void *add)
{
    (void)p;
    return ((retry_conf_t *)add)->retries != UNSET ? add : base;
}

static const char *set_retries(cmd_parms *cmd, void *dir_conf, const char *arg)
{
    retry_conf_t *conf = dir_conf;
    char *end;
    apr_int64_t number;

    if (!ap_cstr_casecmp(arg, "Off")) {
        conf->retries = 0;
        return NULL;
    }
    number = apr_strtoi64(arg, &end, 10);
    if (end == arg || *end || number < 0 || number > MOST_RETRIES) {
        return apr_psprintf(cmd->temp_pool,
                            "%s must be Off, or how often a request is sent once more: "
                            "a number from 0 to %d",
                            cmd->cmd->name, MOST_RETRIES);
    }
    conf->retries = (int)number;
    return NULL;
}

static const command_rec commands[] = {
    AP_INIT_TAKE1(
        "ProxyRetry", set_retries, NULL, RSRC_CONF | ACCESS_CONF,
        "How often a GET, HEAD or OPTIONS is sent once more if a server takes it and gives "
        "no answer: Off, or a number from 0 to 10"),
    {NULL, {NULL}, NULL, 0, RAW_ARGS, NULL},
};

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    bk_version_add(pconf);
    return OK;
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* It has to run before filters that change answers, which must not see the answer of a failed
     * attempt. */
    hold_filter = ap_register_output_filter("PROXY_RETRY", hold, NULL, AP_FTYPE_RESOURCE - 1);
    proxy_hook_scheme_handler(proxy_retry, NULL, NULL, APR_HOOK_REALLY_FIRST);
}

module AP_MODULE_DECLARE_DATA proxy_retry_module = {
    STANDARD20_MODULE_STUFF, create_conf, merge_conf, NULL, NULL, commands, register_hooks};
