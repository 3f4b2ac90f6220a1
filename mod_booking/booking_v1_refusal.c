#include "booking_v1_refusal.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_problem_members.h"
#include "bk_text.h"
#include "booking_v1_alternatives.h"
#include "bk_time.h"
#include "booking_v1_json.h"
#include "booking_v1_view.h"

/* ---- rules --------------------------------------------------------------------------------------
 */

typedef struct violations_t {
    const bk_problem_violation_t *list;
    apr_size_t count;
} violations_t;

static void write_violations(bk_json_text_t *text, const void *baton)
{
    const violations_t *violations = baton;

    bk_problem_members_violations(text, violations->list, violations->count);
}

int booking_v1_refusal_rules(bk_request_t *request, const booking_v1_ruling_t *ruling)
{
    violations_t violations;

    violations.list = booking_v1_judge_violations(ruling, &violations.count, request->r->pool);
    return bk_answer_problem_with(request, &bk_problem_rules_broken, violations.list[0].detail,
                                  write_violations, &violations);
}

int booking_v1_refusal_rule(bk_request_t *request, const char *rule, apr_int64_t limit,
                            apr_int64_t got, const char *detail)
{
    const bk_problem_violation_t one = {rule, 1, limit, got, detail};
    const violations_t violations = {&one, 1};

    return bk_answer_problem_with(request, &bk_problem_rules_broken, detail, write_violations,
                                  &violations);
}

static void write_quota(bk_json_text_t *text, const void *id)
{
    bk_json_text_string(text, "quota", id);
}

int booking_v1_refusal_quota(bk_request_t *request, const booking_limits_t *limits)
{
    const char *id = limits->list[limits->full].quota->id;

    return bk_answer_problem_with(
        request, &bk_problem_quota_used,
        apr_pstrcat(request->r->pool, "The quota ", id, " is used up", NULL), write_quota, id);
}

/* ---- what is in the way -------------------------------------------------------------------------
 */

typedef struct taken_t {
    const bk_request_t *request;
    const booking_space_t *space;
    const booking_v1_t *asked;
    bk_problem_conflict_t conflicts[BK_PROBLEM_CONFLICTS];
    apr_size_t count;
    apr_int64_t apart_ns; /* how long the space is kept free between the first of them and what was
                             asked for; 0: the two overlap without that */
    int is_minimal;
    bk_problem_alternative_t alternatives[BK_PROBLEM_ALTERNATIVES];
    apr_size_t alternative_count;
} taken_t;

static bk_time_t time_in(const booking_space_t *space, apr_int64_t ns)
{
    return (bk_time_t){ns, bk_zone_offset(space->zone, ns) / 60};
}

bk_problem_conflict_t booking_v1_refusal_conflict(const bk_request_t *request,
                                                  const booking_space_t *space,
                                                  const booking_v1_t *row)
{
    apr_pool_t *p = request->r->pool;
    booking_v1_view_t view = booking_v1_view(request, space, row);
    bk_problem_conflict_t conflict = {.start = time_in(space, row->start_ns),
                                      .end = time_in(space, row->end_ns),
                                      .kind = booking_v1_json_kind(row)};
    if (view.detail >= BK_DETAIL_TITLE) {
        conflict.title = apr_pstrdup(p, row->title);
    }
    if (view.detail >= BK_DETAIL_OWNER && row->kind == BOOKING_KIND_BOOKING) {
        conflict.owner = bk_text_of_int(row->user_id, apr_palloc(p, BK_TEXT_INT));
    }
    return conflict;
}

static apr_int64_t apart(const booking_v1_t *asked, const booking_v1_t *row)
{
    if (row->end_ns <= asked->start_ns) {
        return row->teardown_ns + asked->setup_ns;
    }
    return row->start_ns >= asked->end_ns ? asked->teardown_ns + row->setup_ns : 0;
}

