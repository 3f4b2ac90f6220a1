#include "bk_httpd_metrics.h"

#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>

#include "bk_httpd_breakers.h"
#include "bk_httpd_cache.h"
#include "bk_httpd_pools.h"
#include "bk_httpd_processes.h"
#include "bk_httpd_shm.h"
#include "bk_httpd_table.h"
#include "bk_memory.h"
#include "bk_prometheus.h"
#include "bk_time.h"

#define HANDLER "bookable-metrics"
#define SHARDS 8
#define ERRORS 256
#define CLASSES 6 /* by the first digit of the status; 0 stays empty */

/* Upper bounds of the histogram's buckets, in microseconds; one more has what took longer. */
static const apr_int64_t bounds[] = {500,   1000,   2500,   5000,    10000,   25000,
                                     50000, 100000, 250000, 1000000, 5000000, 15000000};

#define BOUNDS (sizeof(bounds) / sizeof(bounds[0]))

/* The counters of a route that one child of SHARDS adds to. */
typedef struct shard_t {
    _Atomic apr_uint64_t answers[CLASSES];
    _Atomic apr_uint64_t took[BOUNDS + 1];
    _Atomic apr_uint64_t microseconds;
    char rest[BK_MEMORY_LINE - (CLASSES + BOUNDS + 2) * sizeof(apr_uint64_t) % BK_MEMORY_LINE];
} shard_t;

