/* booking_v1_refusal: why a booking is not made or changed, as problems of API v1. Each function
 * answers, and returns the request's result. */
#ifndef BOOKING_V1_REFUSAL_H
#define BOOKING_V1_REFUSAL_H

#include "booking_private.h"
#include "booking_spaces.h"
#include "booking_v1_judge.h"

/** Answer 422 rules-broken, with all that keeps the booking out. */
int booking_v1_refusal_rules(bk_request_t *request, const booking_v1_ruling_t *ruling);

/** The same of one rule, which is no rule of a policy. @param rule  such as "changeUntil" */
int booking_v1_refusal_rule(bk_request_t *request, const char *rule, apr_int64_t limit,
                            apr_int64_t got, const char *detail);

/** Answer 422 quota-used. @param limits  whose full is set */
int booking_v1_refusal_quota(bk_request_t *request, const booking_limits_t *limits);

/** What is in the way, as much of it as the caller may see. */
bk_problem_conflict_t booking_v1_refusal_conflict(const bk_request_t *request,
                                                  const booking_space_t *space,
                                                  const booking_v1_t *row);

/** Answer 409 slot-taken: with what is in the way, as the caller may see it, and, unless the
 * request has "Prefer: return=minimal", with what they could book instead. */
int booking_v1_refusal_taken(bk_request_t *request, const booking_space_t *space,
                             const booking_v1_t *row);

/**
 * Answer a result of the store other than APR_SUCCESS.
 * @param row     what was to be written
 * @param limits  the quotas it was counted in
 */
int booking_v1_refusal_store(bk_request_t *request, const booking_space_t *space,
                             const booking_v1_t *row, const booking_limits_t *limits,
                             apr_status_t rv);

/** Answer that a booking has ended, and cannot be changed any more: 410 released, 409 not-pending.
 */
int booking_v1_refusal_ended(bk_request_t *request, const booking_v1_t *row);

/** Answer 404 not-found. */
int booking_v1_refusal_none(bk_request_t *request);

#endif
