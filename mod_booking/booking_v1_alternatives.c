#include "booking_v1_alternatives.h"

#include <apr_strings.h>

#include "bk_free.h"
#include "bk_time.h"
#include "booking_v1_time.h"

#define LOOKED_AT 50 /* spaces that are like it */
#define OTHERS 3     /* that are proposed */

/* What is found. */
typedef struct finding_t {
    const booking_v1_t *row;
    booking_v1_times_t times; /* the wanted space's first, then those like it */
    bk_problem_alternative_t *list;
    apr_size_t count;
    apr_pool_t *scratch;
} finding_t;

static void add(finding_t *finding, const booking_v1_time_t *time, apr_int64_t start_ns,
                apr_int64_t end_ns, int is_shorter)
{
    const bk_zone_t *zone = time->space->zone;

    if (finding->count < BK_PROBLEM_ALTERNATIVES) {
        finding->list[finding->count++] =
            (bk_problem_alternative_t){.space = time->space->id,
                                       .start = {start_ns, bk_zone_offset(zone, start_ns) / 60},
                                       .end = {end_ns, bk_zone_offset(zone, end_ns) / 60},
                                       .is_shorter = is_shorter};
    }
}

static int allows(const finding_t *finding, const booking_v1_time_t *time, apr_int64_t start_ns,
                  apr_int64_t end_ns)
{
    booking_v1_time_verdict_t verdict = booking_v1_time_allows(
        &finding->times, time, start_ns, end_ns, (int)finding->row->occupants, finding->scratch);

    apr_pool_clear(finding->scratch);
    return verdict == BOOKING_V1_TIME_YES;
}

/* ---- earlier and later --------------------------------------------------------------------------
 */

typedef struct nearest_t {
    apr_int64_t wanted;
    apr_int64_t before, after; /* 0: there is none */
} nearest_t;

static int take_start(void *baton, apr_int64_t start_ns)
{
    nearest_t *nearest = baton;

    if (start_ns < nearest->wanted) {
        nearest->before = start_ns;
        return 1;
    }
    nearest->after = start_ns;
    return 0;
}

/* The nearest ones, the nearer one first. */
static void add_nearest(finding_t *finding)
{
    const booking_v1_time_t *time = &finding->times.list[0];
    apr_int64_t length = finding->row->end_ns - finding->row->start_ns;
    nearest_t nearest = {.wanted = finding->row->start_ns};
    apr_int64_t order[2];
    int i;

    booking_v1_time_starts(&finding->times, time, length, (int)finding->row->occupants, take_start,
                           &nearest, finding->scratch);
    order[0] = nearest.after;
    order[1] = nearest.before;
    if (nearest.before && nearest.after &&
        nearest.wanted - nearest.before < nearest.after - nearest.wanted) {
        order[0] = nearest.before;
        order[1] = nearest.after;
    }
    for (i = 0; i < 2; i++) {
        if (order[i]) {
            add(finding, time, order[i], order[i] + length, 0);
        }
    }
}

/* ---- elsewhere ----------------------------------------------------------------------------------
 */

static void add_others(finding_t *finding)
{
    const booking_v1_t *row = finding->row;
    int i, found = 0;

    for (i = 1; i < finding->times.count && found < OTHERS; i++) {
        const booking_v1_time_t *time = &finding->times.list[i];

        if (booking_v1_time_is_free(time, row->start_ns, row->end_ns) &&
            allows(finding, time, row->start_ns, row->end_ns)) {
            add(finding, time, row->start_ns, row->end_ns, 0);
            found++;
        }
    }
}

/* ---- shorter ------------------------------------------------------------------------------------
 */

/* The longest booking of a free span that keeps the steps of the policy; it begins where the grid
 * lets it. @return its length; 0: none */
