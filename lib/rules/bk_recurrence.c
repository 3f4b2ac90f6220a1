#include "bk_recurrence.h"

#include <apr_strings.h>

#include "bk_opening.h"
#include "bk_time.h"

/* Midnight of 2250-01-01: the dates behind a series, which are looked at too, are before 2262,
 * where 64 bits of nanoseconds end. */
#define LATEST_START (APR_INT64_C(102268) * BK_TIME_DAY)

/* While the dates of a series are gone through. */
typedef struct walk_t {
    bk_recurrence_t rule; /* with all that it leaves to the first occurrence */
    const bk_zone_t *zone;
    apr_int64_t start;         /* wall time of the first one */
    apr_int64_t first;         /* its date; dates are days since 1970-01-01 */
    apr_int64_t last_date;     /* none is later */
    const apr_int64_t *except; /* wall times of midnights */
    int except_count;
    int count; /* with those that are left out */
    int is_over;
    apr_array_header_t *found;
    const char *wrong;
    const char **code;
    apr_pool_t *p;
} walk_t;

/* ---- dates --------------------------------------------------------------------------------------
 */

static apr_int64_t next_month(apr_int64_t month)
{
    return bk_opening_month(month + 31); /* no month has more days */
}

/* The date with that number in a month, counted from its end if it is below 0. @return -1: none */
static apr_int64_t nth_day(apr_int64_t month, int n)
{
    apr_int64_t end = next_month(month), date = n > 0 ? month + n - 1 : end + n;

    return date >= month && date < end ? date : -1;
}

static int weekday_of(unsigned days)
{
    int day = 0;

    while (!(days >> day & 1)) {
        day++;
    }
    return day;
}

static apr_int64_t nth_weekday(apr_int64_t month, int n, int weekday)
{
    apr_int64_t date;

    if (n > 0) {
        date = month + (weekday - bk_opening_weekday(month) + 7) % 7;
        return nth_day(month, (int)(date - month) + 1 + 7 * (n - 1));
    }
    date = next_month(month) - 1;
    date -= (bk_opening_weekday(date) - weekday + 7) % 7;
    date += 7 * (n + 1);
    return date >= month ? date : -1;
}

static const char *text_of_wall(apr_int64_t wall, apr_pool_t *p)
{
    char *text = bk_time_format_utc(wall, p);

    text[sizeof("YYYY-MM-DDTHH:MM") - 1] = '\0';
    return text;
}

/* ---- one occurrence -----------------------------------------------------------------------------
 */

static void fail(walk_t *walk, const char *code, const char *wrong)
{
    walk->wrong = wrong;
    *walk->code = code;
    walk->is_over = 1;
}

static int is_left_out(const walk_t *walk, apr_int64_t date)
{
    int i;

    for (i = 0; i < walk->except_count; i++) {
        if (bk_opening_date(walk->except[i]) == date) {
            return 1;
        }
    }
    return 0;
}

static int is_behind_end(const walk_t *walk, const bk_occurrence_t *one)
{
    switch (walk->rule.end) {
    case BK_RECURRENCE_COUNT:
        return walk->count >= walk->rule.count;
    case BK_RECURRENCE_WALL:
        return one->wall > walk->rule.until;
    case BK_RECURRENCE_INSTANT:
        break;
    }
    return one->start_ns > walk->rule.until;
}

/* Take a date that keeps the rule into the series, unless that is over. */
static void take(walk_t *walk, apr_int64_t date)
{
    bk_occurrence_t one = {.wall = walk->start + (date - walk->first) * BK_TIME_DAY};
    bk_zone_passes_t passes = bk_zone_instant(walk->zone, one.wall, &one.start_ns);

    if (is_behind_end(walk, &one)) {
        walk->is_over = 1;
    }
    else if (date > walk->last_date) {
        fail(walk, BK_RECURRENCE_BAD_RULE,
             apr_psprintf(walk->p, "A series is at most %d years long", BK_RECURRENCE_YEARS));
    }
    else if (walk->count++ >= BK_RECURRENCE_MOST) {
        fail(walk, BK_RECURRENCE_BAD_RULE,
             apr_psprintf(walk->p, "A series has at most %d dates", BK_RECURRENCE_MOST));
    }
    else if (is_left_out(walk, date)) {
        return;
    }
    else if (passes == BK_ZONE_NEVER) {
        fail(walk, BK_RECURRENCE_GAP,
             apr_psprintf(walk->p, "There is no %s in %s: the clocks go forward, and skip it",
                          text_of_wall(one.wall, walk->p), bk_zone_name(walk->zone)));
    }
    else {
        APR_ARRAY_PUSH(walk->found, bk_occurrence_t) = one;
    }
}

/* ---- the frequencies ----------------------------------------------------------------------------
 * Each takes date after date until the series is over: there is always one more.
 */

