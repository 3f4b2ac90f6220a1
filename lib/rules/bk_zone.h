/* bk_zone: time zones of the IANA database, such as Europe/Helsinki.
 *
 * A wall time is what a clock in the zone shows: nanoseconds since 1970-01-01T00:00 on that clock,
 * as bk_time_parse_wall() reads them. It names no instant by itself: where clocks are put forward
 * a part of the day is left out, where they are put back one comes twice.
 *
 * The rules are those of the host (Debian: tzdata), read by GLib's GTimeZone. A process keeps those
 * that it has opened: it learns of new ones when it is started again. Instants and wall times
 * are of the years 1678 to 2261. What no rule foretells goes on by the last one; there GLib 2.74 is
 * wrong in one zone, Europe/Dublin from 2038 on, whose standard time is the summer's.
 *
 * Any thread may call anything here at any time.
 */
#ifndef BK_ZONE_H
#define BK_ZONE_H

#include <apr_errno.h>
#include <apr_pools.h>

/** A zone. Constant. */
typedef struct bk_zone_t bk_zone_t;

/** Zones that were opened: each once, however often it is asked for. */
typedef struct bk_zone_cache_t bk_zone_cache_t;

/** How often a clock of the zone shows a wall time. */
typedef enum bk_zone_passes_t {
    BK_ZONE_NEVER, /* it lies in a gap: clocks were put forward over it */
    BK_ZONE_ONCE,
    BK_ZONE_TWICE /* clocks were put back over it */
} bk_zone_passes_t;

/**
 * Make a cache, which is empty.
 * @param p  the cache and its zones live as long as this, which is never used by another thread
 * @return APR_SUCCESS, or why there is no lock
 */
apr_status_t bk_zone_cache_make(bk_zone_cache_t **cache, apr_pool_t *p);

/**
 * Open a zone, or find it in the cache.
 * @param zone   set; belongs to the cache
 * @param name   its name in the IANA database, or an alias there, as it is spelled there; any
 * bytes. Not taken: rules as TZ may hold them, paths, and names of the file system beside it
 * @return APR_SUCCESS; APR_NOTFOUND: the host knows no such zone; APR_ENOMEM
 */
apr_status_t bk_zone_open(const bk_zone_t **zone, bk_zone_cache_t *cache, const char *name);

/** The name that it was opened by; lives as long as the zone. */
const char *bk_zone_name(const bk_zone_t *zone);

/** How far clocks are ahead of UTC at an instant, in seconds; west of Greenwich that is below 0.
 *  @param ns  nanoseconds since the epoch */
int bk_zone_offset(const bk_zone_t *zone, apr_int64_t ns);

/** What a clock shows at an instant. @param ns  nanoseconds since the epoch */
apr_int64_t bk_zone_wall(const bk_zone_t *zone, apr_int64_t ns);

/**
 * Find the instant at which a clock shows a wall time.
 * @param ns  set, in nanoseconds since the epoch: where it is shown twice, the first time (RFC
 * 5545, section 3.3.5); where never, what a clock that nobody put forward would have shown so
 * @return how often it is shown
 */
bk_zone_passes_t bk_zone_instant(const bk_zone_t *zone, apr_int64_t wall, apr_int64_t *ns);

/**
 * Find when a day of the zone begins and ends. It has 24 hours, and about twice a year 23 or 25,
 * or another number; none where a zone left the day out as it crossed the date line.
 * @param midnight  wall time of the day's midnight, as bk_time_parse_date() reads it; the day may
 *                  begin later, where that is left out
 * @param start_ns  set to its first instant
 * @param end_ns    set to that of the next day
 */
void bk_zone_day(const bk_zone_t *zone, apr_int64_t midnight, apr_int64_t *start_ns,
                 apr_int64_t *end_ns);

/**
 * Write an instant as RFC 3339 with the zone's offset, such as 2030-05-14T10:00:00+03:00.
 * Offsets that are no whole minutes, all of them of before 1973, are cut to one: the instant is
 * right, the wall time behind or ahead by less than a minute.
 * @param ns  nanoseconds since the epoch
 * @param p   the result lives here
 */
const char *bk_zone_format(const bk_zone_t *zone, apr_int64_t ns, apr_pool_t *p);

#endif
