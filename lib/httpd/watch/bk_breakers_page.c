#include "bk_breakers_page.h"

#include <apr_optional_hooks.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_status.h>

#include "bk_answer.h"
#include "bk_breakers.h"
#include "bk_conf.h"
#include "bk_error.h"
#include "bk_origin.h"
#include "bk_request.h"
#include "bk_service.h"
#include "bk_time.h"

#define HANDLER "bookable-breakers"

/* ---- mod_status ---------------------------------------------------------------------------------
 */

/* A name as the key of a "Key: value" line. */
static const char *key_of(const char *name, apr_pool_t *p)
{
    char *key = apr_pstrdup(p, name);
    char *c;

    for (c = key; *c; c++) {
        if (*c == ' ' || *c == ':') {
            *c = '-';
        }
    }
    return key;
}

static void show_short(request_rec *r, const char *name, const bk_breaker_view_t *view,
                       bk_breaker_place_t *entry)
{
    const char *key = key_of(name, r->pool);

    ap_rprintf(r, "BookableBreaker-%s-State: %s\n", key, bk_breaker_state_name(view->state));
    ap_rprintf(r, "BookableBreaker-%s-Calls: %d\n", key, view->calls);
    ap_rprintf(r, "BookableBreaker-%s-Failures: %d\n", key, view->failures);
    ap_rprintf(r, "BookableBreaker-%s-Slow: %d\n", key, view->slow);
    ap_rprintf(r, "BookableBreaker-%s-Refused: %" APR_UINT64_T_FMT "\n", key,
               atomic_load(&entry->breaker.refused));
}

static void show_row(request_rec *r, const char *name, const bk_breaker_view_t *view,
                     bk_breaker_place_t *entry, apr_int64_t now)
{
    ap_rprintf(r,
               "<tr><td>%s</td><td>%s%s</td><td>%" APR_INT64_T_FMT
               "</td><td>%d</td><td>%d</td><td>%d</td><td>%" APR_UINT64_T_FMT "</td></tr>\n",
               ap_escape_html(r->pool, name), bk_breaker_state_name(view->state),
               entry->settings.dry_run ? " (dry run)" : "", (now - view->since) / 1000, view->calls,
               view->failures, view->slow, atomic_load(&entry->breaker.refused));
}

/* Whether a breaker belongs to this module's service: the hook is called in every module, and each
 * shows its own. */
static int is_own(const char *name)
{
    const char *service = strchr(name, ' ');
    apr_size_t len = strlen(bk_service()->name);

    return service && strncmp(service + 1, bk_service()->name, len) == 0 && service[1 + len] == ' ';
}

static void show_head(request_rec *r)
{
    ap_rprintf(r,
               "<hr /><h2>Bookable: circuit breakers of the %s service</h2>\n<table "
               "border=\"1\"><tr><th>Breaker</th><th>State</th><th>Seconds</th><th>Calls in "
               "the window</th><th>Failures</th><th>Slow</th><th>Refused</th></tr>\n",
               bk_service()->name);
}

static int show_status(request_rec *r, int flags)
{
    apr_int64_t now = bk_time_monotonic_ms();
    int is_short = flags & AP_STATUS_SHORT;
    bk_breaker_place_t *entry;
    const char *name;
    int i, shown = 0;

    for (i = 0; (name = bk_breakers_at(i, &entry)); i++) {
        bk_breaker_view_t view;

        if (!is_own(name)) {
            continue;
        }
        bk_breaker_look(&entry->breaker, &entry->settings, now, &view);
        if (is_short) {
            show_short(r, name, &view, entry);
            continue;
        }
        if (!shown++) {
            show_head(r);
        }
        show_row(r, name, &view, entry, now);
    }
    if (shown) {
        ap_rputs("</table>\n", r);
    }
    return OK;
}

/* ---- the handler --------------------------------------------------------------------------------
 */

static json_t *json_of(const char *name, bk_breaker_place_t *entry, apr_int64_t now)
{
    bk_breaker_t *breaker = &entry->breaker;
    bk_breaker_view_t view;

    bk_breaker_look(breaker, &entry->settings, now, &view);
    return json_pack("{s:s, s:s, s:b, s:I, s:i, s:i, s:i, s:I, s:I, s:I, s:I}", "name", name,
                     "state", bk_breaker_state_name(view.state), "dryRun", entry->settings.dry_run,
                     "sinceMilliseconds", (json_int_t)(now - view.since), "windowCalls", view.calls,
                     "windowFailures", view.failures, "windowSlow", view.slow, "succeeded",
                     (json_int_t)atomic_load(&breaker->calls[BK_BREAKER_SUCCESS]), "failed",
                     (json_int_t)atomic_load(&breaker->calls[BK_BREAKER_FAILURE]), "refused",
                     (json_int_t)atomic_load(&breaker->refused), "opened",
                     (json_int_t)atomic_load(&breaker->transitions[BK_BREAKER_OPEN]));
}

