/* booking_v1_judge: holds a booking that somebody wants against the rules of its space, for both
 * APIs: what becomes of it, by which rules, in which quotas it counts, and what is kept free around
 * it.
 *
 * The judgement is a pure function of the rules, the wish and the person (lib/rules/bk_policy.h);
 * whether the time is free, and how much of a quota is used, the store decides. Nothing here keeps
 * state: any thread may call.
 */
#ifndef BOOKING_V1_JUDGE_H
#define BOOKING_V1_JUDGE_H

#include "bk_policy.h"
#include "bk_policy_input.h"
#include "bk_problem_members.h"
#include "bk_request.h"
#include "bk_time.h"
#include "booking_spaces.h"
#include "booking_v1_store.h"

/** What the rules of a space are; lives as long as the request. */
typedef struct booking_v1_rules_t {
    const char *policy_id;           /* NULL: the space has no policy, and anybody may book it */
    const bk_policy_input_t *policy; /* NULL: the same */
    const char *building;            /* the space's; NULL: none */
    const bk_zone_t *zone;           /* in which hours and days are meant */
    bk_principals_t managers;        /* who manages the space */
    apr_int64_t capacity;            /* of the space; 0: not stated */
    const bk_time_t *open, *close;   /* hours of a space without a policy; NULL: none */
    int max_future;      /* bookings ahead that a person may have in all; 0: any number */
    int max_length;      /* minutes that a booking may last, whoever books; 0: any */
    int is_archived;     /* nobody can book it */
    unsigned int exempt; /* bits of bk_rule_t, 1 << rule: what was judged before, and stays */
} booking_v1_rules_t;

/** What is said of a booking. */
typedef struct booking_v1_ruling_t {
    bk_verdict_t verdict;
    apr_array_header_t *broken; /* of bk_violation_t: all that is broken */
    int of_policy; /* so many of them are of the policy, and can be overridden; then the house's */
    int overrides; /* the rules do not hold for the person, but for capacity */
    /* The rest is set unless it was refused. */
    const char *policy, *building;
    const char *overridden;            /* names of rules that do not hold, with commas; NULL */
    apr_int64_t setup_ns, teardown_ns; /* to be kept free around it */
    apr_int64_t expires_ns;            /* when a request ends that nobody decided; BK_FIELD_NONE */
    booking_limits_t limits;           /* the quotas that it counts in */
} booking_v1_ruling_t;

/**
 * Who a request's caller is for the rules of a space. A token manages only if it was given that
 * right.
 * @param managers  who manages the space
 */
bk_person_t booking_v1_judge_person(const bk_request_t *request, const bk_principals_t *managers);

/** The rules of a space, and of the house, for API v1. */
booking_v1_rules_t booking_v1_judge_rules(const bk_request_t *request,
                                          const booking_space_t *space);

/** The rules of a policy; those of a space without one: anybody may book it, within its capacity.
 * Constant, or as long as @a rules. */
const bk_policy_t *booking_v1_judge_policy(const booking_v1_rules_t *rules);

/**
 * Judge a booking.
 * @param wish    its zone and capacity are set to those of the rules
 * @param ruling  set; lives in @a p
 */
void booking_v1_judge(const booking_v1_rules_t *rules, const bk_person_t *person, bk_wish_t *wish,
                      booking_v1_ruling_t *ruling, apr_pool_t *p);

/**
 * The quotas that a booking counts in, of its policy and of the house.
 * @param wish  start_ns, end_ns and now_ns count
 * @param p     the result lives here
 */
booking_limits_t booking_v1_judge_limits(const booking_v1_rules_t *rules, const bk_wish_t *wish,
                                         apr_pool_t *p);

/** Whether a broken rule keeps the booking out: 1 or 0. */
int booking_v1_judge_is_decisive(const booking_v1_ruling_t *ruling,
                                 const bk_violation_t *violation);

/**
 * What keeps a booking out, for the problem rules-broken.
 * @param count  set to how many there are
 * @param p      the result lives here
 */
const bk_problem_violation_t *booking_v1_judge_violations(const booking_v1_ruling_t *ruling,
                                                          apr_size_t *count, apr_pool_t *p);

#endif
