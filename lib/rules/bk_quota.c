#include "bk_quota.h"

#include "bk_time.h"

/* The first instant of a date, in days since 1970-01-01. */
static apr_int64_t begin_of(const bk_zone_t *zone, apr_int64_t date)
{
    apr_int64_t start, end;

    bk_zone_day(zone, date * BK_TIME_DAY, &start, &end);
    return start;
}

bk_span_t bk_quota_period(bk_quota_per_t per, const bk_zone_t *zone, const bk_span_t *wanted,
                          apr_int64_t now_ns)
{
    apr_int64_t date = bk_opening_date(bk_zone_wall(zone, wanted->start_ns));
    apr_int64_t first = date, next = date + 1;

    switch (per) {
    case BK_QUOTA_FUTURE:
        return (bk_span_t){now_ns, APR_INT64_MAX};
    case BK_QUOTA_CONCURRENT:
        return *wanted;
    case BK_QUOTA_WEEK:
        first = date - bk_opening_weekday(date);
        next = first + 7;
        break;
    case BK_QUOTA_MONTH:
        first = bk_opening_month(date);
        next = bk_opening_month(first + 31); /* a day of the next month: none has more */
        break;
    case BK_QUOTA_DAY:
        break;
    }
    return (bk_span_t){begin_of(zone, first), begin_of(zone, next)};
}

int bk_quota_allows(const bk_quota_t *quota, apr_int64_t count, apr_int64_t minutes,
                    apr_int64_t more)
{
    return (!quota->count || count < quota->count) &&
           (!quota->minutes || (minutes <= quota->minutes && more <= quota->minutes - minutes));
}
