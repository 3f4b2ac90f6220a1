#include "bk_policy.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_time.h"

#define WALL_MINUTE(ns) (int)(bk_time_of_day(ns, 0) / BK_TIME_MINUTE)

static const char *const rule_names[] = {
    [BK_RULE_NOT_BOOKABLE_BY_YOU] = "not-bookable-by-you",
    [BK_RULE_PAST] = "past",
    [BK_RULE_LEAD] = "lead",
    [BK_RULE_HORIZON] = "horizon",
    [BK_RULE_CLOSED] = "closed",
    [BK_RULE_HOURS] = "hours",
    [BK_RULE_LENGTH_MIN] = "length.min",
    [BK_RULE_LENGTH_MAX] = "length.max",
    [BK_RULE_LENGTH_STEP] = "length.step",
    [BK_RULE_START_STEP] = "start.step",
    [BK_RULE_PEOPLE_MIN] = "people.min",
    [BK_RULE_CAPACITY] = "capacity",
    [BK_RULE_SERIES_NOT_ALLOWED] = "series-not-allowed",
    [BK_RULE_FIELD_REQUIRED] = "field-required",
    [BK_RULE_TERMS_NOT_ACCEPTED] = "terms-not-accepted",
};

/* What the steps of an evaluation share. */
typedef struct evaluation_t {
    const bk_policy_t *policy;
    const bk_wish_t *wish;
    const bk_person_t *person;
    apr_int64_t wall; /* the start, on the space's clock */
    apr_array_header_t *broken;
} evaluation_t;

const char *bk_policy_rule_name(bk_rule_t rule)
{
    return rule_names[rule];
}

static int is_named(const char *name, const bk_person_t *person)
{
    if (strcmp(name, "everyone") == 0) {
        return 1;
    }
    if (strncmp(name, "user:", 5) == 0) {
        return person->id && strcmp(name + 5, person->id) == 0;
    }
    if (strncmp(name, "group:", 6) == 0) {
        for (int i = 0; i < person->group_count; i++) {
            if (strcmp(name + 6, person->groups[i]) == 0) {
                return 1;
            }
        }
    }
    return 0;
}

int bk_policy_names(const bk_principals_t *principals, const bk_person_t *person)
{
    for (int i = 0; i < principals->count; i++) {
        if (is_named(principals->names[i], person)) {
            return 1;
        }
    }
    return 0;
}

int bk_policy_overrides(const bk_policy_t *policy, const bk_person_t *person)
{
    return (person->manages && !policy->managers_obey) ||
           bk_policy_names(&policy->override, person);
}

static void add(evaluation_t *e, bk_rule_t rule, apr_int64_t limit, apr_int64_t got,
                const char *field)
{
    bk_violation_t *violation = apr_array_push(e->broken);

    violation->rule = rule;
    violation->limit = limit;
    violation->got = got;
    violation->field = field;
}

static int may_book(const evaluation_t *e)
{
    return bk_policy_names(&e->policy->book, e->person);
}

static void check_person(evaluation_t *e)
{
    if (!may_book(e) && !bk_policy_names(&e->policy->request, e->person)) {
        add(e, BK_RULE_NOT_BOOKABLE_BY_YOU, 0, 0, NULL);
    }
}

/* The last day that is open for booking, by the clock of the space. */
static apr_int64_t last_day(const evaluation_t *e)
{
    apr_int64_t now = bk_zone_wall(e->wish->zone, e->wish->now_ns);
    apr_int64_t last = bk_opening_date(now) + e->policy->horizon.days;

    return WALL_MINUTE(now) < e->policy->horizon.opens_at ? last - 1 : last;
}

static void check_moment(evaluation_t *e)
{
    const bk_wish_t *wish = e->wish;

    if (wish->start_ns < wish->now_ns) {
        if (!e->policy->past) {
            add(e, BK_RULE_PAST, 0, 0, NULL);
        }
    }
    else if (wish->start_ns - wish->now_ns < e->policy->lead * BK_TIME_MINUTE) {
        add(e, BK_RULE_LEAD, e->policy->lead, (wish->start_ns - wish->now_ns) / BK_TIME_MINUTE,
            NULL);
    }
    if (e->policy->horizon.days >= 0 && bk_opening_date(e->wall) > last_day(e)) {
        apr_int64_t today = bk_opening_date(bk_zone_wall(wish->zone, wish->now_ns));

        add(e, BK_RULE_HORIZON, e->policy->horizon.days, bk_opening_date(e->wall) - today, NULL);
    }
}

