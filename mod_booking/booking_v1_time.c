#include "booking_v1_time.h"

#include <stdlib.h>

#include <apr_strings.h>

#include "bk_free.h"
#include "bk_read.h"
#include "bk_scope.h"
#include "bk_time.h"
#include "booking_v1_view.h"

#define STEP 15 /* minutes between two starts where the policy does not say */

/* ---- who asks -----------------------------------------------------------------------------------
 */

/* Why the caller cannot book a space at any time. */
static const char *find_why(const bk_request_t *request, const booking_v1_time_t *time)
{
    const bk_policy_t *policy = booking_v1_judge_policy(&time->rules);

    if (time->space->is_archived) {
        return "archived";
    }
    if (!(request->caller.scopes & BK_SCOPE_BOOK) || request->caller.role == BK_ROLE_AUDITOR) {
        return "not-in-scope";
    }
    return time->overrides || bk_policy_names(&policy->book, &time->person) ||
                   bk_policy_names(&policy->request, &time->person)
               ? NULL
               : "not-in-book-group";
}

static void begin(booking_v1_time_t *time, const bk_request_t *request,
                  const booking_space_t *space)
{
    const bk_policy_t *policy;

    *time = (booking_v1_time_t){
        .space = space,
        .rules = booking_v1_judge_rules(request, space),
        .person = booking_v1_judge_person(request, &space->managers),
        .rows = apr_array_make(request->r->pool, 4, sizeof(booking_v1_t)),
    };
    policy = booking_v1_judge_policy(&time->rules);
    time->overrides = bk_policy_overrides(policy, &time->person);
    time->why = find_why(request, time);
    time->is_request =
        !time->why && !time->overrides && !bk_policy_names(&policy->book, &time->person);
}

void booking_v1_time_begin(bk_request_t *request, const booking_spaces_t *spaces,
                           booking_v1_times_t *times)
{
    int i;

    *times =
        (booking_v1_times_t){.list = apr_palloc(request->r->pool, ((apr_size_t)spaces->count + 1) *
                                                                      sizeof(*times->list)),
                             .now_ns = bk_time_now()};
    for (i = 0; i < spaces->count; i++) {
        if (booking_v1_view_has_token_for(request, spaces->list[i]->id)) {
            begin(&times->list[times->count++], request, spaces->list[i]);
        }
    }
}

/* ---- what is taken ------------------------------------------------------------------------------
 */

/* What a policy keeps free before and after a booking, in nanoseconds. */
static apr_int64_t setup_of(const booking_v1_time_t *time)
{
    return booking_v1_judge_policy(&time->rules)->setup * BK_TIME_MINUTE;
}

static apr_int64_t teardown_of(const booking_v1_time_t *time)
{
    return booking_v1_judge_policy(&time->rules)->teardown * BK_TIME_MINUTE;
}

static apr_status_t add_row(void *baton, int space, const booking_v1_t *row)
{
    booking_v1_times_t *times = baton;
    apr_array_header_t *rows = times->list[space].rows;
    booking_v1_t *copy;

    if (row->id == times->but) {
        return APR_SUCCESS;
    }
    copy = apr_array_push(rows);
    *copy = *row;
    copy->space_id = times->list[space].space->id;
    copy->title = apr_pstrdup(rows->pool, row->title);
    copy->participants = apr_pstrdup(rows->pool, row->participants);
    copy->group_name = apr_pstrdup(rows->pool, row->group_name);
    copy->reason = apr_pstrdup(rows->pool, row->reason);
    return APR_SUCCESS;
}

static int by_start(const void *a, const void *b)
{
    const booking_v1_t *one = a, *other = b;

    return one->start_ns < other->start_ns ? -1 : one->start_ns > other->start_ns;
}

/* By some indexes they come in order. */
static void sort_rows(apr_array_header_t *rows)
{
    const booking_v1_t *all = (const booking_v1_t *)rows->elts;
    int i;

    for (i = 1; i < rows->nelts; i++) {
        if (all[i].start_ns < all[i - 1].start_ns) {
            qsort(rows->elts, (size_t)rows->nelts, sizeof(booking_v1_t), by_start);
            return;
        }
    }
}

/* For bk_read(), which may read twice. */
static apr_status_t read_rows(bk_request_t *request, void *baton)
{
    booking_v1_times_t *times = baton;
    const char **ids = apr_palloc(request->r->pool, ((apr_size_t)times->count + 1) * sizeof(*ids));
    apr_int64_t from = APR_INT64_MAX, to = APR_INT64_MIN;
    apr_status_t rv = APR_SUCCESS;
    int i;

    for (i = 0; i < times->count; i++) {
        booking_v1_time_t *time = &times->list[i];
        apr_int64_t begins = time->window.start_ns - setup_of(time);
        apr_int64_t ends = time->window.end_ns + teardown_of(time);

        ids[i] = time->space->id;
        time->rows->nelts = 0;
        from = begins < from ? begins : from;
        to = ends > to ? ends : to;
    }
    if (times->count) {
        rv = booking_taken_verbs(request)->each(request->handle, ids, times->count, from, to,
                                                times->now_ns, add_row, times, request->r->pool);
    }
    for (i = 0; i < times->count; i++) {
        sort_rows(times->list[i].rows);
    }
    return rv;
}

