/* bk_calendar: an index of the booked time ranges of all spaces, in shared memory.
 *
 *     [ header | stripe | stripe | ... | slab of nodes (bk_slab) ]
 *                lock, root of a tree    | left right space priority start end | 32 bytes
 *
 * Spaces are numbered, from 1; the number of a space determines its stripe. A stripe has an ordered
 * tree of the ranges [start, end) of its spaces, by space and start. Ranges of a space never
 * overlap, so the two neighbours of a new range decide whether it overlaps: one descent of the
 * tree. Under the space number 0 the same tree counts the bookings on each date. It is a treap (R.
 * Seidel, C. R. Aragon, "Randomized search trees", 1996): balanced by random priorities, with
 * little code.
 *
 * The calendar is only an index of the bookings: when a process died while it had a stripe open,
 * the next one that opens the stripe rebuilds it from the bookings, by a function of the store.
 *
 * Between bk_calendar_open() and bk_calendar_close() the caller holds the stripe's lock. Lock
 * order: a stripe of a calendar before a stripe of a map, never after.
 */
#ifndef BK_CALENDAR_H
#define BK_CALENDAR_H

#include "bk_memory.h"
#include "bk_slab.h"

typedef struct bk_calendar_header_t bk_calendar_header_t;
typedef struct bk_calendar_stripe_t bk_calendar_stripe_t;
typedef struct bk_calendar_t bk_calendar_t;

typedef struct bk_calendar_range_t {
    apr_uint32_t space; /* from 1 */
    apr_int64_t date;   /* under which it is counted: any number that identifies a date */
    apr_int64_t start;
    apr_int64_t end; /* after the start, exclusive */
} bk_calendar_range_t;

/** Rebuild a stripe: add all of its ranges by bk_calendar_add(). The stripe is open, and empty. */
typedef apr_status_t bk_calendar_rebuild_t(void *baton, const bk_calendar_t *calendar,
                                           apr_uint32_t stripe);

/** A process's handle of a calendar; constant after bk_calendar_attach(). */
struct bk_calendar_t {
    bk_calendar_header_t *header;
    bk_calendar_stripe_t *stripes;
    bk_slab_t slab;
    apr_interval_time_t wait;
    bk_calendar_rebuild_t *rebuild;
    void *baton;
};

/** The fingerprint of a calendar's layout: see bk_layout.h. */
apr_uint64_t bk_calendar_fingerprint(void);

/**
 * Initialize a calendar in a block of zeros, or attach to the one that is there. Called by the
 * parent, before other processes use the block.
 * @param wait     how long to wait for the lock of a stripe at most, in microseconds
 * @param rebuild
 * @param baton    rebuilds a stripe
 * @return APR_EMISMATCH if the block has other content; APR_EINVAL if it is too small or too large;
 *         or the system's error
 */
apr_status_t bk_calendar_attach(bk_calendar_t *calendar, bk_memory_t memory,
                                apr_interval_time_t wait, bk_calendar_rebuild_t *rebuild,
                                void *baton);

/** The index of a space's stripe. */
apr_uint32_t bk_calendar_stripe(const bk_calendar_t *calendar, apr_uint32_t space);

/**
 * Lock a stripe, and rebuild it if its last owner died.
 * @return APR_SUCCESS; APR_TIMEUP; or the error of rebuilding
 */
apr_status_t bk_calendar_open(const bk_calendar_t *calendar, apr_uint32_t stripe);
void bk_calendar_close(const bk_calendar_t *calendar, apr_uint32_t stripe);

/** Add a range. The stripe is open. @return APR_EEXIST: one of the space overlaps it; APR_ENOSPC */
apr_status_t bk_calendar_add(const bk_calendar_t *calendar, const bk_calendar_range_t *range);

/** Remove a range that was added. The stripe is open. */
void bk_calendar_remove(const bk_calendar_t *calendar, const bk_calendar_range_t *range);

/** Tell whether exactly this range was added. The stripe is open. */
int bk_calendar_has(const bk_calendar_t *calendar, const bk_calendar_range_t *range);

/**
 * Tell whether a date has bookings, in any stripe.
 * @return APR_SUCCESS; APR_NOTFOUND: it has none; APR_TIMEUP
 */
apr_status_t bk_calendar_find_date(const bk_calendar_t *calendar, apr_int64_t date);

/**
 * Validate every node: order, balance, no overlapping ranges of a space, each node in one tree or
 * list, counts of dates equal to their ranges. For tests.
 * @param ranges  set to the number of ranges
 * @return NULL, or what is wrong, in @a p
 */
const char *bk_calendar_validate(const bk_calendar_t *calendar, apr_uint64_t *ranges,
                                 apr_pool_t *p);

#endif
