#include "bk_opening.h"

#include <stdlib.h>

#include "bk_time.h"

static const bk_stretch_t whole_day = {0, BK_OPENING_DAY};

apr_int64_t bk_opening_date(apr_int64_t wall)
{
    return (wall - bk_time_of_day(wall, 0)) / BK_TIME_DAY;
}

int bk_opening_weekday(apr_int64_t date)
{
    /* The first day of the epoch was a Thursday. */
    return (int)(((date + 3) % 7 + 7) % 7);
}

apr_int64_t bk_opening_month(apr_int64_t date)
{
    bk_time_t midnight = {date * BK_TIME_DAY, 0};
    char text[BK_TIME_TEXT];
    apr_int64_t wall = 0;

    bk_time_write(&midnight, text);
    text[8] = '0';
    text[9] = '1';
    text[10] = '\0';
    bk_time_parse_date(text, &wall);
    return bk_opening_date(wall);
}

static const bk_exception_t *find_exception(const bk_opening_t *opening, apr_int64_t date)
{
    const bk_exception_t *found = NULL;

    for (int i = 0; i < opening->exception_count; i++) {
        const bk_exception_t *one = &opening->exceptions[i];

        if (one->first <= date && date <= one->last &&
            (!found || one->last - one->first < found->last - found->first)) {
            found = one;
        }
    }
    return found;
}

/* The stretches that begin on a date, one after the other: *i is 0 at first. NULL: no further one.
 */
static const bk_stretch_t *next_stretch(const bk_opening_t *opening,
                                        const bk_exception_t *exception, apr_int64_t date, int *i)
{
    if (exception) {
        return *i < exception->count ? &exception->stretches[(*i)++] : NULL;
    }
    if (!opening->weekly) {
        return (*i)++ == 0 ? &whole_day : NULL;
    }
    while (*i < opening->weekly_count) {
        const bk_weekly_t *one = &opening->weekly[(*i)++];

        if (one->days >> bk_opening_weekday(date) & 1) {
            return &one->stretch;
        }
    }
    return NULL;
}

int bk_opening_is_closed(const bk_opening_t *opening, apr_int64_t date)
{
    int i = 0;

    return !next_stretch(opening, find_exception(opening, date), date, &i);
}

/* What a stretch of a date is on the scale of instants; one of a gap in the clock may be nothing.
 */
static bk_span_t span_of(const bk_zone_t *zone, apr_int64_t date, const bk_stretch_t *stretch)
{
    bk_span_t span;

    bk_zone_instant(zone, date * BK_TIME_DAY + stretch->from * BK_TIME_MINUTE, &span.start_ns);
    bk_zone_instant(zone, date * BK_TIME_DAY + stretch->to * BK_TIME_MINUTE, &span.end_ns);
    return span;
}

/* How far one can stay from an instant on, by the stretches that begin on a date. They come in any
 * order, so that one may lead on from another that comes after it. */
static apr_int64_t reach_by(const bk_opening_t *opening, const bk_zone_t *zone, apr_int64_t date,
                            apr_int64_t reach)
{
    const bk_exception_t *exception = find_exception(opening, date);
    apr_int64_t before;

    do {
        const bk_stretch_t *stretch;
        int i = 0;

        before = reach;
        while ((stretch = next_stretch(opening, exception, date, &i))) {
            bk_span_t span = span_of(zone, date, stretch);

            if (span.start_ns <= reach && span.end_ns > reach) {
                reach = span.end_ns;
            }
        }
    } while (reach != before);
    return reach;
}

int bk_opening_fits(const bk_opening_t *opening, const bk_zone_t *zone, apr_int64_t start_ns,
                    apr_int64_t end_ns)
{
    apr_int64_t date = bk_opening_date(bk_zone_wall(zone, start_ns)) - 1;
    apr_int64_t reach = start_ns;

    if (!opening->weekly && !opening->exception_count) {
        return 1;
    }
    /* From the day before on, whose hours may last into this one, to the first that begins too
     * late. */
    while (reach < end_ns) {
        apr_int64_t midnight_ns;

        bk_zone_instant(zone, date * BK_TIME_DAY, &midnight_ns);
        if (midnight_ns > reach) {
            return 0;
        }
        reach = reach_by(opening, zone, date++, reach);
    }
    return 1;
}

static int by_start(const void *a, const void *b)
{
    const bk_span_t *one = a, *other = b;

    return one->start_ns < other->start_ns ? -1 : one->start_ns > other->start_ns;
}

/* Those that touch become one; spans are in order. */
static void join(apr_array_header_t *spans)
{
    bk_span_t *all = (bk_span_t *)spans->elts;
    int count = 0;

    for (int i = 0; i < spans->nelts; i++) {
        if (count && all[i].start_ns <= all[count - 1].end_ns) {
            if (all[i].end_ns > all[count - 1].end_ns) {
                all[count - 1].end_ns = all[i].end_ns;
            }
        }
        else {
            all[count++] = all[i];
        }
    }
    spans->nelts = count;
}

apr_array_header_t *bk_opening_spans(const bk_opening_t *opening, const bk_zone_t *zone,
                                     apr_int64_t from_ns, apr_int64_t to_ns, apr_pool_t *p)
{
    apr_array_header_t *spans = apr_array_make(p, 16, sizeof(bk_span_t));
    apr_int64_t last = bk_opening_date(bk_zone_wall(zone, to_ns));

    for (apr_int64_t date = bk_opening_date(bk_zone_wall(zone, from_ns)) - 1; date <= last;
         date++) {
        const bk_exception_t *exception = find_exception(opening, date);
        const bk_stretch_t *stretch;
        int i = 0;

        while ((stretch = next_stretch(opening, exception, date, &i))) {
            bk_span_t span = span_of(zone, date, stretch);

            if (span.start_ns < from_ns) {
                span.start_ns = from_ns;
            }
            if (span.end_ns > to_ns) {
                span.end_ns = to_ns;
            }
            if (span.start_ns < span.end_ns) {
                *(bk_span_t *)apr_array_push(spans) = span;
            }
        }
    }
    qsort(spans->elts, (size_t)spans->nelts, sizeof(bk_span_t), by_start);
    join(spans);
    return spans;
}