/* ---- what is free -------------------------------------------------------------------------------
 */

static apr_array_header_t *find_open(const booking_v1_time_t *time, apr_pool_t *p)
{
    const bk_span_t *window = &time->window;

    return time->rules.policy
               ? bk_opening_spans(&time->rules.policy->rules.opening, time->rules.zone,
                                  window->start_ns, window->end_ns, p)
               : bk_free_hours(time->rules.open, time->rules.close, window->start_ns,
                               window->end_ns, p);
}

/* When a new booking cannot be: what is kept free around it adds to what is kept free around those
 * that are there. */
static apr_array_header_t *find_taken(const booking_v1_time_t *time, apr_pool_t *p)
{
    apr_array_header_t *taken = apr_array_make(p, time->rows->nelts + 1, sizeof(bk_span_t));
    int i;

    for (i = 0; i < time->rows->nelts; i++) {
        const booking_v1_t *row = &APR_ARRAY_IDX(time->rows, i, booking_v1_t);

        APR_ARRAY_PUSH(taken, bk_span_t) =
            (bk_span_t){row->start_ns - row->setup_ns - teardown_of(time),
                        row->end_ns + row->teardown_ns + setup_of(time)};
    }
    return taken;
}

/* The end of the last day that can be booked. */
static apr_int64_t end_of_horizon(const bk_policy_t *policy, const bk_zone_t *zone,
                                  apr_int64_t now_ns)
{
    apr_int64_t wall = bk_zone_wall(zone, now_ns), last, start_ns, end_ns;

    last = bk_opening_date(wall) + policy->horizon.days;
    if (bk_time_of_day(wall, 0) / BK_TIME_MINUTE < policy->horizon.opens_at) {
        last--;
    }
    bk_zone_day(zone, last * BK_TIME_DAY, &start_ns, &end_ns);
    return end_ns;
}

/* Cut off what the rules leave to nobody. */
static void clip(booking_v1_time_t *time, apr_int64_t now_ns)
{
    const bk_policy_t *policy = booking_v1_judge_policy(&time->rules);
    apr_int64_t from = time->window.start_ns, to = time->window.end_ns;

    if (time->overrides) {
        return;
    }
    if (!policy->past && from < now_ns) {
        from = now_ns;
    }
    if (policy->lead && from >= now_ns && from < now_ns + policy->lead * BK_TIME_MINUTE) {
        from = now_ns + policy->lead * BK_TIME_MINUTE;
    }
    if (policy->horizon.days >= 0) {
        apr_int64_t end = end_of_horizon(policy, time->rules.zone, now_ns);

        to = end < to ? end : to;
    }
    bk_free_clip(time->free, from, to);
}

static void find_free(booking_v1_times_t *times, apr_pool_t *p)
{
    int i;

    for (i = 0; i < times->count; i++) {
        booking_v1_time_t *time = &times->list[i];

        time->open = find_open(time, p);
        time->free = bk_free_spans(time->open, find_taken(time, p), p);
        clip(time, times->now_ns);
    }
}

int booking_v1_time_read(bk_request_t *request, booking_v1_times_t *times)
{
    apr_status_t rv;
    int result = bk_read(request, read_rows, times, &rv);

    if (result != BK_CONTINUE) {
        return result;
    }
    if (rv != APR_SUCCESS) {
        return bk_store_failed(request, rv);
    }
    find_free(times, request->r->pool);
    return BK_CONTINUE;
}

apr_status_t booking_v1_time_look(bk_request_t *request, booking_v1_times_t *times)
{
    apr_status_t rv = bk_store_try_acquire(request);

    if (rv == APR_SUCCESS) {
        rv = read_rows(request, times);
    }
    if (rv == APR_SUCCESS) {
        find_free(times, request->r->pool);
    }
    return rv;
}

/* ---- what can be booked -------------------------------------------------------------------------
 */

/* What becomes of a broken rule at later times. */
static booking_v1_time_verdict_t weigh(bk_rule_t rule)
{
    switch (rule) {
    case BK_RULE_PEOPLE_MIN: /* what the form asks for is none of the time */
    case BK_RULE_FIELD_REQUIRED:
    case BK_RULE_TERMS_NOT_ACCEPTED:
        return BOOKING_V1_TIME_YES;
    case BK_RULE_NOT_BOOKABLE_BY_YOU:
    case BK_RULE_HORIZON:
    case BK_RULE_LENGTH_MIN:
    case BK_RULE_LENGTH_MAX:
    case BK_RULE_LENGTH_STEP:
    case BK_RULE_CAPACITY:
        return BOOKING_V1_TIME_NEVER;
    default:
        return BOOKING_V1_TIME_NO;
    }
}

