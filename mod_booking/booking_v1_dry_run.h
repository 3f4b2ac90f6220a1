/* booking_v1_dry_run: what would become of a booking, without making or changing it (dryRun). */
#ifndef BOOKING_V1_DRY_RUN_H
#define BOOKING_V1_DRY_RUN_H

#include "booking_private.h"
#include "booking_spaces.h"

/** Whether the request asks for that: 1 or 0. */
int booking_v1_dry_run_is_wanted(const bk_request_t *request);

/**
 * Look whether the time is free and no quota used up, and answer: as a write would be refused, or
 * 200 with the booking as it would be and "dryRun":true. Nobody keeps it free until it is written.
 * @param row     as it would be, after it was judged; its id is that of the one that would change,
 *                or 0
 * @param limits  the quotas that it would count in
 */
int booking_v1_dry_run(bk_request_t *request, const booking_space_t *space, const booking_v1_t *row,
                       booking_limits_t *limits);

#endif
