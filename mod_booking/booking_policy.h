/* booking_policy: holds a booking against the policy of its space.
 *
 * The space service sends the policy with the space: "policy" is the whole of it, "timeZone" the
 * space's zone, "managers" who manages it. A space without a policy has none of these members.
 */
#ifndef BOOKING_POLICY_H
#define BOOKING_POLICY_H

#include "bk_json.h"
#include "booking_private.h"

/** What a policy says of a booking that it allows. */
typedef struct booking_ruling_t {
    const char *policy;      /* its id; NULL: the space has none, and nothing below is set */
    const char *building;    /* the space's */
    const char *overridden;  /* names of rules that do not hold for the caller, with commas; NULL */
    booking_limits_t limits; /* the quotas that the booking counts in */
} booking_ruling_t;

/**
 * Judge a booking by the policy of its space, if it has one, with the caller's groups. What is
 * broken is answered with the base API's nearest error; its details name all the rules. A policy
 * that cannot be read allows nothing.
 * @param booking   its setup_ns and teardown_ns are set to those of the policy
 * @param space     the space service's answer
 * @param capacity  the space's; 0: not stated
 * @param ruling    set
 * @return BK_CONTINUE; else the request's result
 */
int booking_policy_check(bk_request_t *request, booking_t *booking, const bk_json_t *space,
                         apr_int64_t capacity, booking_ruling_t *ruling);

#endif