static void check_hours(evaluation_t *e)
{
    const bk_wish_t *wish = e->wish;

    if (!bk_opening_fits(&e->policy->opening, wish->zone, wish->start_ns, wish->end_ns)) {
        int closed = bk_opening_is_closed(&e->policy->opening, bk_opening_date(e->wall));

        add(e, closed ? BK_RULE_CLOSED : BK_RULE_HOURS, 0, 0, NULL);
    }
}

static void check_length(evaluation_t *e)
{
    apr_uint64_t length = bk_time_between(e->wish->start_ns, e->wish->end_ns);
    apr_int64_t minutes = (apr_int64_t)((length + BK_TIME_MINUTE - 1) / BK_TIME_MINUTE);
    int min = e->policy->length.min, max = e->policy->length.max, step = e->policy->length.step;

    if (length < (apr_uint64_t)min * BK_TIME_MINUTE) {
        add(e, BK_RULE_LENGTH_MIN, min, (apr_int64_t)(length / BK_TIME_MINUTE), NULL);
    }
    if (max && minutes > max) {
        add(e, BK_RULE_LENGTH_MAX, max, minutes, NULL);
    }
    if (step && length % ((apr_uint64_t)step * BK_TIME_MINUTE)) {
        add(e, BK_RULE_LENGTH_STEP, step, minutes, NULL);
    }
}

static void check_start(evaluation_t *e)
{
    apr_int64_t step = e->policy->start.step * BK_TIME_MINUTE;
    apr_int64_t since = bk_time_of_day(e->wall, 0) - e->policy->start.anchor * BK_TIME_MINUTE;

    if (step && since % step) {
        add(e, BK_RULE_START_STEP, e->policy->start.step, WALL_MINUTE(e->wall), NULL);
    }
}

static void check_capacity(evaluation_t *e)
{
    const bk_wish_t *wish = e->wish;

    if (e->policy->people.enforce_capacity && wish->capacity && wish->people > wish->capacity) {
        add(e, BK_RULE_CAPACITY, wish->capacity, wish->people, NULL);
    }
}

static void check_series(evaluation_t *e)
{
    int max = e->policy->series.max, weeks = e->policy->series.weeks;

    if (!e->wish->occurrences) {
        return;
    }
    if (!bk_policy_names(&e->policy->series.by, e->person)) {
        add(e, BK_RULE_SERIES_NOT_ALLOWED, 0, e->wish->occurrences, NULL);
    }
    else if (max && e->wish->occurrences > max) {
        add(e, BK_RULE_SERIES_NOT_ALLOWED, max, e->wish->occurrences, NULL);
    }
    else if (weeks && e->wish->weeks > weeks) {
        add(e, BK_RULE_SERIES_NOT_ALLOWED, weeks, e->wish->weeks, NULL);
    }
}

static const char *find_answer(const bk_wish_t *wish, const char *key)
{
    for (int i = 0; i < wish->answer_count; i++) {
        if (strcmp(wish->answers[i].key, key) == 0) {
            return wish->answers[i].value;
        }
    }
    return NULL;
}

static int is_choice(const bk_policy_field_t *field, const char *answer)
{
    for (int i = 0; i < field->choice_count; i++) {
        if (strcmp(field->choices[i], answer) == 0) {
            return 1;
        }
    }
    return !field->choices;
}

static void check_fields(evaluation_t *e)
{
    for (int i = 0; i < e->policy->field_count; i++) {
        const bk_policy_field_t *field = &e->policy->fields[i];
        const char *answer = find_answer(e->wish, field->key);

        if (answer && *answer ? !is_choice(field, answer) : field->required) {
            add(e, BK_RULE_FIELD_REQUIRED, 0, 0, field->key);
        }
    }
}

static void check_terms(evaluation_t *e)
{
    const char *terms = e->policy->terms;

    if (terms && (!e->wish->terms || strcmp(terms, e->wish->terms) != 0)) {
        add(e, BK_RULE_TERMS_NOT_ACCEPTED, 0, 0, NULL);
    }
}