static const bk_layout_member_t shard_members[] = {
    BK_LAYOUT_ONE(shard_t, answers, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(shard_t, took, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(shard_t, microseconds, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(shard_t, rest, BK_LAYOUT_ANEW),
};

/* The number stands for the bounds, too. */
static const bk_layout_t shard_layout = BK_LAYOUT(shard_t, 1, shard_members);

typedef struct route_t {
    shard_t shards[SHARDS];
} route_t;

static const bk_layout_member_t route_members[] = {
    BK_LAYOUT_ARRAY(route_t, shards, &shard_layout),
};

static const bk_layout_t route_layout = BK_LAYOUT(route_t, 1, route_members);

/* Errors are counted by their code, which is known when the first one is answered: so a child takes
 * the place, and then says whose it is. */
enum { PLACE_FREE, PLACE_TAKEN, PLACE_NAMED };

typedef struct counted_error_t {
    _Atomic int state;
    char labels[116];
    _Atomic apr_uint64_t count;
} counted_error_t;

static const bk_layout_member_t error_members[] = {
    BK_LAYOUT_ONE(counted_error_t, state, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(counted_error_t, labels, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(counted_error_t, count, BK_LAYOUT_STAYS),
};

static const bk_layout_t error_layout = BK_LAYOUT(counted_error_t, 1, error_members);

typedef struct errors_t {
    counted_error_t places[ERRORS];
} errors_t;

static const bk_layout_member_t errors_members[] = {
    BK_LAYOUT_ARRAY(errors_t, places, &error_layout),
};

static const bk_layout_t errors_layout = BK_LAYOUT(errors_t, 1, errors_members);

static bk_httpd_table_t *routes_table;
static counted_error_t *errors;
static route_t **by_route; /* parallel to the service's routes; behind them, what had no route */
static int own_shard;      /* this child's */

static void add(_Atomic apr_uint64_t *counter, apr_uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/* ---- places -------------------------------------------------------------------------------------
 */

static int count_routes(void)
{
    const bk_route_t *routes = bk_httpd_service()->routes;
    int count = 0;

    while (routes[count].method) {
        count++;
    }
    return count;
}

/* The name of a route's place is its labels. */
static const char *labels_of(const bk_route_t *route, apr_pool_t *p)
{
    return apr_psprintf(p, "service=\"%s\",method=\"%s\",route=\"%s\"",
                        bk_prometheus_label(bk_httpd_service()->name, p),
                        route->method ? route->method : "other",
                        bk_prometheus_label(route->method ? route->pattern : "none", p));
}

apr_status_t bk_httpd_metrics_init(apr_pool_t *p, server_rec *s)
{
    const bk_route_t *routes = bk_httpd_service()->routes;
    int i, count = count_routes();
    void *base;
    apr_status_t rv;

    bk_httpd_processes_init();
    rv = bk_httpd_table(&routes_table, HANDLER, &route_layout, p, s);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = bk_httpd_shm(&base, "bookable-errors", &errors_layout, s);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    errors = ((errors_t *)base)->places;
    by_route = apr_pcalloc(p, sizeof(*by_route) * (apr_size_t)(count + 1));
    for (i = 0; i <= count; i++) {
        by_route[i] = bk_httpd_table_place(routes_table, labels_of(&routes[i], p), s);
        if (!by_route[i]) {
            return APR_ENOSPC;
        }
    }
    return APR_SUCCESS;
}

/* ---- counting -----------------------------------------------------------------------------------
 */

void bk_httpd_metrics_request(request_rec *r, const bk_route_t *route, int status)
{
    int number = route ? (int)(route - bk_httpd_service()->routes) : count_routes();
    shard_t *shard = &by_route[number]->shards[own_shard];
    apr_int64_t took = apr_time_now() - r->request_time;
    unsigned int i = 0;

    while (i < BOUNDS && took > bounds[i]) {
        i++;
    }
    add(&shard->took[i], 1);
    add(&shard->microseconds, took > 0 ? (apr_uint64_t)took : 0);
    add(&shard->answers[status / 100 % CLASSES], 1);
}

/* The place of an error's labels, of the first so many, taking one for them if there is none; NULL
 * if all are taken. One that is being named is passed by: the same labels may end up with two
 * places, which are summed up by whoever reads them. */
static counted_error_t *find_error(const char *labels, int places)
{
    int i;

    for (i = 0; i < places; i++) {
        int state = atomic_load(&errors[i].state);

        if (state == PLACE_FREE &&
            atomic_compare_exchange_strong(&errors[i].state, &state, PLACE_TAKEN)) {
            apr_cpystrn(errors[i].labels, labels, sizeof(errors[i].labels));
            atomic_store(&errors[i].state, PLACE_NAMED);
            return &errors[i];
        }
        if (state == PLACE_NAMED && strcmp(errors[i].labels, labels) == 0) {
            return &errors[i];
        }
    }
    return NULL;
}

void bk_httpd_metrics_error(const bk_error_t *error)
{
    char labels[sizeof(errors->labels)];
    counted_error_t *found;

    apr_snprintf(labels, sizeof(labels), "service=\"%s\",code=\"%s\"", bk_httpd_service()->name,
                 error->code);
    found = find_error(labels, ERRORS - 1);
    if (!found) {
        found = find_error("service=\"other\",code=\"other\"", ERRORS);
    }
    if (found) {
        add(&found->count, 1);
    }
}

/* ---- exposition ---------------------------------------------------------------------------------
 */

static void put_head(request_rec *r, const char *name, const char *type, const char *help)
{
    ap_rprintf(r, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static apr_uint64_t sum_shards(route_t *route, apr_size_t offset)
{
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; i < SHARDS; i++) {
        sum += atomic_load_explicit((_Atomic apr_uint64_t *)((char *)&route->shards[i] + offset),
                                    memory_order_relaxed);
    }
    return sum;
}

static void put_answers(request_rec *r, const char *labels, route_t *route)
{
    unsigned int i;

    for (i = 1; i < CLASSES; i++) {
        apr_uint64_t n = sum_shards(route, offsetof(shard_t, answers) + i * sizeof(apr_uint64_t));
        if (n) {
            ap_rprintf(r, "bookable_requests_total{%s,status=\"%uxx\"} %" APR_UINT64_T_FMT "\n",
                       labels, i, n);
        }
    }
}

static void put_histogram(request_rec *r, const char *labels, route_t *route)
{
    apr_uint64_t below = 0;
    unsigned int i;

    for (i = 0; i < BOUNDS; i++) {
        below += sum_shards(route, offsetof(shard_t, took) + i * sizeof(apr_uint64_t));
        ap_rprintf(r,
                   "bookable_request_duration_seconds_bucket{%s,le=\"%" APR_INT64_T_FMT
                   ".%04" APR_INT64_T_FMT "\"} %" APR_UINT64_T_FMT "\n",
                   labels, bounds[i] / 1000000, bounds[i] % 1000000 / 100, below);
    }
    below += sum_shards(route, offsetof(shard_t, took) + BOUNDS * sizeof(apr_uint64_t));
    ap_rprintf(r,
               "bookable_request_duration_seconds_bucket{%s,le=\"+Inf\"} %" APR_UINT64_T_FMT "\n",
               labels, below);
    ap_rprintf(r, "bookable_request_duration_seconds_sum{%s} %.6f\n", labels,
               (double)sum_shards(route, offsetof(shard_t, microseconds)) / 1e6);
    ap_rprintf(r, "bookable_request_duration_seconds_count{%s} %" APR_UINT64_T_FMT "\n", labels,
               below);
}

static void put_routes(request_rec *r, const char *name, const char *type, const char *help,
                       void (*put)(request_rec *r, const char *labels, route_t *route))
{
    const char *labels;
    void *route;
    int i;

    put_head(r, name, type, help);
    for (i = 0; (labels = bk_httpd_table_at(routes_table, i, &route)); i++) {
        put(r, labels, route);
    }
}

static int is_named(int i)
{
    return atomic_load(&errors[i].state) == PLACE_NAMED;
}

/* All counts of an error's labels; or -1 if an earlier place has them, and so has had its line. */
static apr_int64_t sum_error(int number)
{
    apr_int64_t sum = 0;
    int i;

    for (i = 0; i < ERRORS; i++) {
        if (is_named(i) && strcmp(errors[i].labels, errors[number].labels) == 0) {
            if (i < number) {
                return -1;
            }
            sum += (apr_int64_t)atomic_load(&errors[i].count);
        }
    }
    return sum;
}

static void put_errors(request_rec *r)
{
    int i;

    put_head(r, "bookable_errors_total", "counter",
             "Requests answered with an error, by its code.");
    for (i = 0; i < ERRORS; i++) {
        apr_int64_t sum = is_named(i) ? sum_error(i) : -1;
        if (sum >= 0) {
            ap_rprintf(r, "bookable_errors_total{%s} %" APR_INT64_T_FMT "\n", errors[i].labels,
                       sum);
        }
    }
}

static void put_breaker_state(request_rec *r, const char *name, bk_breaker_place_t *place)
{
    bk_breaker_view_t view;

    bk_breaker_look(&place->breaker, &place->settings, bk_time_monotonic_ms(), &view);
    ap_rprintf(r, "bookable_breaker_state{breaker=\"%s\"} %d\n", name, view.state);
}

static void put_breaker_calls(request_rec *r, const char *name, bk_breaker_place_t *place)
{
    bk_breaker_t *breaker = &place->breaker;

    ap_rprintf(
        r,
        "bookable_breaker_calls_total{breaker=\"%s\",outcome=\"success\"} %" APR_UINT64_T_FMT "\n"
        "bookable_breaker_calls_total{breaker=\"%s\",outcome=\"failure\"} %" APR_UINT64_T_FMT "\n"
        "bookable_breaker_calls_total{breaker=\"%s\",outcome=\"refused\"} %" APR_UINT64_T_FMT "\n",
        name, atomic_load(&breaker->calls[BK_BREAKER_SUCCESS]), name,
        atomic_load(&breaker->calls[BK_BREAKER_FAILURE]), name, atomic_load(&breaker->refused));
}

static void put_breaker_slow(request_rec *r, const char *name, bk_breaker_place_t *place)
{
    ap_rprintf(r, "bookable_breaker_slow_calls_total{breaker=\"%s\"} %" APR_UINT64_T_FMT "\n", name,
               atomic_load(&place->breaker.slow));
}

static void put_breaker_transitions(request_rec *r, const char *name, bk_breaker_place_t *place)
{
    int i;

    for (i = 0; i < BK_BREAKER_STATES; i++) {
        ap_rprintf(r,
                   "bookable_breaker_transitions_total{breaker=\"%s\",to=\"%s\"} %" APR_UINT64_T_FMT
                   "\n",
                   name, bk_breaker_state_name((bk_breaker_state_t)i),
                   atomic_load(&place->breaker.transitions[i]));
    }
}

static void put_breakers(request_rec *r, const char *metric, const char *type, const char *help,
                         void (*put)(request_rec *r, const char *name, bk_breaker_place_t *place))
{
    bk_breaker_place_t *place;
    const char *name;
    int i;

    put_head(r, metric, type, help);
    for (i = 0; (name = bk_httpd_breakers_at(i, &place)); i++) {
        put(r, bk_prometheus_label(name, r->pool), place);
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
    for (i = 0; (service = bk_httpd_cache_counts(i, counts)); i++) {
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
    put_head(r, "bookable_build_info", "gauge", "Always 1: which version of Bookable this is.");
    ap_rputs("bookable_build_info{version=\"" BK_VERSION "\"} 1\n", r);
    put_routes(r, "bookable_requests_total", "counter",
               "Requests answered, by route and class of status.", put_answers);
    put_routes(r, "bookable_request_duration_seconds", "histogram",
               "From the request's first byte to its answer.", put_histogram);
    put_errors(r);
    put_breakers(r, "bookable_breaker_state", "gauge",
                 "0 closed, 1 open, 2 half-open, 3 forced open, 4 disabled.", put_breaker_state);
    put_breakers(r, "bookable_breaker_calls_total", "counter",
                 "Calls to a dependency, made or refused.", put_breaker_calls);
    put_breakers(r, "bookable_breaker_slow_calls_total", "counter",
                 "Calls to a dependency that were slow.", put_breaker_slow);
    put_breakers(r, "bookable_breaker_transitions_total", "counter", "Changes into each state.",
                 put_breaker_transitions);
    bk_httpd_pools_metrics(r);
    bk_httpd_processes_metrics(r);
    put_caches(r);
    return OK;
}

/* Once, for each request would pay for the system call. */
static void child_init(apr_pool_t *p, server_rec *s)
{
    own_shard = getpid() % SHARDS;
}

void bk_httpd_metrics_register(apr_pool_t *p)
{
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_MIDDLE);
    /* Behind the services, which are asked for more. */
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_LAST);
}
