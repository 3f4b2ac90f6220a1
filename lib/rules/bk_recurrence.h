/* bk_recurrence: the dates of a series: "each Monday and Wednesday until 20 December".
 *
 * A rule is that of RFC 5545 (section 3.3.10), of which this is a part: daily, weekly on some days,
 * monthly on a day or on the nth of a weekday, each at an interval, and with an end. The part is
 * small enough to be calculated here. A library for all of RFC 5545, such as libical, would not say
 * what a person has to hear: that the first date does not keep the rule, or that there is no such
 * time on one of the days.
 *
 * A series is of wall times: what begins at 9 begins at 9 in summer and in winter. A day of the
 * month that a month does not have is left out (RFC 5545 has it so). A time that the clock shows
 * twice is its first pass; one that it never shows is refused, and not moved.
 *
 * Nothing here keeps state: any thread may call.
 */
#ifndef BK_RECURRENCE_H
#define BK_RECURRENCE_H

#include <apr_pools.h>
#include <apr_tables.h>

#include "bk_zone.h"

#define BK_RECURRENCE_MOST 366    /* occurrences of a series */
#define BK_RECURRENCE_INTERVAL 52 /* the longest interval: days, weeks or months */
#define BK_RECURRENCE_YEARS 2     /* from the first occurrence to the last, at the most */

typedef enum bk_recurrence_freq_t {
    BK_RECURRENCE_DAILY,
    BK_RECURRENCE_WEEKLY,
    BK_RECURRENCE_MONTHLY
} bk_recurrence_freq_t;

/** How a rule ends. */
typedef enum bk_recurrence_end_t {
    BK_RECURRENCE_COUNT, /* after a number of occurrences; those that are left out count */
    BK_RECURRENCE_WALL,  /* at a wall time, which is still part of it */
    BK_RECURRENCE_INSTANT
} bk_recurrence_end_t;

typedef struct bk_recurrence_t {
    bk_recurrence_freq_t freq;
    int interval;  /* 1 to BK_RECURRENCE_INTERVAL */
    unsigned days; /* weekly: bit 0 Monday, bit 6 Sunday; monthly with nth: one of them. 0: the
                      first occurrence's */
    int nth;       /* monthly: 1 to 5, or from the end -1 to -5; 0: by the day of the month */
    int month_day; /* monthly: 1 to 31, or from the end -1 to -31; 0: the first occurrence's */
    bk_recurrence_end_t end;
    int count;
    apr_int64_t until; /* nanoseconds: of the wall clock since 1970-01-01T00:00, or since the epoch
                        */
} bk_recurrence_t;

typedef struct bk_occurrence_t {
    apr_int64_t wall;     /* nanoseconds since 1970-01-01T00:00 on the clock */
    apr_int64_t start_ns; /* nanoseconds since the epoch */
} bk_occurrence_t;

/** Codes of what is wrong, which are those of problems. */
#define BK_RECURRENCE_BAD_RULE "bad-rule"
#define BK_RECURRENCE_GAP "time-does-not-exist"

/**
 * List the occurrences of a series.
 * @param found   set to those of bk_occurrence_t that are not left out, in order: at least one
 * @param start   the wall time of the first one, which has to keep the rule
 * @param except  midnights (as wall times) of dates that are left out, in any order; dates without
 *                an occurrence may be among them
 * @param code    set to one of those above, unless NULL is returned
 * @param p       the results live here
 * @return NULL; else what is wrong, in English, with the date if it is of one
 */
const char *bk_recurrence_expand(apr_array_header_t **found, const bk_recurrence_t *rule,
                                 const bk_zone_t *zone, apr_int64_t start,
                                 const apr_int64_t *except, int except_count, const char **code,
                                 apr_pool_t *p);

/** The weeks from the first of some occurrences to the last, a part of one being whole. */
int bk_recurrence_weeks(const apr_array_header_t *found);

#endif
