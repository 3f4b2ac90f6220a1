/* bk_zone: time zones of the IANA database, such as Europe/Helsinki, and conversion between
 * instants and wall times.
 *
 * A wall time is what a clock in the zone shows, in nanoseconds since 1970-01-01T00:00 on that
 * clock, as bk_time_parse_wall() returns it. A wall time can have no instant, when clocks are put
 * forward, or two, when they are put back.
 *
 * The rules come from the host (Debian: tzdata) and are read by GLib's GTimeZone. A process keeps
 * the rules of the zones that it has opened, so it uses new rules only after a restart. Instants
 * and wall times are of the years 1678 to 2261. The last rule of a zone holds for all later years;
 * for these GLib 2.74 is wrong in one zone, Europe/Dublin from 2038 on, whose standard time is in
 * summer.
 *
 * Any thread may call.
 */
#ifndef BK_ZONE_H
#define BK_ZONE_H

#include <apr_errno.h>
#include <apr_pools.h>

#include "bk_time.h"

/** A zone, which is constant. */
typedef struct bk_zone_t bk_zone_t;

/** The zones that were opened, each of them once. */
typedef struct bk_zone_cache_t bk_zone_cache_t;

/** How often a clock in the zone shows a wall time. */
typedef enum bk_zone_passes_t {
    BK_ZONE_NEVER, /* clocks were put forward past it: it is in a gap */
    BK_ZONE_ONCE,
    BK_ZONE_TWICE /* clocks were put back past it */
} bk_zone_passes_t;

/** What is said of a local time that is BK_ZONE_NEVER. */
#define BK_ZONE_NEVER_TEXT "the clocks go forward on that day, and skip this time"

/**
 * Make an empty cache.
 * @param p  pool that owns the cache and its zones; used by this call only, not by bk_zone_open()
 * @return APR_SUCCESS, or the error of making the mutex
 */
apr_status_t bk_zone_cache_make(bk_zone_cache_t **cache, apr_pool_t *p);

/**
 * Find a zone in the cache, or open it.
 * @param zone  set to the zone, which the cache owns
 * @param name  any bytes. Only a name or an alias of the IANA database, in its exact spelling, is
 *              found; POSIX rules as in TZ, paths, and other files of the zoneinfo folder are not
 * @return APR_SUCCESS; APR_NOTFOUND if the host has no such zone; APR_ENOMEM
 */
apr_status_t bk_zone_open(const bk_zone_t **zone, bk_zone_cache_t *cache, const char *name);

/** The name by which a zone was opened; lives as long as the zone. */
const char *bk_zone_name(const bk_zone_t *zone);

/**
 * The offset from UTC at an instant, in seconds; negative west of Greenwich.
 * @param ns  nanoseconds since the epoch
 */
int bk_zone_offset(const bk_zone_t *zone, apr_int64_t ns);

/** An instant with the offset of the zone, in whole minutes, as bk_zone_format() writes it.
 * @param ns  nanoseconds since the epoch */
bk_time_t bk_zone_time(const bk_zone_t *zone, apr_int64_t ns);

/** The wall time at an instant. @param ns  nanoseconds since the epoch */
apr_int64_t bk_zone_wall(const bk_zone_t *zone, apr_int64_t ns);

/**
 * Find the instant of a wall time.
 * @param ns  set to the instant, in nanoseconds since the epoch: the first of two; for a wall time
 *            in a gap, the instant by the offset before the gap (RFC 5545, section 3.3.5)
 * @return how often a clock shows the wall time
 */
bk_zone_passes_t bk_zone_instant(const bk_zone_t *zone, apr_int64_t wall, apr_int64_t *ns);

/**
 * Find when a day of the zone begins and ends. A day has 24 hours, or 23 or 25 or another number
 * when clocks are changed, and none if the zone skipped the day by moving across the date line.
 * @param midnight  the day's midnight as a wall time, from bk_time_parse_date(); a day whose
 *                  midnight is in a gap begins at the end of the gap
 * @param start_ns  set to the first instant of the day, in nanoseconds since the epoch
 * @param end_ns    set to the first instant of the next day
 */
void bk_zone_day(const bk_zone_t *zone, apr_int64_t midnight, apr_int64_t *start_ns,
                 apr_int64_t *end_ns);

/**
 * Write an instant as RFC 3339 with the zone's offset, such as 2030-05-14T10:00:00+03:00. RFC 3339
 * has offsets in whole minutes: an offset with seconds, as there were before 1973, is truncated to
 * minutes. The result is still the same instant, and its wall time is off by less than a minute.
 * @param ns  nanoseconds since the epoch
 * @param p   pool that the result lives in
 */
const char *bk_zone_format(const bk_zone_t *zone, apr_int64_t ns, apr_pool_t *p);

#endif
