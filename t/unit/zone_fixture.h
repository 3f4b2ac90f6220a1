/* zone_fixture: what unit tests of rules over time zones start from: a pool as *state, and a cache
 * of zones. zone_open and unit_pool_close go around a group. */
#ifndef ZONE_FIXTURE_H
#define ZONE_FIXTURE_H

#include "unit.h"

#include "bk_time.h"
#include "bk_zone.h"

static bk_zone_cache_t *zone_cache;

static inline int zone_open(void **state)
{
    return unit_pool_open(state) || bk_zone_cache_make(&zone_cache, *state) != APR_SUCCESS;
}

/** A zone that the host has to know. */
static inline const bk_zone_t *zone_of(const char *name)
{
    const bk_zone_t *zone;

    assert_that(bk_zone_open(&zone, zone_cache, name) == APR_SUCCESS, "%s is not known", name);
    return zone;
}

/** An instant by its RFC 3339 text, in nanoseconds since the epoch. */
static inline apr_int64_t zone_instant(const char *text)
{
    bk_time_t time;

    assert_that(bk_time_parse(text, &time), "'%s' is no instant", text);
    return time.ns;
}

#endif
