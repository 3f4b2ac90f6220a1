#include "booking_v1_series_json.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_answer_v1.h"
#include "bk_problem_members.h"
#include "bk_time.h"
#include "booking_people.h"
#include "booking_v1_json.h"
#include "booking_v1_refusal.h"

#define VIOLATIONS_MOST 100

/* ---- values -------------------------------------------------------------------------------------
 */

static void write_instant(bk_json_text_t *text, const char *name, const booking_space_t *space,
                          apr_int64_t ns)
{
    bk_time_t time = {ns - (ns % BK_TIME_SECOND + BK_TIME_SECOND) % BK_TIME_SECOND, 0};

    if (space) {
        bk_json_text_string(text, name, bk_zone_format(space->zone, time.ns, text->p));
    }
    else {
        bk_json_text_instant(text, name, &time);
    }
}

static void write_json(bk_json_text_t *text, const char *name, const char *json)
{
    bk_json_text_raw(text, name, json, strlen(json));
}

/* ---- a series -----------------------------------------------------------------------------------
 */

void booking_v1_series_json_write(bk_json_text_t *text, const bk_request_t *request,
                                  const booking_series_t *series, const booking_space_t *space)
{
    booking_v1_json_id(text, "id", series->id);
    bk_json_text_string(text, "space", series->space_id);
    bk_json_text_string(text, "start", series->start);
    bk_json_text_int(text, "minutes", series->minutes);
    bk_json_text_string(text, "timeZone", series->time_zone);
    write_json(text, "rule", series->rule);
    write_json(text, "except", series->except);
    bk_json_text_string(text, "title", series->title);
    booking_people_write(text, "owner", request, series->user_id);
    booking_people_write(text, "createdBy", request, series->created_by);
    write_instant(text, "createdAt", space, series->created_ns);
    write_instant(text, "changedAt", space, series->changed_ns);
    bk_json_text_int(text, "version", series->version);
}

void booking_v1_series_json_counts(bk_json_text_t *text, const booking_series_counts_t *counts,
                                   const booking_space_t *space)
{
    int i;

    bk_json_text_object(text, "counts");
    for (i = 0; i < BOOKING_STATES; i++) {
        bk_json_text_int(text, booking_v1_json_states[i], counts->by_state[i]);
    }
    bk_json_text_object_end(text);
    if (counts->next_id == BK_FIELD_NONE) {
        bk_json_text_string(text, "next", NULL);
        return;
    }
    bk_json_text_object(text, "next");
    bk_json_text_id(text, "booking", counts->next_id);
    write_instant(text, "start", space, counts->next_start_ns);
    write_instant(text, "end", space, counts->next_end_ns);
    bk_json_text_object_end(text);
}

/* ---- its dates ----------------------------------------------------------------------------------
 */

static void write_time(bk_json_text_t *text, const booking_v1_series_outcome_t *outcome,
                       const booking_v1_t *row)
{
    write_instant(text, "start", outcome->space, row->start_ns);
    write_instant(text, "end", outcome->space, row->end_ns);
}

static int is_created(const booking_v1_series_date_t *date)
{
    return date->item && date->item->result == APR_SUCCESS;
}

static void write_created(bk_json_text_t *text, const booking_v1_series_outcome_t *outcome)
{
    int i;

    bk_json_text_array(text, "created");
    for (i = 0; i < outcome->count; i++) {
        const booking_v1_series_date_t *date = &outcome->dates[i];

        if (!is_created(date)) {
            continue;
        }
        bk_json_text_object(text, NULL);
        if (outcome->plan->is_dry) {
            bk_json_text_string(text, "booking", NULL);
        }
        else {
            bk_json_text_id(text, "booking", date->item->row.id);
        }
        write_time(text, outcome, &date->row);
        bk_json_text_string(text, "state", booking_v1_json_states[date->row.state]);
        bk_json_text_object_end(text);
    }
    bk_json_text_array_end(text);
}

static int overlaps(const booking_v1_t *one, const booking_v1_t *other)
{
    return one->start_ns - one->setup_ns < other->end_ns + other->teardown_ns &&
           other->start_ns - other->setup_ns < one->end_ns + one->teardown_ns;
}

static void write_conflicts(bk_json_text_t *text, const bk_request_t *request,
                            const booking_v1_series_outcome_t *outcome, const booking_v1_t *row)
{
    const apr_array_header_t *clashes = outcome->plan->clashes;
    bk_problem_conflict_t conflicts[BK_PROBLEM_CONFLICTS];
    apr_size_t count = 0;
    int i;

    for (i = 0; i < clashes->nelts && count < BK_PROBLEM_CONFLICTS; i++) {
        const booking_v1_t *other = &APR_ARRAY_IDX(clashes, i, booking_v1_t);

        if (overlaps(row, other)) {
            conflicts[count++] = booking_v1_refusal_conflict(request, outcome->space, other);
        }
    }
    bk_problem_members_conflicts(text, conflicts, count);
}

static void write_elsewhere(bk_json_text_t *text, const char *const *ids)
{
    bk_json_text_array(text, "spaces");
    while (ids && *ids) {
        bk_json_text_string(text, NULL, *ids++);
    }
    bk_json_text_array_end(text);
}

