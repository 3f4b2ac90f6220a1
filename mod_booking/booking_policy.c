#include "booking_policy.h"

#include <limits.h>

#include <apr_strings.h>

#include "bk_time.h"
#include "bk_zones.h"

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

static const char *read_policy(const bk_json_value_t *member, booking_v1_rules_t *rules,
                               apr_pool_t *p)
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
static const char *read_zone(const bk_json_t *space, booking_v1_rules_t *rules, apr_pool_t *p)
{
    const char *name = rules->policy->time_zone;

    if (!name && bk_json_string(space, "timeZone", &name, NULL) != BK_JSON_OK) {
        return "the space has no time zone";
    }
    return bk_zones_open(&rules->zone, name) == APR_SUCCESS
               ? NULL
               : apr_pstrcat(p, "this host knows no time zone ", name, NULL);
}

static const char *read_names(const bk_json_t *space, const bk_json_t *policy,
                              booking_v1_rules_t *rules)
{
    return bk_json_string(policy, "id", &rules->policy_id, NULL) == BK_JSON_OK &&
                   bk_json_string(space, "buildingCode", &rules->building, NULL) == BK_JSON_OK
               ? NULL
               : "the policy has no id, or the space no building";
}

static const char *read_rules(const bk_json_t *space, const bk_json_value_t *member,
                              booking_v1_rules_t *rules, apr_pool_t *p)
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

/* What keeps the booking out, in one sentence for each rule. */
static const char *name_rules(const booking_v1_ruling_t *ruling, apr_pool_t *p)
{
    apr_size_t count, i;
    const bk_problem_violation_t *list = booking_v1_judge_violations(ruling, &count, p);
    const char *text = NULL;

    for (i = 0; i < count; i++) {
        text = apr_pstrcat(p, text ? text : "", text ? " " : "", list[i].rule, ": ", list[i].detail,
                           NULL);
    }
    return text;
}

/* The contract's nearest error to what is broken: who may not book at all learns that first; then
 * how many may come, as of a space without a policy; everything else is about times. */
static const bk_error_t *find_error(const booking_v1_ruling_t *ruling)
{
    const bk_error_t *error = &booking_error_hours;
    int i;

    for (i = 0; i < ruling->broken->nelts; i++) {
        const bk_violation_t *one = &APR_ARRAY_IDX(ruling->broken, i, bk_violation_t);

        if (!booking_v1_judge_is_decisive(ruling, one)) {
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

static int judge(bk_request_t *request, booking_t *booking, const booking_v1_rules_t *rules,
                 booking_v1_ruling_t *ruling)
{
    apr_pool_t *p = request->r->pool;
    bk_person_t person = booking_v1_judge_person(request, &rules->managers);
    bk_wish_t wish = {.start_ns = booking->start_ns,
                      .end_ns = booking->end_ns,
                      .now_ns = bk_time_now(),
                      .people = booking->occupants > INT_MAX ? INT_MAX : (int)booking->occupants};

    booking_v1_judge(rules, &person, &wish, ruling, p);
    switch (ruling->verdict) {
    case BK_VERDICT_BOOK:
        booking->setup_ns = ruling->setup_ns;
        booking->teardown_ns = ruling->teardown_ns;
        return BK_CONTINUE;
    case BK_VERDICT_REQUEST:
        return bk_answer_error(request, &bk_error_unauthorized,
                               "You can only request this space, which this API cannot do");
    case BK_VERDICT_REFUSE:
        break;
    }
    return bk_answer_error(request, find_error(ruling), name_rules(ruling, p));
}

int booking_policy_check(bk_request_t *request, booking_t *booking, const bk_json_t *space,
                         apr_int64_t capacity, booking_v1_ruling_t *ruling)
{
    const bk_json_value_t *member = bk_json_member(space, "policy");
    booking_v1_rules_t rules = {.capacity = capacity,
                                .max_future = ((const booking_conf_t *)request->conf)->max_future};
    const char *wrong;

    *ruling = (booking_v1_ruling_t){.policy = NULL};
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
    return judge(request, booking, &rules, ruling);
}
