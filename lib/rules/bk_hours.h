/* bk_hours: whether a booking lies within a space's opening hours.
 *
 * A space's hours are two RFC 3339 times of which only the time of day counts. They apply in the
 * offset in which they were stated; the offset of a booking does not matter. A closing time at or
 * before the opening time is on the next day; equal times mean open around the clock. An absent
 * opening time means midnight, an absent closing time midnight of the next day.
 */
#ifndef BK_HOURS_H
#define BK_HOURS_H

#include "bk_time.h"

/**
 * Tell whether a booking lies within the opening hours.
 * @param open      opening time, or NULL if the space has none
 * @param close     closing time, or NULL if the space has none
 * @param start_ns  start of the booking, nanoseconds since the epoch
 * @param end_ns    its end, after the start
 * @return 1 or 0
 */
int bk_hours_fit(const bk_time_t *open, const bk_time_t *close, apr_int64_t start_ns,
                 apr_int64_t end_ns);

#endif
