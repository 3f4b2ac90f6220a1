/* bk_hours: the opening-hours rule.
 *
 * A space's hours are two RFC 3339 times of which only the time of day counts. They are read in the
 * offset in which they were stated, so that a booking fits or not whatever offset it is written in.
 * A closing time at or before the opening time is one of the next day; equal times mean around the
 * clock. Of an absent end nothing is asked: no opening time is midnight, no closing time midnight
 * the next day.
 */
#ifndef BK_HOURS_H
#define BK_HOURS_H

#include "bk_time.h"

/**
 * Tell whether a booking lies within the opening hours.
 * @param open      when the space opens, or NULL where none is stated
 * @param close     when it closes, or NULL where none is stated
 * @param start_ns  start of the booking, nanoseconds since the epoch
 * @param end_ns    its end, after the start
 * @return 1 or 0
 */
int bk_hours_fit(const bk_time_t *open, const bk_time_t *close, apr_int64_t start_ns,
                 apr_int64_t end_ns);

#endif
