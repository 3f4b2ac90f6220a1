#include "bk_metrics.h"

#include <stdatomic.h>

#include <http_protocol.h>
#include <http_request.h>

#include "bk_answer.h"
#include "bk_breakers.h"
#include "bk_cache.h"
#include "bk_counts.h"
#include "bk_pools.h"
#include "bk_processes.h"
#include "bk_prometheus.h"
#include "bk_time.h"

#define HANDLER "bookable-metrics"

static void put_head(request_rec *r, const char *name, const char *type, const char *help)
{
    ap_rputs(bk_prometheus_head(name, type, help, r->pool), r);
}

static void put_answers(request_rec *r, const char *labels, const bk_counts_view_t *view)
{
    unsigned int i;

    for (i = 1; i < BK_COUNTS_CLASSES; i++) {
        if (view->answers[i]) {
            ap_rprintf(r, "bookable_requests_total{%s,status=\"%uxx\"} %" APR_UINT64_T_FMT "\n",
                       labels, i, view->answers[i]);
        }
    }
}

static void put_histogram(request_rec *r, const char *labels, const bk_counts_view_t *view)
{
    apr_uint64_t below = 0;
    unsigned int i;

    for (i = 0; i < BK_COUNTS_BOUNDS; i++) {
        below += view->took[i];
        ap_rprintf(r,
                   "bookable_request_duration_seconds_bucket{%s,le=\"%" APR_INT64_T_FMT
                   ".%04" APR_INT64_T_FMT "\"} %" APR_UINT64_T_FMT "\n",
                   labels, bk_counts_bounds[i] / 1000000, bk_counts_bounds[i] % 1000000 / 100,
                   below);
    }
    below += view->took[BK_COUNTS_BOUNDS];
    ap_rprintf(r,
               "bookable_request_duration_seconds_bucket{%s,le=\"+Inf\"} %" APR_UINT64_T_FMT "\n",
               labels, below);
    ap_rprintf(r, "bookable_request_duration_seconds_sum{%s} %.6f\n", labels,
               (double)view->microseconds / 1e6);
    ap_rprintf(r, "bookable_request_duration_seconds_count{%s} %" APR_UINT64_T_FMT "\n", labels,
               below);
}

static void put_routes(request_rec *r, const char *name, const char *type, const char *help,
                       void (*put)(request_rec *r, const char *labels,
                                   const bk_counts_view_t *view))
{
    bk_counts_view_t view;
    const char *labels;
    int i;

    put_head(r, name, type, help);
    for (i = 0; (labels = bk_counts_route_at(i, &view)); i++) {
        put(r, labels, &view);
    }
}

static void put_slots(request_rec *r, const char *name, const char *help,
                      const char *(*at)(int i, apr_int64_t *count))
{
    int i;

    put_head(r, name, "counter", help);
    for (i = 0; i < BK_COUNTS_ERRORS; i++) {
        apr_int64_t count;
        const char *labels = at(i, &count);

        if (labels) {
            ap_rprintf(r, "%s{%s} %" APR_INT64_T_FMT "\n", name, labels, count);
        }
    }
}

static void put_breaker_state(request_rec *r, const char *name, bk_breaker_place_t *entry)
{
    bk_breaker_view_t view;

    bk_breaker_look(&entry->breaker, &entry->settings, bk_time_monotonic_ms(), &view);
    ap_rprintf(r, "bookable_breaker_state{breaker=\"%s\"} %d\n", name, view.state);
}

static void put_breaker_calls(request_rec *r, const char *name, bk_breaker_place_t *entry)
{
    bk_breaker_t *breaker = &entry->breaker;

    ap_rprintf(
        r,
        "bookable_breaker_calls_total{breaker=\"%s\",outcome=\"success\"} %" APR_UINT64_T_FMT "\n"
        "bookable_breaker_calls_total{breaker=\"%s\",outcome=\"failure\"} %" APR_UINT64_T_FMT "\n"
        "bookable_breaker_calls_total{breaker=\"%s\",outcome=\"refused\"} %" APR_UINT64_T_FMT "\n",
        name, atomic_load(&breaker->calls[BK_BREAKER_SUCCESS]), name,
        atomic_load(&breaker->calls[BK_BREAKER_FAILURE]), name, atomic_load(&breaker->refused));
}

