/* bk_quota: how much one person may book, and over which period it is counted.
 *
 * What is used is counted by the store, in the transaction that books; here is what to count, and
 * whether one more is allowed. Periods are those of the clock in a zone: a day from midnight to
 * midnight, a week from Monday on (ISO 8601), a month from its first. Nothing here keeps state: any
 * thread may call.
 */
#ifndef BK_QUOTA_H
#define BK_QUOTA_H

#include "bk_opening.h"

typedef enum bk_quota_per_t {
    BK_QUOTA_DAY,       /* bookings that begin on the same day */
    BK_QUOTA_WEEK,      /* in the same week */
    BK_QUOTA_MONTH,     /* in the same month */
    BK_QUOTA_FUTURE,    /* that have not ended */
    BK_QUOTA_CONCURRENT /* that overlap the one that is wanted */
} bk_quota_per_t;

/** Bookings of which spaces are counted. */
typedef enum bk_quota_over_t {
    BK_QUOTA_OVER_POLICY,   /* those that have this policy */
    BK_QUOTA_OVER_BUILDING, /* those of the same building */
    BK_QUOTA_OVER_ALL
} bk_quota_over_t;

typedef struct bk_quota_t {
    const char *id;
    bk_quota_per_t per;
    int count;   /* bookings in a period; 0: any number */
    int minutes; /* the sum of their lengths; 0: any */
    bk_quota_over_t over;
} bk_quota_t;

/**
 * The period that a booking counts in: of a day, week or month, bookings count whose start lies in
 * it; else those that overlap it.
 * @param wanted  the booking
 * @param now_ns  the present, nanoseconds since the epoch
 */
bk_span_t bk_quota_period(bk_quota_per_t per, const bk_zone_t *zone, const bk_span_t *wanted,
                          apr_int64_t now_ns);

/**
 * Whether one more booking is allowed: 1 or 0.
 * @param count    those that are counted already
 * @param minutes  the sum of their lengths
 * @param more     the length of the wanted one, in minutes
 */
int bk_quota_allows(const bk_quota_t *quota, apr_int64_t count, apr_int64_t minutes,
                    apr_int64_t more);

#endif
