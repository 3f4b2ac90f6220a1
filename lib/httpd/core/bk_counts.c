#include "bk_counts.h"

#include <stdatomic.h>
#include <stddef.h>

#include <apr_strings.h>

#include "bk_prometheus.h"
#include "bk_service.h"
#include "bk_shards.h"
#include "bk_shared.h"
#include "bk_table.h"

#define TABLE "bookable-metrics"

const apr_int64_t bk_counts_bounds[BK_COUNTS_BOUNDS] = {
    500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000, 5000000, 15000000};

/* The counters of a route. */
typedef struct shard_t {
    _Atomic apr_uint64_t answers[BK_COUNTS_CLASSES];
    _Atomic apr_uint64_t took[BK_COUNTS_BOUNDS + 1];
    _Atomic apr_uint64_t microseconds;
    char rest[BK_SHARDS_REST(BK_COUNTS_CLASSES + BK_COUNTS_BOUNDS + 2)];
} shard_t;

static const bk_layout_member_t shard_members[] = {
    BK_LAYOUT_ONE(shard_t, answers, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(shard_t, took, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(shard_t, microseconds, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(shard_t, rest, BK_LAYOUT_ANEW),
};

/* The number is also the version of the bounds: to be raised when they change. */
static const bk_layout_t shard_layout = BK_LAYOUT(shard_t, 1, shard_members);

typedef struct route_t {
    shard_t shards[BK_SHARDS];
} route_t;

static const bk_layout_member_t route_members[] = {
    BK_LAYOUT_ARRAY(route_t, shards, &shard_layout),
};

static const bk_layout_t route_layout = BK_LAYOUT(route_t, 1, route_members);

/* Errors are counted by code. A code is known only when the first such error is answered, so a
 * child claims a free slot then, and writes the labels into it before others may use it. */
enum { SLOT_FREE, SLOT_TAKEN, SLOT_NAMED };

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
    counted_error_t places[BK_COUNTS_ERRORS];
} errors_t;

static const bk_layout_member_t errors_members[] = {
    BK_LAYOUT_ARRAY(errors_t, places, &error_layout),
};

static const bk_layout_t errors_layout = BK_LAYOUT(errors_t, 1, errors_members);

static bk_table_t *routes_table;
static counted_error_t *errors;
static counted_error_t *replays;            /* by service */
static counted_error_t *swept;              /* by service */
static route_t **by_route[BK_SERVICE_APIS]; /* per API, in the order of its routes */
static route_t *no_route;

/* ---- slots --------------------------------------------------------------------------------------
 */

/* The key of a route's counters in the table: its Prometheus labels. */
static route_t *entry_of(const char *method, const char *label, const char *pattern, apr_pool_t *p,
                         server_rec *s)
{
    const char *route = bk_prometheus_label(apr_pstrcat(p, label ? label : "", pattern, NULL), p);
    const char *labels = apr_psprintf(p, "service=\"%s\",method=\"%s\",route=\"%s\"",
                                      bk_prometheus_label(bk_service()->name, p), method, route);

    return bk_table_get(routes_table, labels, s);
}

/* Get the counters of an API's routes. @return NULL if there is no memory, which has been logged */
static route_t **entries_of(const bk_api_t *api, apr_pool_t *p, server_rec *s)
{
    apr_array_header_t *places = apr_array_make(p, 32, sizeof(route_t *));
    const bk_route_t *route;

    for (route = api->routes; route->method; route++) {
        route_t *entry = entry_of(route->method, api->label, route->pattern, p, s);

        if (!entry) {
            return NULL;
        }
        APR_ARRAY_PUSH(places, route_t *) = entry;
    }
    return (route_t **)places->elts;
}

/* Find the slot of these labels among so many, or claim a free one; NULL if all are taken. A slot
 * whose labels are just being written is skipped: so two slots may end up with the same labels, and
 * readers sum them up. */
static counted_error_t *find_slot(counted_error_t *slots, const char *labels, int places)
{
    int i;

    for (i = 0; i < places; i++) {
        int state = atomic_load(&slots[i].state);

        if (state == SLOT_FREE &&
            atomic_compare_exchange_strong(&slots[i].state, &state, SLOT_TAKEN)) {
            apr_cpystrn(slots[i].labels, labels, sizeof(slots[i].labels));
            atomic_store(&slots[i].state, SLOT_NAMED);
            return &slots[i];
        }
        if (state == SLOT_NAMED && strcmp(slots[i].labels, labels) == 0) {
            return &slots[i];
        }
    }
    return NULL;
}

static void count_of_service(counted_error_t *slots, apr_uint64_t n)
{
    char labels[sizeof(slots->labels)];
    counted_error_t *found;

    apr_snprintf(labels, sizeof(labels), "service=\"%s\"", bk_service()->name);
    found = find_slot(slots, labels, BK_COUNTS_ERRORS);
    if (found) {
        bk_shards_add(&found->count, n);
    }
}

static apr_status_t share_slots(counted_error_t **slots, const char *name, server_rec *s)
{
    void *base;
    apr_status_t rv = bk_shared(&base, name, &errors_layout, s);

    if (rv == APR_SUCCESS) {
        *slots = ((errors_t *)base)->places;
    }
    return rv;
}

static apr_status_t share_all(apr_pool_t *p, server_rec *s)
{
    apr_status_t rv = bk_table(&routes_table, TABLE, &route_layout, p, s);

    if (rv == APR_SUCCESS) {
        rv = share_slots(&errors, "bookable-errors", s);
    }
    if (rv == APR_SUCCESS) {
        rv = share_slots(&replays, "bookable-replays", s);
    }
    return rv == APR_SUCCESS ? share_slots(&swept, "bookable-swept", s) : rv;
}

apr_status_t bk_counts_init(apr_pool_t *p, server_rec *s)
{
    const bk_api_t *apis = bk_service()->apis;
    int i;
    apr_status_t rv = share_all(p, s);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    /* There is a line for each service from the start on. */
    count_of_service(replays, 0);
    if (bk_service()->sweeps) {
        count_of_service(swept, 0);
    }
    for (i = 0; i < BK_SERVICE_APIS && apis[i].routes; i++) {
        by_route[i] = entries_of(&apis[i], p, s);
        if (!by_route[i]) {
            return APR_ENOSPC;
        }
    }
    no_route = entry_of("other", NULL, "none", p, s);
    return no_route ? APR_SUCCESS : APR_ENOSPC;
}

/* ---- counting -----------------------------------------------------------------------------------
 */

void bk_counts_request(request_rec *r, const bk_api_t *api, const bk_route_t *route, int status)
{
    route_t *entry = route ? by_route[api - bk_service()->apis][route - api->routes] : no_route;
    shard_t *shard = &entry->shards[bk_shards_own()];
    apr_int64_t took = apr_time_now() - r->request_time;
    unsigned int i = 0;

    while (i < BK_COUNTS_BOUNDS && took > bk_counts_bounds[i]) {
        i++;
    }
    bk_shards_add(&shard->took[i], 1);
    bk_shards_add(&shard->microseconds, took > 0 ? (apr_uint64_t)took : 0);
    bk_shards_add(&shard->answers[status / 100 % BK_COUNTS_CLASSES], 1);
}

void bk_counts_error(const char *code)
{
    char labels[sizeof(errors->labels)];
    counted_error_t *found;

    apr_snprintf(labels, sizeof(labels), "service=\"%s\",code=\"%s\"", bk_service()->name, code);
    found = find_slot(errors, labels, BK_COUNTS_ERRORS - 1);
    if (!found) {
        found = find_slot(errors, "service=\"other\",code=\"other\"", BK_COUNTS_ERRORS);
    }
    if (found) {
        bk_shards_add(&found->count, 1);
    }
}

void bk_counts_replay(void)
{
    count_of_service(replays, 1);
}

void bk_counts_swept(apr_uint64_t rows)
{
    count_of_service(swept, rows);
}

/* ---- reading ------------------------------------------------------------------------------------
 */

const char *bk_counts_route_at(int i, bk_counts_view_t *view)
{
    void *entry;
    const char *labels = bk_table_at(routes_table, i, &entry);
    shard_t *first;
    int n;

    if (!labels) {
        return NULL;
    }
    first = ((route_t *)entry)->shards;
    for (n = 0; n < BK_COUNTS_CLASSES; n++) {
        view->answers[n] = bk_shards_sum(&first->answers[n], sizeof(*first));
    }
    for (n = 0; n <= BK_COUNTS_BOUNDS; n++) {
        view->took[n] = bk_shards_sum(&first->took[n], sizeof(*first));
    }
    view->microseconds = bk_shards_sum(&first->microseconds, sizeof(*first));
    return labels;
}

static int is_named(const counted_error_t *slot)
{
    return atomic_load(&slot->state) == SLOT_NAMED;
}

/* The sum of all slots with the labels of this one; -1 if an earlier slot has the same labels,
 * which are then reported already. */
static apr_int64_t sum_slots(counted_error_t *slots, int number)
{
    apr_int64_t sum = 0;
    int i;

    for (i = 0; i < BK_COUNTS_ERRORS; i++) {
        if (is_named(&slots[i]) && strcmp(slots[i].labels, slots[number].labels) == 0) {
            if (i < number) {
                return -1;
            }
            sum += (apr_int64_t)atomic_load(&slots[i].count);
        }
    }
    return sum;
}

static const char *slot_at(counted_error_t *slots, int i, apr_int64_t *count)
{
    *count = is_named(&slots[i]) ? sum_slots(slots, i) : -1;
    return *count >= 0 ? slots[i].labels : NULL;
}

const char *bk_counts_error_at(int i, apr_int64_t *count)
{
    return slot_at(errors, i, count);
}

const char *bk_counts_replay_at(int i, apr_int64_t *count)
{
    return slot_at(replays, i, count);
}

const char *bk_counts_swept_at(int i, apr_int64_t *count)
{
    return slot_at(swept, i, count);
}