static void put_breaker_slow(request_rec *r, const char *name, bk_breaker_place_t *entry)
{
    ap_rprintf(r, "bookable_breaker_slow_calls_total{breaker=\"%s\"} %" APR_UINT64_T_FMT "\n", name,
               atomic_load(&entry->breaker.slow));
}

static void put_breaker_transitions(request_rec *r, const char *name, bk_breaker_place_t *entry)
{
    int i;

    for (i = 0; i < BK_BREAKER_STATES; i++) {
        ap_rprintf(r,
                   "bookable_breaker_transitions_total{breaker=\"%s\",to=\"%s\"} %" APR_UINT64_T_FMT
                   "\n",
                   name, bk_breaker_state_name((bk_breaker_state_t)i),
                   atomic_load(&entry->breaker.transitions[i]));
    }
}

static void put_breakers(request_rec *r, const char *metric, const char *type, const char *help,
                         void (*put)(request_rec *r, const char *name, bk_breaker_place_t *entry))
{
    bk_breaker_place_t *entry;
    const char *name;
    int i;

    put_head(r, metric, type, help);
    for (i = 0; (name = bk_breakers_at(i, &entry)); i++) {
        put(r, bk_prometheus_label(name, r->pool), entry);
    }
}

static void put_caches(request_rec *r)
{
    static const char *const events[BK_CACHE_COUNTS] = {
        [BK_CACHE_HIT] = "hit",       [BK_CACHE_MISS] = "miss",   [BK_CACHE_STORE] = "store",
        [BK_CACHE_REMOVE] = "remove", [BK_CACHE_ERROR] = "error",
    };
    apr_uint64_t counts[BK_CACHE_COUNTS];
    const char *service;
    int i, event;

    put_head(r, "bookable_cache_events_total", "counter", "What the cache did for a service.");
    for (i = 0; (service = bk_cache_counts(i, counts)); i++) {
        for (event = 0; event < BK_CACHE_COUNTS; event++) {
            ap_rprintf(r,
                       "bookable_cache_events_total{service=\"%s\",event=\"%s\"} "
                       "%" APR_UINT64_T_FMT "\n",
                       bk_prometheus_label(service, r->pool), events[event], counts[event]);
        }
    }
}

static int handle(request_rec *r)
{
    if (!r->handler || strcmp(r->handler, HANDLER) != 0) {
        return DECLINED;
    }
    ap_allow_methods(r, REPLACE_ALLOW, "GET", NULL);
    if (r->method_number != M_GET) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    ap_set_content_type(r, "text/plain; version=0.0.4");
    bk_answer_protect(r, 1);
    put_head(r, "bookable_build_info", "gauge", "Always 1: which version of Bookable this is.");
    ap_rputs("bookable_build_info{version=\"" BK_VERSION "\"} 1\n", r);
    put_routes(r, "bookable_requests_total", "counter",
               "Requests answered, by route and class of status.", put_answers);
    put_routes(r, "bookable_request_duration_seconds", "histogram",
               "From the request's first byte to its answer.", put_histogram);
    put_slots(r, "bookable_errors_total", "Requests answered with an error, by its code.",
              bk_counts_error_at);
    put_slots(r, "bookable_replays_total",
              "Requests that were repeated with their Idempotency-Key, and answered as before.",
              bk_counts_replay_at);
    put_slots(r, "bookable_swept_total",
              "Bookings, requests and holds whose time had run out, ended by who wanted it.",
              bk_counts_swept_at);
    put_breakers(r, "bookable_breaker_state", "gauge",
                 "0 closed, 1 open, 2 half-open, 3 forced open, 4 disabled.", put_breaker_state);
    put_breakers(r, "bookable_breaker_calls_total", "counter",
                 "Calls to a dependency, made or refused.", put_breaker_calls);
    put_breakers(r, "bookable_breaker_slow_calls_total", "counter",
                 "Calls to a dependency that were slow.", put_breaker_slow);
    put_breakers(r, "bookable_breaker_transitions_total", "counter", "Changes into each state.",
                 put_breaker_transitions);
    bk_pools_metrics(r);
    bk_processes_metrics(r);
    put_caches(r);
    return OK;
}

void bk_metrics_register(apr_pool_t *p)
{
    /* After the services' handlers, which most requests are for. */
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_LAST);
}
