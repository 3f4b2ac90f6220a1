#include "booking_v1_judge.h"

#include <limits.h>

#include <apr_strings.h>

#include "bk_hours.h"
#include "bk_scope.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_config.h"

/* ---- who asks, and what holds -------------------------------------------------------------------
 */

bk_person_t booking_v1_judge_person(const bk_request_t *request, const bk_principals_t *managers)
{
    const bk_caller_t *caller = &request->caller;
    bk_person_t person = {.id =
                              bk_text_of_int(caller->id, apr_palloc(request->r->pool, BK_TEXT_INT)),
                          .groups = caller->groups,
                          .group_count = caller->group_count};

    person.manages = (caller->scopes & BK_SCOPE_MANAGE) &&
                     (caller->is_admin || bk_policy_names(managers, &person));
    return person;
}

const bk_policy_t *booking_v1_judge_policy(const booking_v1_rules_t *rules)
{
    static const char *const everyone[] = {"everyone"};
    static const bk_policy_t open = {.horizon.days = -1,
                                     .past = 1,
                                     .people.enforce_capacity = 1,
                                     .see = {everyone, 1},
                                     .book = {everyone, 1},
                                     .series.by = {everyone, 1}};

    return rules->policy ? &rules->policy->rules : &open;
}

booking_v1_rules_t booking_v1_judge_rules(const bk_request_t *request, const booking_space_t *space)
{
    const booking_conf_t *conf = (const booking_conf_t *)request->conf;

    return (booking_v1_rules_t){.policy_id = space->policy,
                                .policy = space->rules,
                                .building = space->building,
                                .zone = space->rules_zone,
                                .managers = space->managers,
                                .capacity = space->capacity,
                                .open = space->open,
                                .close = space->close,
                                .max_future = conf->max_future,
                                .max_length = (int)(conf->max_length / apr_time_from_sec(60)),
                                .is_archived = space->is_archived};
}

/* ---- what a booking gets from the rules ---------------------------------------------------------
 */

/* Times are in the years 1678 to 2261: nothing is kept free before or after them. */
static void set_buffers(booking_v1_ruling_t *ruling, const bk_policy_t *policy,
                        const bk_wish_t *wish)
{
    ruling->setup_ns = policy->setup * BK_TIME_MINUTE;
    ruling->teardown_ns = policy->teardown * BK_TIME_MINUTE;
    if (wish->start_ns < APR_INT64_MIN + ruling->setup_ns) {
        ruling->setup_ns = 0;
    }
    if (wish->end_ns > APR_INT64_MAX - ruling->teardown_ns) {
        ruling->teardown_ns = 0;
    }
}

/* So many hours after it was asked, or at its start, whichever is first. */
static apr_int64_t expiry(const booking_v1_rules_t *rules, const booking_v1_ruling_t *ruling,
                          const bk_wish_t *wish)
{
    apr_int64_t latest;

    if (ruling->verdict != BK_VERDICT_REQUEST) {
        return BK_FIELD_NONE;
    }
    latest = wish->now_ns + rules->policy->pending_expires * BK_TIME_HOUR;
    return latest < wish->start_ns ? latest : wish->start_ns;
}

static booking_limit_t make_limit(const bk_quota_t *quota, const booking_v1_rules_t *rules,
                                  const bk_wish_t *wish)
{
    const bk_span_t wanted = {wish->start_ns, wish->end_ns};

    return (booking_limit_t){
        .quota = quota,
        .period = bk_quota_period(quota->per, rules->zone, &wanted, wish->now_ns),
        .policy = quota->over == BK_QUOTA_OVER_POLICY ? rules->policy_id : NULL,
        .building = quota->over == BK_QUOTA_OVER_BUILDING ? rules->building : NULL};
}

/* What one person may have ahead in the whole house. */
static const bk_quota_t *house_quota(const booking_v1_rules_t *rules, apr_pool_t *p)
{
    bk_quota_t *quota = apr_pcalloc(p, sizeof(*quota));

    quota->id = "house";
    quota->per = BK_QUOTA_FUTURE;
    quota->over = BK_QUOTA_OVER_ALL;
    quota->count = rules->max_future;
    return quota;
}

/* A booking that has ended is none of those ahead. */
static int is_ahead(const bk_wish_t *wish)
{
    return wish->end_ns > wish->now_ns;
}

booking_limits_t booking_v1_judge_limits(const booking_v1_rules_t *rules, const bk_wish_t *wish,
                                         apr_pool_t *p)
{
    int of_policy = rules->policy ? rules->policy->quota_count : 0, count = 0, i;
    booking_limit_t *list = apr_palloc(p, (apr_size_t)(of_policy + 1) * sizeof(*list));

    for (i = 0; i < of_policy; i++) {
        const bk_quota_t *quota = &rules->policy->quotas[i];

        if (quota->per != BK_QUOTA_FUTURE || is_ahead(wish)) {
            list[count++] = make_limit(quota, rules, wish);
        }
    }
    if (rules->max_future && is_ahead(wish)) {
        list[count++] = make_limit(house_quota(rules, p), rules, wish);
    }
    return (booking_limits_t){.list = list, .count = count};
}

/* For the log: what was broken by somebody who may. */
static const char *list_rules(const apr_array_header_t *broken, apr_pool_t *p)
{
    const char *text = NULL;
    int i;

    for (i = 0; i < broken->nelts; i++) {
        const bk_violation_t *one = &APR_ARRAY_IDX(broken, i, bk_violation_t);

        text =
            apr_pstrcat(p, text ? text : "", text ? "," : "", bk_policy_rule_name(one->rule), NULL);
    }
    return text;
}

/* ---- the judgement ------------------------------------------------------------------------------
 */