bk_verdict_t bk_policy_decide(const bk_policy_t *policy, const bk_wish_t *wish,
                              const bk_person_t *person, apr_array_header_t **broken, apr_pool_t *p)
{
    evaluation_t e = {policy, wish, person, bk_zone_wall(wish->zone, wish->start_ns),
                      apr_array_make(p, 4, sizeof(bk_violation_t))};
    int over_capacity;

    *broken = e.broken;
    check_person(&e);
    check_moment(&e);
    check_hours(&e);
    check_length(&e);
    check_start(&e);
    if (wish->people < policy->people.min) {
        add(&e, BK_RULE_PEOPLE_MIN, policy->people.min, wish->people, NULL);
    }
    over_capacity = e.broken->nelts;
    check_capacity(&e);
    over_capacity = e.broken->nelts > over_capacity;
    check_series(&e);
    check_fields(&e);
    check_terms(&e);
    if (over_capacity) {
        return BK_VERDICT_REFUSE;
    }
    if (bk_policy_overrides(policy, person)) {
        return BK_VERDICT_BOOK;
    }
    if (e.broken->nelts) {
        return BK_VERDICT_REFUSE;
    }
    return may_book(&e) ? BK_VERDICT_BOOK : BK_VERDICT_REQUEST;
}

static const char *clock_text(apr_int64_t minutes, apr_pool_t *p)
{
    return apr_psprintf(p, "%02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
}

const char *bk_policy_explain(const bk_violation_t *violation, apr_pool_t *p)
{
    apr_int64_t limit = violation->limit, got = violation->got;

#define MINUTES "%" APR_INT64_T_FMT " minutes"
#define NUMBER "%" APR_INT64_T_FMT
    switch (violation->rule) {
    case BK_RULE_NOT_BOOKABLE_BY_YOU:
        return "You cannot book this space.";
    case BK_RULE_PAST:
        return "It begins in the past.";
    case BK_RULE_LEAD:
        return apr_psprintf(p, "It must be booked " MINUTES " ahead, and begins in " NUMBER ".",
                            limit, got);
    case BK_RULE_HORIZON:
        return apr_psprintf(p, "It can be booked " NUMBER " days ahead, and is in " NUMBER ".",
                            limit, got);
    case BK_RULE_CLOSED:
        return "The space is closed on that day.";
    case BK_RULE_HOURS:
        return "It is not within the opening hours.";
    case BK_RULE_LENGTH_MIN:
        return apr_psprintf(p, "It must last at least " MINUTES ", not " NUMBER ".", limit, got);
    case BK_RULE_LENGTH_MAX:
        return apr_psprintf(p, "It can last at most " MINUTES ", not " NUMBER ".", limit, got);
    case BK_RULE_LENGTH_STEP:
        return apr_psprintf(p, "It must last a multiple of " MINUTES ", not " NUMBER ".", limit,
                            got);
    case BK_RULE_START_STEP:
        return apr_psprintf(p, "It must begin in steps of " MINUTES ", not at %s.", limit,
                            clock_text(got, p));
    case BK_RULE_PEOPLE_MIN:
        return apr_psprintf(p, "It is for at least " NUMBER " people, not " NUMBER ".", limit, got);
    case BK_RULE_CAPACITY:
        return apr_psprintf(p, "The space has room for " NUMBER " people, not " NUMBER ".", limit,
                            got);
    case BK_RULE_SERIES_NOT_ALLOWED:
        return limit ? apr_psprintf(p, "A series can have " NUMBER ", not " NUMBER ".", limit, got)
                     : "You cannot book a series here.";
    case BK_RULE_FIELD_REQUIRED:
        return apr_psprintf(p, "\"%s\" must be answered, by one of its choices if it has any.",
                            violation->field);
    case BK_RULE_TERMS_NOT_ACCEPTED:
        return "The terms must be accepted.";
    }
    return "";
}

bk_detail_t bk_policy_detail(const bk_policy_t *policy, const bk_person_t *person)
{
    bk_detail_t detail = BK_DETAIL_BUSY;

    if (person->manages) {
        return BK_DETAIL_FULL;
    }
    for (int i = 0; i < policy->privacy_count; i++) {
        const bk_privacy_t *one = &policy->privacy[i];

        if (one->detail > detail &&
            (strcmp(one->who, "others") == 0 || is_named(one->who, person))) {
            detail = one->detail;
        }
    }
    return detail;
}