/* Of the broken rules that matter to a time the one that matters longest; NULL: there is none. */
static const bk_violation_t *judge(const booking_v1_times_t *times, const booking_v1_time_t *time,
                                   apr_int64_t start_ns, apr_int64_t end_ns, int people,
                                   apr_pool_t *p)
{
    int least = booking_v1_judge_policy(&time->rules)->people.min;
    bk_wish_t wish = {.start_ns = start_ns,
                      .end_ns = end_ns,
                      .now_ns = times->now_ns,
                      .people = people      ? people
                                : least > 1 ? least
                                            : 1};
    const bk_violation_t *found = NULL;
    booking_v1_ruling_t ruling;
    int i;

    booking_v1_judge(&time->rules, &time->person, &wish, &ruling, p);
    for (i = 0; i < ruling.broken->nelts; i++) {
        const bk_violation_t *one = &APR_ARRAY_IDX(ruling.broken, i, bk_violation_t);

        if (booking_v1_judge_is_decisive(&ruling, one) &&
            weigh(one->rule) > (found ? weigh(found->rule) : BOOKING_V1_TIME_YES)) {
            found = one;
        }
    }
    return found;
}

booking_v1_time_verdict_t booking_v1_time_allows(const booking_v1_times_t *times,
                                                 const booking_v1_time_t *time,
                                                 apr_int64_t start_ns, apr_int64_t end_ns,
                                                 int people, apr_pool_t *p)
{
    const bk_violation_t *broken;

    if (time->why) {
        return BOOKING_V1_TIME_NEVER;
    }
    broken = judge(times, time, start_ns, end_ns, people, p);
    return broken ? weigh(broken->rule) : BOOKING_V1_TIME_YES;
}

int booking_v1_time_is_free(const booking_v1_time_t *time, apr_int64_t start_ns, apr_int64_t end_ns)
{
    int i;

    for (i = 0; i < time->rows->nelts; i++) {
        const booking_v1_t *row = &APR_ARRAY_IDX(time->rows, i, booking_v1_t);

        if (row->start_ns - row->setup_ns < end_ns + teardown_of(time) &&
            row->end_ns + row->teardown_ns > start_ns - setup_of(time)) {
            return 0;
        }
    }
    return 1;
}

/* What holds at every time is said before who has this one. */
const char *booking_v1_time_why_not(const booking_v1_times_t *times, const booking_v1_time_t *time,
                                    apr_int64_t start_ns, apr_int64_t end_ns, int people,
                                    apr_pool_t *p)
{
    const bk_violation_t *broken;

    if (time->why) {
        return time->why;
    }
    broken = judge(times, time, start_ns, end_ns, people, p);
    if ((!broken || weigh(broken->rule) != BOOKING_V1_TIME_NEVER) &&
        !booking_v1_time_is_free(time, start_ns, end_ns)) {
        return "taken";
    }
    return broken ? bk_policy_rule_name(broken->rule) : NULL;
}

/* The starts within one free span. @return 0: no more are wanted, or can be */
static int starts_in(const booking_v1_times_t *times, const booking_v1_time_t *time,
                     const bk_span_t *span, apr_int64_t length_ns, int people,
                     booking_v1_time_start_t *each, void *baton, apr_pool_t *p)
{
    const bk_policy_t *policy = booking_v1_judge_policy(&time->rules);
    int step = policy->start.step ? policy->start.step : STEP;
    int anchor = policy->start.step ? policy->start.anchor : 0;
    apr_int64_t first = span->start_ns > times->now_ns ? span->start_ns : times->now_ns;
    apr_int64_t start =
        bk_free_start(time->rules.zone, policy->start.step ? step : 1, anchor, first);

    while (start < span->end_ns && span->end_ns - start >= length_ns) {
        booking_v1_time_verdict_t verdict =
            booking_v1_time_allows(times, time, start, start + length_ns, people, p);

        apr_pool_clear(p);
        if (verdict == BOOKING_V1_TIME_NEVER ||
            (verdict == BOOKING_V1_TIME_YES && !each(baton, start))) {
            return 0;
        }
        start = bk_free_start(time->rules.zone, step, anchor, start + 1);
    }
    return 1;
}

void booking_v1_time_starts(const booking_v1_times_t *times, const booking_v1_time_t *time,
                            apr_int64_t length_ns, int people, booking_v1_time_start_t *each,
                            void *baton, apr_pool_t *p)
{
    const apr_array_header_t *room = time->free;
    apr_pool_t *round;
    int i, goes_on = 1;

    if (time->why) {
        return;
    }
    apr_pool_create(&round, p);
    for (i = 0; i < room->nelts && goes_on; i++) {
        goes_on = starts_in(times, time, &APR_ARRAY_IDX(room, i, bk_span_t), length_ns, people,
                            each, baton, round);
    }
    apr_pool_destroy(round);
}
