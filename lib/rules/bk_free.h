/* bk_free: what of a space's time is free: when it is open, less what is taken.
 *
 * Spans are half open. Nothing here keeps state: any thread may call.
 */
#ifndef BK_FREE_H
#define BK_FREE_H

#include "bk_opening.h"
#include "bk_time.h"

/**
 * What is open and not taken.
 * @param open   of bk_span_t, in order, none overlapping another
 * @param taken  the same, in the order of their starts; they may overlap
 * @param p      the result lives here
 * @return of bk_span_t, in order, none of them empty
 */
apr_array_header_t *bk_free_spans(const apr_array_header_t *open, const apr_array_header_t *taken,
                                  apr_pool_t *p);

/** Whether a span lies in one of those of a list, which is in order: 1 or 0. */
int bk_free_holds(const apr_array_header_t *spans, apr_int64_t start_ns, apr_int64_t end_ns);

/** Cut a list, which is in order, at both ends. */
void bk_free_clip(apr_array_header_t *spans, apr_int64_t from_ns, apr_int64_t to_ns);

/**
 * When a space with the hours of the base API is open (bk_hours.h).
 * @param open     NULL: from midnight on
 * @param close    NULL: until midnight
 * @param from_ns  nanoseconds since the epoch; the years 1700 to 2200
 * @param to_ns    the same, after the former
 * @return as bk_opening_spans()
 */
apr_array_header_t *bk_free_hours(const bk_time_t *open, const bk_time_t *close,
                                  apr_int64_t from_ns, apr_int64_t to_ns, apr_pool_t *p);

/**
 * The first instant from another one on at which the clock in the zone shows a time of the grid:
 * whole steps after the anchor, and before it, from midnight on.
 * @param step     minutes, at least 1
 * @param anchor   minutes after midnight
 * @param from_ns  nanoseconds since the epoch
 */
apr_int64_t bk_free_start(const bk_zone_t *zone, int step, int anchor, apr_int64_t from_ns);

#endif