static apr_status_t add_conflict(void *baton, const booking_v1_t *row)
{
    taken_t *taken = baton;

    if (!taken->count) {
        taken->apart_ns = apart(taken->asked, row);
    }
    taken->conflicts[taken->count] = booking_v1_refusal_conflict(taken->request, taken->space, row);
    return ++taken->count < BK_PROBLEM_CONFLICTS ? APR_SUCCESS : APR_EOF;
}

static void write_taken(bk_json_text_t *text, const void *baton)
{
    const taken_t *taken = baton;

    bk_problem_members_conflicts(text, taken->conflicts, taken->count);
    if (!taken->is_minimal) {
        bk_problem_members_alternatives(text, taken->alternatives, taken->alternative_count);
    }
}

static int wants_minimal(const bk_request_t *request)
{
    const char *prefer = apr_table_get(request->r->headers_in, "Prefer");

    return prefer && strstr(prefer, "return=minimal");
}

static const char *detail_of(const taken_t *taken, apr_pool_t *p)
{
    const bk_problem_conflict_t *first = &taken->conflicts[0];
    const char *id = taken->asked->space_id, *times;

    if (!taken->count) {
        return apr_pstrcat(p, id, " was taken", NULL);
    }
    times = apr_pstrcat(p, bk_time_format(&first->start, p), " to ", bk_time_format(&first->end, p),
                        NULL);
    if (taken->apart_ns) {
        return apr_psprintf(p,
                            "%s is taken from %s, and is kept free for %" APR_INT64_T_FMT
                            " minutes between two bookings",
                            id, times, taken->apart_ns / BK_TIME_MINUTE);
    }
    return apr_pstrcat(p, id,
                       strcmp(first->kind, "closure") == 0 ? " is closed from " : " is taken from ",
                       times, NULL);
}

int booking_v1_refusal_taken(bk_request_t *request, const booking_space_t *space,
                             const booking_v1_t *row)
{
    apr_pool_t *p = request->r->pool;
    taken_t taken = {
        .request = request, .space = space, .asked = row, .is_minimal = wants_minimal(request)};
    const bk_span_t span = {row->start_ns - row->setup_ns, row->end_ns + row->teardown_ns};

    /* It is refused whatever is found now: it may be gone by now. */
    (void)booking_v1_verbs(request)->overlaps(request->handle, row->space_id, &span, row->id,
                                              BK_PROBLEM_CONFLICTS, add_conflict, &taken, p);
    if (!taken.is_minimal) {
        taken.alternative_count = booking_v1_alternatives(request, space, row, taken.alternatives);
    }
    return bk_answer_problem_with(request, &bk_problem_slot_taken, detail_of(&taken, p),
                                  write_taken, &taken);
}

/* ---- results of the store -----------------------------------------------------------------------
 */

int booking_v1_refusal_store(bk_request_t *request, const booking_space_t *space,
                             const booking_v1_t *row, const booking_limits_t *limits,
                             apr_status_t rv)
{
    if (rv == BOOKING_V1_STORE_TAKEN) {
        return booking_v1_refusal_taken(request, space, row);
    }
    if (rv == BOOKING_V1_STORE_QUOTA) {
        return booking_v1_refusal_quota(request, limits);
    }
    return rv == APR_NOTFOUND ? booking_v1_refusal_none(request) : bk_store_failed(request, rv);
}

int booking_v1_refusal_ended(bk_request_t *request, const booking_v1_t *row)
{
    if (row->state == BOOKING_STATE_RELEASED) {
        return bk_answer_problem(request, &bk_problem_released, NULL);
    }
    return bk_answer_problem(request, &bk_problem_not_pending,
                             apr_pstrcat(request->r->pool, "The booking is ",
                                         booking_v1_json_states[row->state], ": make a new one",
                                         NULL));
}

int booking_v1_refusal_none(bk_request_t *request)
{
    return bk_answer_problem(request, &bk_problem_not_found,
                             "There is no such booking, or the caller may not see it");
}
