#include "bk_free.h"

#define SPAN(list, i) APR_ARRAY_IDX(list, i, bk_span_t)

static void add(apr_array_header_t *spans, apr_int64_t start_ns, apr_int64_t end_ns)
{
    if (start_ns < end_ns) {
        APR_ARRAY_PUSH(spans, bk_span_t) = (bk_span_t){start_ns, end_ns};
    }
}

apr_array_header_t *bk_free_spans(const apr_array_header_t *open, const apr_array_header_t *taken,
                                  apr_pool_t *p)
{
    apr_array_header_t *spans =
        apr_array_make(p, open->nelts + taken->nelts + 1, sizeof(bk_span_t));
    int i, t, first = 0;

    for (i = 0; i < open->nelts; i++) {
        apr_int64_t start = SPAN(open, i).start_ns, end = SPAN(open, i).end_ns;

        /* What ends before this stretch ends before all that follow. */
        while (first < taken->nelts && SPAN(taken, first).end_ns <= start) {
            first++;
        }
        for (t = first; t < taken->nelts && SPAN(taken, t).start_ns < end; t++) {
            if (SPAN(taken, t).start_ns > start) {
                add(spans, start, SPAN(taken, t).start_ns);
            }
            if (SPAN(taken, t).end_ns > start) {
                start = SPAN(taken, t).end_ns;
            }
        }
        add(spans, start, end);
    }
    return spans;
}

int bk_free_holds(const apr_array_header_t *spans, apr_int64_t start_ns, apr_int64_t end_ns)
{
    int i;

    for (i = 0; i < spans->nelts && SPAN(spans, i).start_ns <= start_ns; i++) {
        if (end_ns <= SPAN(spans, i).end_ns) {
            return 1;
        }
    }
    return 0;
}

void bk_free_clip(apr_array_header_t *spans, apr_int64_t from_ns, apr_int64_t to_ns)
{
    int i, count = spans->nelts;

    spans->nelts = 0;
    for (i = 0; i < count; i++) {
        bk_span_t span = SPAN(spans, i);

        add(spans, span.start_ns > from_ns ? span.start_ns : from_ns,
            span.end_ns < to_ns ? span.end_ns : to_ns);
    }
}

apr_array_header_t *bk_free_hours(const bk_time_t *open, const bk_time_t *close,
                                  apr_int64_t from_ns, apr_int64_t to_ns, apr_pool_t *p)
{
    int offset = open ? open->offset : close ? close->offset : 0;
    apr_int64_t opens = open ? bk_time_of_day(open->ns, offset) : 0;
    apr_int64_t closes = close ? bk_time_of_day(close->ns, offset) : BK_TIME_DAY;
    apr_array_header_t *spans = apr_array_make(p, 8, sizeof(bk_span_t));
    apr_int64_t midnight;

    if ((!open && !close) || (closes - opens) % BK_TIME_DAY == 0) {
        add(spans, from_ns, to_ns);
        return spans;
    }
    if (closes < opens) {
        closes += BK_TIME_DAY;
    }
    /* From the day before on, whose hours may last into this one. */
    midnight = from_ns - bk_time_of_day(from_ns, offset) - BK_TIME_DAY;
    for (; midnight < to_ns; midnight += BK_TIME_DAY) {
        add(spans, midnight + opens, midnight + closes);
    }
    bk_free_clip(spans, from_ns, to_ns);
    return spans;
}

/* Minutes from a wall time to the next one of the grid, or to midnight, which begins it anew. */
static apr_int64_t to_grid(apr_int64_t wall, int step, int anchor)
{
    apr_int64_t minute = bk_time_of_day(wall, 0) / BK_TIME_MINUTE;
    apr_int64_t past = ((minute - anchor) % step + step) % step;
    apr_int64_t more = past ? step - past : 0;

    return minute + more < BK_OPENING_DAY ? more : BK_OPENING_DAY - minute;
}

apr_int64_t bk_free_start(const bk_zone_t *zone, int step, int anchor, apr_int64_t from_ns)
{
    apr_int64_t over = bk_time_of_day(from_ns, 0) % BK_TIME_MINUTE;
    apr_int64_t at = over ? from_ns + BK_TIME_MINUTE - over : from_ns, more;

    while ((more = to_grid(bk_zone_wall(zone, at), step, anchor)) > 0) {
        apr_int64_t next = at + more * BK_TIME_MINUTE;

        /* Where the clock is changed on the way, the grid is met by going on minute by minute. */
        at = bk_zone_offset(zone, next) == bk_zone_offset(zone, at) ? next : at + BK_TIME_MINUTE;
    }
    return at;
}
