/* Prints when a space is open, for test_opening_year.sh: a line for each stretch, its start and end
 * in seconds since the epoch.
 *
 *     opening_spans ZONE FROM TO DAYS:FROM:TO...    FROM, TO: instants; then bits of days, minutes
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <apr_general.h>

#include "bk_opening.h"
#include "bk_time.h"

static bk_span_t span_of(char **texts)
{
    bk_time_t from, to;

    if (!bk_time_parse(texts[0], &from) || !bk_time_parse(texts[1], &to)) {
        exit(2);
    }
    return (bk_span_t){from.ns, to.ns};
}

int main(int argc, char **argv)
{
    static bk_weekly_t weekly[32];
    bk_opening_t opening = {weekly, 0, NULL, 0};
    bk_zone_cache_t *cache;
    const bk_zone_t *zone;
    apr_array_header_t *spans;
    apr_pool_t *p;
    bk_span_t window;

    if (argc < 4 || apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS ||
        bk_zone_cache_make(&cache, p) != APR_SUCCESS ||
        bk_zone_open(&zone, cache, argv[1]) != APR_SUCCESS) {
        return 2;
    }
    window = span_of(argv + 2);
    for (int i = 4; i < argc && opening.weekly_count < 32; i++) {
        bk_weekly_t *one = &weekly[opening.weekly_count++];

        if (sscanf(argv[i], "%u:%d:%d", &one->days, &one->stretch.from, &one->stretch.to) != 3) {
            return 2;
        }
    }
    spans = bk_opening_spans(&opening, zone, window.start_ns, window.end_ns, p);
    for (int i = 0; i < spans->nelts; i++) {
        const bk_span_t *span = &APR_ARRAY_IDX(spans, i, bk_span_t);

        printf("%" PRId64 " %" PRId64 "\n", span->start_ns / BK_TIME_SECOND,
               span->end_ns / BK_TIME_SECOND);
    }
    apr_terminate();
    return 0;
}
