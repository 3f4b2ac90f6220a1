/* bk_time: instants and calendar dates as clients write them (RFC 3339).
 *
 * An instant is kept in nanoseconds since 1970-01-01T00:00:00Z, in 64 bits: clients may send nine
 * digits of a second, and two bookings are compared as instants, so no digit may be lost. 64 bits
 * cover the years 1678 to 2261; other years are refused. Leap seconds (":60") are refused too,
 * because they have no number on that scale.
 *
 * Nothing here keeps state: every function may be called by any thread.
 */
#ifndef BK_TIME_H
#define BK_TIME_H

#include <apr_pools.h>

#define BK_TIME_SECOND APR_INT64_C(1000000000)
#define BK_TIME_MINUTE (60 * BK_TIME_SECOND)
#define BK_TIME_HOUR (60 * BK_TIME_MINUTE)
#define BK_TIME_DAY (24 * BK_TIME_HOUR)

/** A point in time together with the UTC offset it was written in. */
typedef struct bk_time_t {
    apr_int64_t ns; /* nanoseconds since the epoch, UTC */
    int offset;     /* minutes east of UTC, -1439 to 1439 */
} bk_time_t;

/**
 * Read an RFC 3339 date-time (section 5.6), such as 2025-12-11T10:00:00+01:00.
 * @param text  NUL-terminated
 * @param time  set when 1 is returned
 * @return 1, or 0 if it is not one, is no real date, is a leap second, has more than nine digits
 *         of a second, or lies outside the years 1678 to 2261
 */
int bk_time_parse(const char *text, bk_time_t *time);

/**
 * Read a date and a time of day without an offset, such as 2030-05-14T10:00: local time. Which
 * instant that is depends on the time zone (lib/rules/bk_zone.h).
 * @param text  NUL-terminated; seconds, and digits of them, may be left out
 * @param wall  set when 1 is returned: nanoseconds since 1970-01-01T00:00 local time, as if clocks
 *              were never changed
 * @return 1, or 0 for what bk_time_parse() would refuse
 */
int bk_time_parse_wall(const char *text, apr_int64_t *wall);

/** Read a calendar date, YYYY-MM-DD. @param wall  set when 1 is returned: its midnight, as above
 *  @return 1, or 0 if it is no real date, or lies outside the years 1678 to 2261 */
int bk_time_parse_date(const char *text, apr_int64_t *wall);

/**
 * Write an instant as RFC 3339 in its own offset, with only as many digits of a second as needed.
 * @param p  the result is allocated from it
 */
char *bk_time_format(const bk_time_t *time, apr_pool_t *p);

#define BK_TIME_TEXT sizeof("YYYY-MM-DDTHH:MM:SS.nnnnnnnnn+HH:MM")

/**
 * As bk_time_format(), into the caller's buffer.
 * @param text  gets the text, with a terminating NUL
 * @return its length in bytes
 */
apr_size_t bk_time_write(const bk_time_t *time, char text[BK_TIME_TEXT]);

/** Write an instant (nanoseconds since the epoch) as RFC 3339 in UTC. @see bk_time_format */
char *bk_time_format_utc(apr_int64_t ns, apr_pool_t *p);

/**
 * Tell whether a text is a real calendar date written YYYY-MM-DD.
 * @return 1 or 0
 */
int bk_time_is_date(const char *text);

/** The calendar date, YYYY-MM-DD, on which an instant falls in its own offset; allocated from @a p.
 */
char *bk_time_date(const bk_time_t *time, apr_pool_t *p);

/**
 * The time of day of an instant in a given offset.
 * @param ns      nanoseconds since the epoch
 * @param offset  minutes east of UTC
 * @return nanoseconds since that day's midnight, 0 to BK_TIME_DAY - 1
 */
apr_int64_t bk_time_of_day(apr_int64_t ns, int offset);

/**
 * The time between two instants. The years 1678 to 2261 are twice as far apart as a signed 64-bit
 * number of nanoseconds can express, so plain subtraction may overflow.
 * @param start_ns  nanoseconds since the epoch
 * @param end_ns    the same, no earlier than the start
 * @return nanoseconds
 */
apr_uint64_t bk_time_between(apr_int64_t start_ns, apr_int64_t end_ns);

/** The present instant, in nanoseconds since the epoch (wall clock). */
apr_int64_t bk_time_now(void);

/** Milliseconds of the host's monotonic clock, which is never set back and the same for all
 * processes.
 */
apr_int64_t bk_time_monotonic_ms(void);

#endif