static void write_why(bk_json_text_t *text, const bk_request_t *request,
                      const booking_v1_series_outcome_t *outcome,
                      const booking_v1_series_date_t *date)
{
    const bk_problem_violation_t *violations;
    apr_size_t count;

    if (!date->item) {
        violations = booking_v1_judge_violations(&date->ruling, &count, text->p);
        bk_json_text_string(text, "code", bk_problem_rules_broken.code);
        bk_problem_members_violations(text, violations, count);
    }
    else if (date->item->result == BOOKING_V1_STORE_QUOTA) {
        const booking_limits_t *limits = &date->item->limits;

        bk_json_text_string(text, "code", bk_problem_quota_used.code);
        bk_json_text_string(text, "quota", limits->list[limits->full].quota->id);
    }
    else {
        bk_json_text_string(text, "code", bk_problem_slot_taken.code);
        write_conflicts(text, request, outcome, &date->row);
        if (date->elsewhere) {
            write_elsewhere(text, date->elsewhere);
        }
    }
}

static void write_skipped(bk_json_text_t *text, const char *name, const bk_request_t *request,
                          const booking_v1_series_outcome_t *outcome)
{
    int i;

    bk_json_text_array(text, name);
    for (i = 0; i < outcome->count; i++) {
        const booking_v1_series_date_t *date = &outcome->dates[i];

        if (!is_created(date)) {
            bk_json_text_object(text, NULL);
            write_time(text, outcome, &date->row);
            write_why(text, request, outcome, date);
            bk_json_text_object_end(text);
        }
    }
    bk_json_text_array_end(text);
}

void booking_v1_series_json_outcome(bk_json_text_t *text, const bk_request_t *request,
                                    const booking_v1_series_outcome_t *outcome)
{
    write_created(text, outcome);
    write_skipped(text, "skipped", request, outcome);
}

/* ---- refusals -----------------------------------------------------------------------------------
 */

/* What is being answered. */
typedef struct refusing_t {
    const bk_request_t *request;
    const booking_v1_series_outcome_t *outcome;
    int fit;
} refusing_t;

/* Rules about the moment and the hours are broken on each date by itself. */
static int is_of_a_date(const bk_violation_t *violation)
{
    return violation->rule == BK_RULE_PAST || violation->rule == BK_RULE_LEAD ||
           violation->rule == BK_RULE_HORIZON || violation->rule == BK_RULE_CLOSED ||
           violation->rule == BK_RULE_HOURS || violation->rule == BK_RULE_START_STEP;
}

static void write_violation(bk_json_text_t *text, const booking_v1_series_outcome_t *outcome,
                            const booking_v1_series_date_t *date, int i)
{
    const bk_violation_t *one = &APR_ARRAY_IDX(date->ruling.broken, i, bk_violation_t);

    bk_json_text_object(text, NULL);
    bk_json_text_string(text, "rule", bk_policy_rule_name(one->rule));
    if (one->limit || one->got) {
        bk_json_text_int(text, "limit", one->limit);
        bk_json_text_int(text, "got", one->got);
    }
    bk_json_text_string(text, "detail", bk_policy_explain(one, text->p));
    if (is_of_a_date(one)) {
        write_instant(text, "start", outcome->space, date->row.start_ns);
    }
    bk_json_text_object_end(text);
}

/* What is the same on all dates is said of the first that breaks it. */
static void write_violations(bk_json_text_t *text, const void *baton)
{
    const booking_v1_series_outcome_t *outcome = ((const refusing_t *)baton)->outcome;
    unsigned int said = 0;
    int left = VIOLATIONS_MOST, i, k;

    bk_json_text_array(text, "violations");
    for (i = 0; i < outcome->count && left > 0; i++) {
        const booking_v1_series_date_t *date = &outcome->dates[i];

        for (k = 0; !date->item && k < date->ruling.broken->nelts && left > 0; k++) {
            const bk_violation_t *one = &APR_ARRAY_IDX(date->ruling.broken, k, bk_violation_t);

            if (booking_v1_judge_is_decisive(&date->ruling, one) &&
                (is_of_a_date(one) || !(said >> one->rule & 1))) {
                said |= 1U << one->rule;
                write_violation(text, outcome, date, k);
                left--;
            }
        }
    }
    bk_json_text_array_end(text);
}

int booking_v1_series_json_rules(bk_request_t *request, const booking_v1_series_outcome_t *outcome)
{
    const refusing_t refusing = {request, outcome, 0};
    int i, broken = 0;

    for (i = 0; i < outcome->count; i++) {
        broken += outcome->dates[i].item == NULL;
    }
    return bk_answer_problem_with(
        request, &bk_problem_rules_broken,
        apr_psprintf(request->r->pool, "%d of %d dates break the rules", broken, outcome->count),
        write_violations, &refusing);
}

static void write_clashes(bk_json_text_t *text, const void *baton)
{
    const refusing_t *refusing = baton;

    bk_json_text_int(text, "fit", refusing->fit);
    bk_json_text_int(text, "of", refusing->outcome->count);
    write_skipped(text, "clashes", refusing->request, refusing->outcome);
}

int booking_v1_series_json_clash(bk_request_t *request, const booking_v1_series_outcome_t *outcome)
{
    refusing_t refusing = {request, outcome, 0};
    int i, taken = 0;

    for (i = 0; i < outcome->count; i++) {
        const booking_v1_series_date_t *date = &outcome->dates[i];

        refusing.fit += is_created(date);
        taken += date->item && date->item->result == BOOKING_V1_STORE_TAKEN;
    }
    return bk_answer_problem_with(request,
                                  taken ? &bk_problem_series_clash : &bk_problem_quota_used,
                                  apr_psprintf(request->r->pool, "%d of %d dates can be booked",
                                               refusing.fit, outcome->count),
                                  write_clashes, &refusing);
}
