/* booking_policy: holds a booking against the policy of its space.
 *
 * The space service sends the policy with the space: "policy" is the whole of it, "timeZone" the
 * space's zone, "managers" who manages it. A space without a policy has none of these members.
 */
#ifndef BOOKING_POLICY_H
#define BOOKING_POLICY_H

#include "bk_json.h"
#include "booking_private.h"
#include "booking_v1_judge.h"

/**
 * Judge a booking by the policy of its space, if it has one, with the caller's groups. What is
 * broken is answered with the base API's nearest error; its details name all the rules. A policy
 * that cannot be read allows nothing.
 * @param booking   its setup_ns and teardown_ns are set to those of the policy
 * @param space     the space service's answer
 * @param capacity  the space's; 0: not stated
 * @param ruling    set; its policy is NULL if the space has none, and then nothing else is set
 * @return BK_CONTINUE; else the request's result
 */
int booking_policy_check(bk_request_t *request, booking_t *booking, const bk_json_t *space,
                         apr_int64_t capacity, booking_v1_ruling_t *ruling);

#endif
