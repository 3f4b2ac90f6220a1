#include "booking_policy.h"

#include <limits.h>

#include <apr_strings.h>

#include "bk_policy.h"
#include "bk_policy_input.h"
#include "bk_text.h"
#include "bk_time.h"
#include "bk_zones.h"

/* What the rules say of a space; lives as long as the request. */
typedef struct rules_t {
    const char *id, *building;
    const bk_policy_input_t *policy;
    const bk_zone_t *zone;
    bk_principals_t managers;
} rules_t;

/* ---- the space service's answer -----------------------------------------------------------------
 * Another host may have sent it, of another version: nothing of it is believed. What cannot be read
 * is a fault of that one space, which must not open the breaker for all of them.
 */

/* @return NULL, or what is wrong */
static const char *read_managers(const bk_json_t *space, bk_principals_t *managers, apr_pool_t *p)
{
    const bk_json_value_t *list = bk_json_member(space, "managers");
    const char **names;
    apr_size_t i;

    if (!list || list->kind != BK_JSON_ARRAY) {
        return "the managers of the space are no list";
    }
    names = apr_palloc(p, (list->nested->count + 1) * sizeof(*names));
    for (i = 0; i < list->nested->count; i++) {
        if (list->nested->members[i].kind != BK_JSON_TEXT) {
            return "a manager of the space is no text";
        }
        names[i] = list->nested->members[i].text;
    }
    *managers = (bk_principals_t){names, (int)list->nested->count};
    return NULL;
}

static const char *read_policy(const bk_json_value_t *member, rules_t *rules, apr_pool_t *p)
{
    bk_faults_t faults;

    if (member->kind != BK_JSON_OBJECT) {
        return "the policy of the space is no object";
    }
    bk_fault_none(&faults, p);
    rules->policy = bk_policy_input_read(member->nested, &faults, p);
    if (!rules->policy) {
        const bk_fault_t *first = bk_fault_at(&faults, 0);

        return apr_pstrcat(p, "the policy of the space cannot be read: ", first->pointer, " ",
                           first->detail, NULL);
    }
    return NULL;
}

/* The policy's own zone comes before the space's. */
static const char *read_zone(const bk_json_t *space, rules_t *rules, apr_pool_t *p)
{
    const char *name = rules->policy->time_zone;

    if (!name && bk_json_string(space, "timeZone", &name, NULL) != BK_JSON_OK) {
        return "the space has no time zone";
    }
    return bk_zones_open(&rules->zone, name) == APR_SUCCESS
               ? NULL
               : apr_pstrcat(p, "this host knows no time zone ", name, NULL);
}

static const char *read_names(const bk_json_t *space, const bk_json_t *policy, rules_t *rules)
{
    return bk_json_string(policy, "id", &rules->id, NULL) == BK_JSON_OK &&
                   bk_json_string(space, "buildingCode", &rules->building, NULL) == BK_JSON_OK
               ? NULL
               : "the policy has no id, or the space no building";
}

static const char *read_rules(const bk_json_t *space, const bk_json_value_t *member, rules_t *rules,
                              apr_pool_t *p)
{
    const char *wrong = read_policy(member, rules, p);

    if (!wrong) {
        wrong = read_managers(space, &rules->managers, p);
    }
    if (!wrong) {
        wrong = read_names(space, member->nested, rules);
    }
    return wrong ? wrong : read_zone(space, rules, p);
}

/* ---- the judgement ------------------------------------------------------------------------------
 */

/* A token manages only if it was given that right. */
static bk_person_t make_person(const bk_request_t *request, const bk_principals_t *managers)
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

/* A rule that a person may override is not what keeps the booking out: but for capacity, none is.
 */
static int is_decisive(const bk_violation_t *violation, int overrides)
{
    return !overrides || violation->rule == BK_RULE_CAPACITY;
}

static const char *name_rules(const apr_array_header_t *broken, int overrides, apr_pool_t *p)
{
    const char *text = NULL;
    int i;

    for (i = 0; i < broken->nelts; i++) {
        const bk_violation_t *one = &APR_ARRAY_IDX(broken, i, bk_violation_t);

        if (is_decisive(one, overrides)) {
            text = apr_pstrcat(p, text ? text : "", text ? " " : "", bk_policy_rule_name(one->rule),
                               ": ", bk_policy_explain(one, p), NULL);
        }
    }
    return text;
}

/* The contract's nearest error to what is broken: who may not book at all learns that first; then
 * how many may come, as of a space without a policy; everything else is about times. */