static int list_breakers(bk_request_t *request)
{
    apr_int64_t now = bk_time_monotonic_ms();
    json_t *list = json_array();
    bk_breaker_place_t *entry;
    const char *name;
    int i;

    for (i = 0; (name = bk_breakers_at(i, &entry)); i++) {
        json_array_append_new(list, json_of(name, entry, now));
    }
    return bk_answer_json(request, HTTP_OK, list);
}

/* The state that an administrator asks for. "auto" resets the breaker: it is closed, and decides by
 * itself again. */
static int read_state(const char *word, bk_breaker_state_t *state)
{
    static const struct {
        const char *word;
        bk_breaker_state_t state;
    } words[] = {{"open", BK_BREAKER_FORCED_OPEN},
                 {"closed", BK_BREAKER_DISABLED},
                 {"auto", BK_BREAKER_CLOSED}};
    unsigned int i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].word, word) == 0) {
            *state = words[i].state;
            return 1;
        }
    }
    return 0;
}

static const bk_error_t error_input = {
    400, 400, "INPUT_ERR", "incorrect form for a breaker",
    "Send name=, one of those that GET lists, and state=open, closed or auto"};

static int change_breaker(bk_request_t *request)
{
    request_rec *r = request->r;
    apr_array_header_t *pairs = NULL;
    const char *name = "", *word = "";
    bk_breaker_place_t *entry;
    bk_breaker_state_t state;

    if (ap_parse_form_data(r, NULL, &pairs, 4, 1024) != OK || !pairs) {
        return bk_answer_error(request, &error_input, NULL);
    }
    while (!apr_is_empty_array(pairs)) {
        ap_form_pair_t *pair = apr_array_pop(pairs);
        const char **wanted = strcmp(pair->name, "name") == 0    ? &name
                              : strcmp(pair->name, "state") == 0 ? &word
                                                                 : NULL;
        char *value = apr_pcalloc(r->pool, 256);
        apr_size_t len = 255;

        if (wanted && apr_brigade_flatten(pair->value, value, &len) == APR_SUCCESS) {
            *wanted = value;
        }
    }
    entry = bk_breakers_find(name);
    if (!entry || !read_state(word, &state)) {
        return bk_answer_error(request, &error_input, NULL);
    }
    bk_breaker_set(&entry->breaker, state, bk_time_monotonic_ms());
    ap_log_rerror(BK_MARK, APLOG_NOTICE, 0, r, "BK0141: breaker %s was set to %s by hand", name,
                  word);
    return bk_answer_json(request, HTTP_OK, json_of(name, entry, bk_time_monotonic_ms()));
}

static int handle(request_rec *r)
{
    bk_request_t request;

    if (!r->handler || strcmp(r->handler, HANDLER) != 0) {
        return DECLINED;
    }
    bk_request_begin(&request, r, bk_conf(r->server));
    bk_answer_protect(r, 1);
    /* A page in an administrator's browser can send a form to any server (CSRF), and with a DNS
     * name that points here it passes the check of the origin (DNS rebinding). */
    if (!bk_origin_is_own_name(r)) {
        return bk_answer_error(&request, &bk_error_misnamed, NULL);
    }
    if (!bk_origin_may_write(r, NULL)) {
        return bk_answer_error(&request, &bk_error_cross_site, NULL);
    }
    switch (r->method_number) {
    case M_GET:
        return list_breakers(&request);
    case M_POST:
        return change_breaker(&request);
    default:
        apr_table_setn(r->headers_out, "Allow", "GET, HEAD, POST");
        return bk_answer_error(&request, &bk_error_method, NULL);
    }
}

void bk_breakers_page_register(apr_pool_t *p)
{
    /* After the services' handlers, which most requests are for. */
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_LAST);
    APR_OPTIONAL_HOOK(ap, status_hook, show_status, NULL, NULL, APR_HOOK_MIDDLE);
}
