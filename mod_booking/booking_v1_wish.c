#include "booking_v1_wish.h"

#include <limits.h>
#include <string.h>

#include <apr_strings.h>

#include "bk_audit.h"
#include "bk_time.h"
#include "booking_v1_columns.h"
#include "booking_v1_refusal.h"

#define RULE(name) (1u << BK_RULE_##name)
#define OF_MOMENT (RULE(PAST) | RULE(LEAD) | RULE(HORIZON))
#define OF_HOURS (RULE(CLOSED) | RULE(HOURS))
#define OF_LENGTH (RULE(LENGTH_MIN) | RULE(LENGTH_MAX) | RULE(LENGTH_STEP))

/* ---- what changes -------------------------------------------------------------------------------
 */

static int stays_in_place(const booking_v1_t *before, const booking_v1_t *row)
{
    return strcmp(before->space_id, row->space_id) == 0;
}

int booking_v1_wish_moves(const booking_v1_t *before, const booking_v1_t *row)
{
    return !stays_in_place(before, row) || before->start_ns != row->start_ns ||
           before->end_ns != row->end_ns;
}

int booking_v1_wish_only_shrinks(const booking_v1_t *before, const booking_v1_t *row)
{
    return stays_in_place(before, row) && before->start_ns <= row->start_ns &&
           row->end_ns <= before->end_ns;
}

int booking_v1_wish_is_judged(const booking_v1_t *before, const booking_v1_t *row)
{
    return booking_v1_wish_moves(before, row) || before->occupants != row->occupants ||
           before->user_id != row->user_id ||
           strcmp(before->attributes ? before->attributes : "",
                  row->attributes ? row->attributes : "") != 0;
}

/* The past is no place to move a booking to, or from: quotas would be given back. */
static int is_past(const booking_v1_t *before, const booking_v1_t *row, apr_int64_t now_ns)
{
    return before->end_ns <= now_ns || row->end_ns <= now_ns;
}

/* The rules that what stays was judged by when it was booked. */
static unsigned int find_exempt(const booking_v1_t *before, const booking_v1_t *row,
                                apr_int64_t now_ns)
{
    unsigned int exempt = RULE(TERMS_NOT_ACCEPTED);

    if (!booking_v1_wish_moves(before, row)) {
        return exempt | OF_MOMENT | OF_HOURS | OF_LENGTH | RULE(START_STEP) |
               RULE(NOT_BOOKABLE_BY_YOU);
    }
    if (!stays_in_place(before, row)) {
        return 0;
    }
    if (booking_v1_wish_only_shrinks(before, row)) {
        exempt |= OF_MOMENT | OF_HOURS | RULE(NOT_BOOKABLE_BY_YOU) | RULE(LENGTH_MAX);
    }
    if (before->start_ns == row->start_ns) {
        exempt |= OF_MOMENT | RULE(START_STEP);
    }
    return is_past(before, row, now_ns) ? exempt & ~(unsigned int)RULE(PAST) : exempt;
}

/* ---- the judgement ------------------------------------------------------------------------------
 */

static int at_most_int(apr_int64_t number)
{
    return number > INT_MAX ? INT_MAX : (int)number;
}

static bk_wish_t wish_of(const booking_v1_t *row, const char *terms, apr_pool_t *p)
{
    bk_wish_t wish = {.start_ns = row->start_ns,
                      .end_ns = row->end_ns,
                      .now_ns = bk_time_now(),
                      .people = at_most_int(row->occupants),
                      .terms = terms};

    wish.answers = booking_v1_columns_answers(row->attributes, &wish.answer_count, p);
    return wish;
}

/* Who may only ask has a booking that moves approved of anew, unless it only gets shorter. What is
 * waiting goes on waiting, until its new start at the latest. */
static void set_state(booking_v1_t *row, const booking_v1_t *before,
                      const booking_v1_ruling_t *ruling)
{
    int asks = ruling->verdict == BK_VERDICT_REQUEST;

    if (!before || (asks && !booking_v1_wish_only_shrinks(before, row))) {
        row->state = asks ? BOOKING_STATE_PENDING : BOOKING_STATE_CONFIRMED;
        row->expires_ns = ruling->expires_ns;
    }
    else if (row->state == BOOKING_STATE_PENDING && row->expires_ns > row->start_ns) {
        row->expires_ns = row->start_ns;
    }
}

/* What is kept free around a booking that stays where it is stays, too. */
static void set_rest(booking_v1_t *row, const booking_v1_t *before,
                     const booking_v1_ruling_t *ruling)
{
    row->overridden = ruling->overridden;
    if (before && !booking_v1_wish_moves(before, row)) {
        return;
    }
    row->policy = ruling->policy;
    row->building = ruling->building;
    row->setup_ns = ruling->setup_ns;
    row->teardown_ns = ruling->teardown_ns;
}

int booking_v1_wish_judge(bk_request_t *request, const booking_space_t *space,
                          const booking_v1_t *before, booking_v1_t *row, const char *terms,
                          booking_v1_ruling_t *ruling)
{
    booking_v1_rules_t rules = booking_v1_judge_rules(request, space);
    bk_person_t person = booking_v1_judge_person(request, &space->managers);
    bk_wish_t wish = wish_of(row, terms, request->r->pool);

    if (before) {
        rules.exempt = find_exempt(before, row, wish.now_ns);
        if (!booking_v1_wish_moves(before, row)) {
            rules.is_archived = 0;
            rules.max_length = 0;
        }
    }
    booking_v1_judge(&rules, &person, &wish, ruling, request->r->pool);
    if (ruling->verdict == BK_VERDICT_REFUSE) {
        return booking_v1_refusal_rules(request, ruling);
    }
    if (before && before->user_id == row->user_id && booking_v1_wish_only_shrinks(before, row)) {
        ruling->limits.count = 0; /* no more is used than was */
    }
    set_state(row, before, ruling);
    set_rest(row, before, ruling);
    return BK_CONTINUE;
}

int booking_v1_wish_judge_one(bk_request_t *request, const booking_space_t *space,
                              booking_v1_t *row, const char *terms,
                              const booking_v1_wish_series_t *series, booking_v1_ruling_t *ruling)
{
    booking_v1_rules_t rules = booking_v1_judge_rules(request, space);
    bk_person_t person = booking_v1_judge_person(request, &space->managers);
    bk_wish_t wish = wish_of(row, terms, request->r->pool);

    wish.occurrences = series->occurrences;
    wish.weeks = series->weeks;
    booking_v1_judge(&rules, &person, &wish, ruling, request->r->pool);
    if (ruling->verdict == BK_VERDICT_REFUSE) {
        return 0;
    }
    set_state(row, NULL, ruling);
    set_rest(row, NULL, ruling);
    return 1;
}

void booking_v1_wish_audit(const bk_request_t *request, const booking_v1_t *row)
{
    if (row->overridden) {
        bk_audit(request, "BK0520: event=override", row->user_id, request->caller.id, "booking",
                 apr_psprintf(request->r->pool, "%" APR_INT64_T_FMT, row->id), "space",
                 row->space_id, "rules", row->overridden, NULL);
    }
}