static const bk_error_t *find_error(const apr_array_header_t *broken, int overrides)
{
    const bk_error_t *error = &booking_error_hours;
    int i;

    for (i = 0; i < broken->nelts; i++) {
        const bk_violation_t *one = &APR_ARRAY_IDX(broken, i, bk_violation_t);

        if (!is_decisive(one, overrides)) {
            continue;
        }
        if (one->rule == BK_RULE_NOT_BOOKABLE_BY_YOU) {
            return &bk_error_unauthorized;
        }
        if (one->rule == BK_RULE_CAPACITY || one->rule == BK_RULE_PEOPLE_MIN) {
            error = &booking_error_occupants;
        }
    }
    return error;
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

static int at_most_int(apr_int64_t number)
{
    return number > INT_MAX ? INT_MAX : (int)number;
}

/* ---- what a booking gets from the policy --------------------------------------------------------
 */

#define MINUTE APR_INT64_C(60000000000)

/* Times are in the years 1678 to 2261: nothing is kept free before or after them. */
static void set_buffers(booking_t *booking, const bk_policy_t *policy)
{
    booking->setup_ns = policy->setup * MINUTE;
    booking->teardown_ns = policy->teardown * MINUTE;
    if (booking->start_ns < APR_INT64_MIN + booking->setup_ns) {
        booking->setup_ns = 0;
    }
    if (booking->end_ns > APR_INT64_MAX - booking->teardown_ns) {
        booking->teardown_ns = 0;
    }
}

static booking_limit_t make_limit(const bk_quota_t *quota, const rules_t *rules,
                                  const bk_span_t *wanted, apr_int64_t now_ns)
{
    return (booking_limit_t){.quota = quota,
                             .period = bk_quota_period(quota->per, rules->zone, wanted, now_ns),
                             .policy = quota->over == BK_QUOTA_OVER_POLICY ? rules->id : NULL,
                             .building =
                                 quota->over == BK_QUOTA_OVER_BUILDING ? rules->building : NULL};
}

/* Quotas do not hold for whom the other rules do not hold. */
static booking_limits_t make_limits(const rules_t *rules, const booking_t *booking,
                                    apr_int64_t now_ns, int overrides, apr_pool_t *p)
{
    const bk_span_t wanted = {booking->start_ns, booking->end_ns};
    int count = overrides ? 0 : rules->policy->quota_count, i;
    booking_limit_t *list = apr_palloc(p, (apr_size_t)count * sizeof(*list));

    for (i = 0; i < count; i++) {
        list[i] = make_limit(&rules->policy->quotas[i], rules, &wanted, now_ns);
    }
    return (booking_limits_t){.list = list, .count = count};
}

static int judge(bk_request_t *request, booking_t *booking, const rules_t *rules,
                 apr_int64_t capacity, booking_ruling_t *ruling)
{
    apr_pool_t *p = request->r->pool;
    const bk_policy_t *policy = &rules->policy->rules;
    bk_person_t person = make_person(request, &rules->managers);
    bk_wish_t wish = {.zone = rules->zone,
                      .start_ns = booking->start_ns,
                      .end_ns = booking->end_ns,
                      .now_ns = bk_time_now(),
                      .people = at_most_int(booking->occupants),
                      .capacity = at_most_int(capacity)};
    int overrides = bk_policy_overrides(policy, &person);
    apr_array_header_t *broken;

    switch (bk_policy_decide(policy, &wish, &person, &broken, p)) {
    case BK_VERDICT_BOOK:
        set_buffers(booking, policy);
        *ruling =
            (booking_ruling_t){.policy = rules->id,
                               .building = rules->building,
                               .overridden = list_rules(broken, p),
                               .limits = make_limits(rules, booking, wish.now_ns, overrides, p)};
        return BK_CONTINUE;
    case BK_VERDICT_REQUEST:
        return bk_answer_error(request, &bk_error_unauthorized,
                               "You can only ask for this space, which this API cannot do");
    case BK_VERDICT_REFUSE:
        break;
    }
    return bk_answer_error(request, find_error(broken, overrides),
                           name_rules(broken, overrides, p));
}

int booking_policy_check(bk_request_t *request, booking_t *booking, const bk_json_t *space,
                         apr_int64_t capacity, booking_ruling_t *ruling)
{
    const bk_json_value_t *member = bk_json_member(space, "policy");
    rules_t rules;
    const char *wrong;

    *ruling = (booking_ruling_t){.policy = NULL};
    if (!member || member->kind == BK_JSON_NULL) {
        return BK_CONTINUE;
    }
    wrong = read_rules(space, member, &rules, request->r->pool);
    if (wrong) {
        ap_log_rerror(BK_MARK, APLOG_ERR, 0, request->r, "BK0420: space %s cannot be booked: %s",
                      booking->space_id, wrong);
        return bk_answer_error(request, &booking_error_space_service,
                               "The policy of the space cannot be read");
    }
    return judge(request, booking, &rules, capacity, ruling);
}
