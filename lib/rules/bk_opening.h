/* bk_opening: when a space is open, by the week and by exceptions, on the clock of its zone.
 *
 * Hours are wall-clock times, so that a door that opens at 8 opens at 8 in summer and in winter.
 * They become instants by bk_zone_instant(): a time that the clock shows twice is its first pass,
 * one that it never shows is what a clock that nobody put forward would have shown (RFC 5545,
 * section 3.3.5).
 *
 * An opening is constant while it is used. Nothing here keeps state: any thread may call.
 */
#ifndef BK_OPENING_H
#define BK_OPENING_H

#include <apr_pools.h>
#include <apr_tables.h>

#include "bk_zone.h"

#define BK_OPENING_DAY 1440 /* minutes of a day on the clock */

/** A stretch of a day, in minutes after its midnight on the clock. */
typedef struct bk_stretch_t {
    int from; /* 0 to BK_OPENING_DAY */
    int to;   /* after from, at most 2 * BK_OPENING_DAY: it may end on the next day */
} bk_stretch_t;

/** A stretch of some days of the week. */
typedef struct bk_weekly_t {
    unsigned days; /* bit 0: Monday, bit 6: Sunday */
    bk_stretch_t stretch;
} bk_weekly_t;

/** What holds on some dates in place of the week's hours. */
typedef struct bk_exception_t {
    apr_int64_t first;             /* days since 1970-01-01 */
    apr_int64_t last;              /* the same; this day included */
    const bk_stretch_t *stretches; /* of each of the days; none: closed */
    int count;
} bk_exception_t;

typedef struct bk_opening_t {
    const bk_weekly_t *weekly; /* NULL: open around the clock, but for the exceptions */
    int weekly_count;
    /* Of those that hold on a date the one of the fewest days decides; of equal ones the first. */
    const bk_exception_t *exceptions;
    int exception_count;
} bk_opening_t;

/** From an instant to another, which is no longer part of it; nanoseconds since the epoch. */
typedef struct bk_span_t {
    apr_int64_t start_ns;
    apr_int64_t end_ns;
} bk_span_t;

/** The day of a wall time (nanoseconds on the zone's clock, as bk_zone_wall() has them), in days
 * since 1970-01-01. */
apr_int64_t bk_opening_date(apr_int64_t wall);

/** The day of the week of a date (days since 1970-01-01): 0 is Monday, 6 Sunday. */
int bk_opening_weekday(apr_int64_t date);

/** The first day of the month of a date, both in days since 1970-01-01. */
apr_int64_t bk_opening_month(apr_int64_t date);

/** Whether a date (days since 1970-01-01) has no stretch that begins on it: 1 or 0. */
int bk_opening_is_closed(const bk_opening_t *opening, apr_int64_t date);

/**
 * Tell whether a booking lies in one stretch; stretches that touch or overlap are one.
 * @param start_ns  its start, nanoseconds since the epoch
 * @param end_ns    its end, after the start
 * @return 1 or 0
 */
int bk_opening_fits(const bk_opening_t *opening, const bk_zone_t *zone, apr_int64_t start_ns,
                    apr_int64_t end_ns);

/**
 * List when a space is open between two instants.
 * @param from_ns  nanoseconds since the epoch
 * @param to_ns    the same, after the former; the work grows with the days between them
 * @param p        the result lives here
 * @return of bk_span_t, in order; none touches another, all lie within the two instants
 */
apr_array_header_t *bk_opening_spans(const bk_opening_t *opening, const bk_zone_t *zone,
                                     apr_int64_t from_ns, apr_int64_t to_ns, apr_pool_t *p);

#endif