static int at_most_int(apr_int64_t number)
{
    return number > INT_MAX ? INT_MAX : (int)number;
}

static void add(apr_array_header_t *broken, bk_rule_t rule, apr_int64_t limit, apr_int64_t got)
{
    bk_violation_t *violation = apr_array_push(broken);

    *violation = (bk_violation_t){.rule = rule, .limit = limit, .got = got};
}

/* Leave out what was judged before. */
static void leave_out(apr_array_header_t *broken, unsigned int exempt)
{
    bk_violation_t *all = (bk_violation_t *)broken->elts;
    int i, kept = 0;

    for (i = 0; i < broken->nelts; i++) {
        if (!(exempt & 1u << all[i].rule)) {
            all[kept++] = all[i];
        }
    }
    broken->nelts = kept;
}

/* What holds for everybody. */
static void check_house(const booking_v1_rules_t *rules, const bk_wish_t *wish,
                        apr_array_header_t *broken)
{
    apr_int64_t minutes =
        (apr_int64_t)((bk_time_between(wish->start_ns, wish->end_ns) + BK_TIME_MINUTE - 1) /
                      BK_TIME_MINUTE);

    if (rules->is_archived) {
        add(broken, BK_RULE_CLOSED, 0, 0);
    }
    if (rules->max_length && minutes > rules->max_length) {
        add(broken, BK_RULE_LENGTH_MAX, rules->max_length, minutes);
    }
}

/* As bk_policy_decide() has it, of what is left. */
static bk_verdict_t decide(const booking_v1_rules_t *rules, const bk_person_t *person,
                           const booking_v1_ruling_t *ruling)
{
    const bk_policy_t *policy = booking_v1_judge_policy(rules);
    int i;

    for (i = 0; i < ruling->broken->nelts; i++) {
        if (booking_v1_judge_is_decisive(ruling,
                                         &APR_ARRAY_IDX(ruling->broken, i, bk_violation_t))) {
            return BK_VERDICT_REFUSE;
        }
    }
    return ruling->overrides || bk_policy_names(&policy->book, person) ||
                   !bk_policy_names(&policy->request, person)
               ? BK_VERDICT_BOOK
               : BK_VERDICT_REQUEST;
}

void booking_v1_judge(const booking_v1_rules_t *rules, const bk_person_t *person, bk_wish_t *wish,
                      booking_v1_ruling_t *ruling, apr_pool_t *p)
{
    const bk_policy_t *policy = booking_v1_judge_policy(rules);

    wish->zone = rules->zone;
    wish->capacity = at_most_int(rules->capacity);
    *ruling = (booking_v1_ruling_t){.expires_ns = BK_FIELD_NONE,
                                    .overrides = bk_policy_overrides(policy, person)};
    (void)bk_policy_decide(policy, wish, person, &ruling->broken, p);
    if (!rules->policy && !bk_hours_fit(rules->open, rules->close, wish->start_ns, wish->end_ns)) {
        add(ruling->broken, BK_RULE_HOURS, 0, 0);
    }
    leave_out(ruling->broken, rules->exempt);
    ruling->of_policy = ruling->broken->nelts;
    check_house(rules, wish, ruling->broken);
    ruling->verdict = decide(rules, person, ruling);
    if (ruling->verdict == BK_VERDICT_REFUSE) {
        return;
    }
    ruling->policy = rules->policy_id;
    ruling->building = rules->building;
    ruling->overridden = list_rules(ruling->broken, p);
    set_buffers(ruling, policy, wish);
    ruling->expires_ns = expiry(rules, ruling, wish);
    if (!ruling->overrides) { /* then quotas do not hold, either */
        ruling->limits = booking_v1_judge_limits(rules, wish, p);
    }
}

/* A rule that a person may override is not what keeps the booking out; capacity, and what holds in
 * the whole house, is. */
int booking_v1_judge_is_decisive(const booking_v1_ruling_t *ruling, const bk_violation_t *violation)
{
    const bk_violation_t *first = (const bk_violation_t *)ruling->broken->elts;

    return !ruling->overrides || violation->rule == BK_RULE_CAPACITY ||
           violation - first >= ruling->of_policy;
}

/* Some rules have no numbers, and no limit but 0 can be meant by others. */
static int has_limit(const bk_violation_t *violation)
{
    switch (violation->rule) {
    case BK_RULE_LEAD:
    case BK_RULE_HORIZON:
    case BK_RULE_LENGTH_MIN:
    case BK_RULE_LENGTH_MAX:
    case BK_RULE_LENGTH_STEP:
    case BK_RULE_START_STEP:
    case BK_RULE_PEOPLE_MIN:
    case BK_RULE_CAPACITY:
        return 1;
    case BK_RULE_SERIES_NOT_ALLOWED:
        return violation->limit > 0;
    default:
        return 0;
    }
}

const bk_problem_violation_t *booking_v1_judge_violations(const booking_v1_ruling_t *ruling,
                                                          apr_size_t *count, apr_pool_t *p)
{
    apr_size_t most = (apr_size_t)ruling->broken->nelts;
    bk_problem_violation_t *list = apr_pcalloc(p, (most + 1) * sizeof(*list));
    int i;

    *count = 0;
    for (i = 0; i < ruling->broken->nelts; i++) {
        const bk_violation_t *one = &APR_ARRAY_IDX(ruling->broken, i, bk_violation_t);

        if (booking_v1_judge_is_decisive(ruling, one)) {
            list[(*count)++] = (bk_problem_violation_t){.rule = bk_policy_rule_name(one->rule),
                                                        .has_limit = has_limit(one),
                                                        .limit = one->limit,
                                                        .got = one->got,
                                                        .detail = bk_policy_explain(one, p)};
        }
    }
    return list;
}
