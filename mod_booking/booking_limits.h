/* booking_limits: counts what a person has used of quotas, for the files of the store in a
 * database.
 *
 * All quotas of a booking, or of a series, are counted by one statement, which gets them as JSON.
 * Connections and threads are as in bk_db.h.
 */
#ifndef BOOKING_LIMITS_H
#define BOOKING_LIMITS_H

#include "booking_v1_store.h"

/** How long a booking lasts, in minutes. */
apr_int64_t booking_limits_minutes(const booking_v1_t *row);

/** How many values booking_limits_bind() sets. */
#define BOOKING_LIMITS_VALUES 4

/**
 * Bind the owner's limits for BOOKING_INSERT_LIMITED, behind the fields of the booking.
 * @param minutes  how long the booking lasts that is wanted
 * @param p        texts among the values live here
 */
void booking_limits_bind(bk_db_value_t args[BOOKING_LIMITS_VALUES], const booking_limits_t *limits,
                         apr_int64_t minutes, apr_pool_t *p);

/**
 * Count how much of limits a person has used. What is counted under a lock of the person's holds
 * until that is released.
 * @param but   the id of a booking that does not count; 0: all do
 * @param used  set: as many as there are limits
 */
apr_status_t booking_limits_count(bk_db_t *db, apr_int64_t user_id, apr_int64_t but,
                                  const booking_limit_t *list, int count, booking_used_t *used,
                                  apr_pool_t *p);

/** Whether a booking counts in a limit of its owner's, as the database sees it: 1 or 0. */
int booking_limits_has(const booking_limit_t *limit, const booking_v1_t *row);

/** Whether two limits count the same bookings: 1 or 0. */
int booking_limits_equal(const booking_limit_t *one, const booking_limit_t *other);

/**
 * Check that each of a booking's limits allows one more.
 * @param used    of each limit
 * @param limits  full is set if one does not
 * @return APR_SUCCESS or BOOKING_V1_STORE_QUOTA
 */
apr_status_t booking_limits_check(booking_limits_t *limits, const booking_used_t *used,
                                  apr_int64_t minutes);

#endif
