/* Time zones: names that clients send, and any wall time in a zone that there is. The first line is
 * the name, the second a wall time. */
#include "fuzz.h"

#include "bk_time.h"
#include "bk_zone.h"

static void check_wall(const bk_zone_t *zone, apr_int64_t wall)
{
    apr_int64_t ns, start, end;
    bk_zone_passes_t passes = bk_zone_instant(zone, wall, &ns);
    apr_int64_t midnight = wall - bk_time_of_day(wall, 0);

    fuzz_assert((passes != BK_ZONE_NEVER) == (bk_zone_wall(zone, ns) == wall));
    fuzz_assert(abs(bk_zone_offset(zone, ns)) < 86400);
    bk_zone_day(zone, midnight, &start, &end);
    fuzz_assert(start <= end && end - start <= 2 * BK_TIME_DAY);
    fuzz_assert(passes == BK_ZONE_NEVER || (start <= ns && ns < end));
    fuzz_assert(start == end || bk_zone_wall(zone, start) >= midnight);
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    bk_zone_cache_t *cache;
    char *text = fuzz_text(data, size), *second = strchr(text, '\n');
    const bk_zone_t *zone;
    apr_int64_t wall;

    fuzz_assert(bk_zone_cache_make(&cache, p) == APR_SUCCESS);
    if (second) {
        *second++ = '\0';
    }
    if (bk_zone_open(&zone, cache, text) == APR_SUCCESS) {
        fuzz_assert(strcmp(bk_zone_name(zone), text) == 0 && !strchr(text, '.'));
        if (second && bk_time_parse_wall(second, &wall)) {
            check_wall(zone, wall);
        }
    }
    free(text);
}