static apr_int64_t fit(const finding_t *finding, const booking_v1_time_t *time,
                       const bk_span_t *span, apr_int64_t *start_ns)
{
    const bk_policy_t *policy = booking_v1_judge_policy(&time->rules);
    apr_int64_t step = (policy->length.step ? policy->length.step : 1) * BK_TIME_MINUTE, length;

    *start_ns = bk_free_start(time->rules.zone, policy->start.step ? policy->start.step : 1,
                              policy->start.step ? policy->start.anchor : 0, span->start_ns);
    if (*start_ns >= span->end_ns) {
        return 0;
    }
    length = (span->end_ns - *start_ns) / step * step;
    return length && allows(finding, time, *start_ns, *start_ns + length) ? length : 0;
}

/* Within what was wanted, at least half as long. */
static void add_shorter(finding_t *finding)
{
    const booking_v1_time_t *time = &finding->times.list[0];
    const booking_v1_t *row = finding->row;
    apr_int64_t longest = 0, longest_start = 0;
    int i;

    bk_free_clip(time->free, row->start_ns, row->end_ns);
    for (i = 0; i < time->free->nelts; i++) {
        apr_int64_t start,
            length = fit(finding, time, &APR_ARRAY_IDX(time->free, i, bk_span_t), &start);

        if (length > longest) {
            longest = length;
            longest_start = start;
        }
    }
    if (longest && longest >= (row->end_ns - row->start_ns + 1) / 2) {
        add(finding, time, longest_start, longest_start + longest, 1);
    }
}

/* ---- all of them --------------------------------------------------------------------------------
 */

static const booking_spaces_t *find_spaces(bk_request_t *request, const booking_space_t *space,
                                           apr_int64_t people)
{
    const booking_spaces_t *others = booking_spaces_like(request, space, people, LOOKED_AT);
    apr_array_header_t *list =
        apr_array_make(request->r->pool, LOOKED_AT + 1, sizeof(const booking_space_t *));
    booking_spaces_t *all = apr_pcalloc(request->r->pool, sizeof(*all));
    int i;

    APR_ARRAY_PUSH(list, const booking_space_t *) = space;
    for (i = 0; others && i < others->count; i++) {
        APR_ARRAY_PUSH(list, const booking_space_t *) = others->list[i];
    }
    all->list = (const booking_space_t *const *)list->elts;
    all->count = list->nelts;
    return all;
}

/* The wanted space is looked at a day before and after, the others at that time only. */
static void set_windows(finding_t *finding)
{
    const booking_v1_t *row = finding->row;
    int i;

    for (i = 0; i < finding->times.count; i++) {
        apr_int64_t around = i ? 0 : BK_TIME_DAY;

        finding->times.list[i].window = (bk_span_t){row->start_ns - around, row->end_ns + around};
    }
}

/* Instants to which days can be added. */
static int is_far_from_the_ends(const booking_v1_t *row)
{
    return row->start_ns > APR_INT64_MIN + 400 * BK_TIME_DAY &&
           row->end_ns < APR_INT64_MAX - 400 * BK_TIME_DAY;
}

apr_size_t booking_v1_alternatives(bk_request_t *request, const booking_space_t *space,
                                   const booking_v1_t *row, bk_problem_alternative_t *alternatives)
{
    finding_t finding = {.row = row, .list = alternatives};

    if (!is_far_from_the_ends(row)) {
        return 0;
    }
    bk_store_release(request);
    booking_v1_time_begin(request, find_spaces(request, space, row->occupants), &finding.times);
    if (finding.times.count == 0 || finding.times.list[0].space != space) {
        return 0;
    }
    finding.times.but = row->id;
    set_windows(&finding);
    if (booking_v1_time_look(request, &finding.times) != APR_SUCCESS ||
        apr_pool_create(&finding.scratch, request->r->pool) != APR_SUCCESS) {
        return 0;
    }
    add_nearest(&finding);
    add_others(&finding);
    add_shorter(&finding);
    apr_pool_destroy(finding.scratch);
    return finding.count;
}