static void walk_days(walk_t *walk)
{
    apr_int64_t date;

    for (date = walk->first; !walk->is_over; date += walk->rule.interval) {
        take(walk, date);
    }
}

/* Weeks begin on Mondays. */
static void walk_weeks(walk_t *walk)
{
    apr_int64_t week = walk->first - bk_opening_weekday(walk->first);
    int day;

    for (; !walk->is_over; week += 7 * walk->rule.interval) {
        for (day = 0; day < 7 && !walk->is_over; day++) {
            if (walk->rule.days >> day & 1 && week + day >= walk->first) {
                take(walk, week + day);
            }
        }
    }
}

/* A month may be without the date, and so may all of a rule such as each 30th of February: they end
 * with the years. */
static void walk_months(walk_t *walk)
{
    const bk_recurrence_t *rule = &walk->rule;
    apr_int64_t month = bk_opening_month(walk->first);
    int i;

    while (!walk->is_over) {
        apr_int64_t date = rule->nth ? nth_weekday(month, rule->nth, weekday_of(rule->days))
                                     : nth_day(month, rule->month_day);

        if (date >= walk->first) {
            take(walk, date);
        }
        else if (month > walk->last_date) {
            take(walk, month);
        }
        for (i = 0; i < rule->interval; i++) {
            month = next_month(month);
        }
    }
}

/* ---- the series ---------------------------------------------------------------------------------
 */

/* What the rule leaves to the first occurrence. */
static void complete(walk_t *walk)
{
    bk_recurrence_t *rule = &walk->rule;

    if (!rule->days) {
        rule->days = 1U << bk_opening_weekday(walk->first);
    }
    if (!rule->month_day) {
        rule->month_day = (int)(walk->first - bk_opening_month(walk->first)) + 1;
    }
}

/* The same day of the month, the greatest number of years later. */
static apr_int64_t find_last_date(apr_int64_t first)
{
    apr_int64_t month = bk_opening_month(first), day = first - month;
    int i;

    for (i = 0; i < 12 * BK_RECURRENCE_YEARS; i++) {
        month = next_month(month);
    }
    return month + day;
}

/* Whether the first date keeps the rule: RFC 5545 leaves open what is meant otherwise. */
static int keeps_rule(const walk_t *walk)
{
    const bk_recurrence_t *rule = &walk->rule;
    apr_int64_t month = bk_opening_month(walk->first);

    switch (rule->freq) {
    case BK_RECURRENCE_WEEKLY:
        return rule->days >> bk_opening_weekday(walk->first) & 1;
    case BK_RECURRENCE_MONTHLY:
        return walk->first == (rule->nth ? nth_weekday(month, rule->nth, weekday_of(rule->days))
                                         : nth_day(month, rule->month_day));
    case BK_RECURRENCE_DAILY:
        break;
    }
    return 1;
}

static void walk_all(walk_t *walk)
{
    if (walk->start >= LATEST_START) {
        fail(walk, BK_RECURRENCE_BAD_RULE, "A series begins before the year 2250");
        return;
    }
    walk->last_date = find_last_date(walk->first);
    complete(walk);
    if (!keeps_rule(walk)) {
        fail(walk, BK_RECURRENCE_BAD_RULE,
             apr_psprintf(walk->p, "The start, %s, is not a date of the rule",
                          text_of_wall(walk->start, walk->p)));
        return;
    }
    switch (walk->rule.freq) {
    case BK_RECURRENCE_DAILY:
        walk_days(walk);
        break;
    case BK_RECURRENCE_WEEKLY:
        walk_weeks(walk);
        break;
    case BK_RECURRENCE_MONTHLY:
        walk_months(walk);
        break;
    }
    if (!walk->wrong && !walk->found->nelts) {
        fail(walk, BK_RECURRENCE_BAD_RULE, "The series has no dates");
    }
}

const char *bk_recurrence_expand(apr_array_header_t **found, const bk_recurrence_t *rule,
                                 const bk_zone_t *zone, apr_int64_t start,
                                 const apr_int64_t *except, int except_count, const char **code,
                                 apr_pool_t *p)
{
    walk_t walk = {.rule = *rule,
                   .zone = zone,
                   .start = start,
                   .first = bk_opening_date(start),
                   .except = except,
                   .except_count = except_count,
                   .found = apr_array_make(p, 64, sizeof(bk_occurrence_t)),
                   .code = code,
                   .p = p};

    walk_all(&walk);
    *found = walk.found;
    return walk.wrong;
}

int bk_recurrence_weeks(const apr_array_header_t *found)
{
    const apr_int64_t week = 7 * BK_TIME_DAY;
    apr_int64_t first = APR_ARRAY_IDX(found, 0, bk_occurrence_t).wall;
    apr_int64_t last = APR_ARRAY_IDX(found, found->nelts - 1, bk_occurrence_t).wall;

    return (int)((last - first + week - 1) / week);
}
