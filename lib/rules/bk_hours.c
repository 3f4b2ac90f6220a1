#include "bk_hours.h"

int bk_hours_fit(const bk_time_t *open, const bk_time_t *close, apr_int64_t start_ns,
                 apr_int64_t end_ns)
{
    int offset = open ? open->offset : close ? close->offset : 0;
    apr_int64_t opens = open ? bk_time_of_day(open->ns, offset) : 0;
    apr_int64_t closes = close ? bk_time_of_day(close->ns, offset) : BK_TIME_DAY;
    apr_int64_t starts = bk_time_of_day(start_ns, offset);

    if ((!open && !close) || (closes - opens) % BK_TIME_DAY == 0) {
        return 1;
    }
    if (closes < opens) {
        closes += BK_TIME_DAY;
    }
    if (starts < opens) {
        /* The start is before the opening time: too early, or within the opening period that began
         * the day before. */
        starts += BK_TIME_DAY;
    }
    return starts <= closes && bk_time_between(start_ns, end_ns) <= (apr_uint64_t)(closes - starts);
}
