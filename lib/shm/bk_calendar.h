/* bk_calendar: which ranges of time of which spaces are taken, in shared memory.
 *
 *     [ header | stripe | stripe | ... | slab of nodes (bk_slab) ]
 *                lock, root of a tree    | left right space priority start end | 32 bytes
 *
 * A space is known by a number, from 1; its stripe follows from that. A stripe is one ordered tree
 * of the ranges [start, end) of its spaces, by space and start. Ranges of a space never overlap,
 * and so the two neighbours of a new one decide whether it does: one way down the tree. Beside
 * them, under the number 0, the tree has how many bookings of its spaces each date has. It is a
 * treap (R. Seidel, C. R. Aragon, "Randomized search trees", 1996): balanced by priorities that
 * nobody can foretell, in few lines.
 *
 * It is an index, and knows nothing that the bookings do not say: when somebody dies who was
 * changing a stripe, whoever opens it next makes it anew from them, by a function of the store's.
 *
 * Between open and close a stripe is one caller's alone. It holds the lock of a stripe of a
 * calendar before that of a map, never after.
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
    apr_int64_t date;   /* under which it is counted: any number that stands for one */
    apr_int64_t start;
    apr_int64_t end; /* after the start; not in the range */
} bk_calendar_range_t;

/** Add to a stripe, by bk_calendar_add(), all ranges that belong there. It is open, and empty. */
typedef apr_status_t bk_calendar_rebuild_t(void *baton, const bk_calendar_t *calendar,
                                           apr_uint32_t stripe);

/** A process's view of a calendar; constant once it is attached. */
struct bk_calendar_t {
    bk_calendar_header_t *header;
    bk_calendar_stripe_t *stripes;
    bk_slab_t slab;
    apr_interval_time_t wait;
    bk_calendar_rebuild_t *rebuild;
    void *baton;
};

/** The fingerprint of how a calendar is laid out: see bk_layout.h. */
apr_uint64_t bk_calendar_fingerprint(void);

/**
 * Make a calendar of a block, or find it there. In the parent, before others use the block.
 * @param wait     how long to wait for the lock of a stripe at most, in microseconds
 * @param rebuild  @param baton  how a stripe is made anew
 * @return APR_EMISMATCH if something else is in there; APR_EINVAL if the block is too small or too
 * large; or the system's error
 */
apr_status_t bk_calendar_attach(bk_calendar_t *calendar, bk_memory_t memory,
                                apr_interval_time_t wait, bk_calendar_rebuild_t *rebuild,
                                void *baton);

/** The stripe of a space. */
apr_uint32_t bk_calendar_stripe(const bk_calendar_t *calendar, apr_uint32_t space);

/** Have a stripe for oneself, as it should be. @return APR_TIMEUP; or what rebuilding came to */
apr_status_t bk_calendar_open(const bk_calendar_t *calendar, apr_uint32_t stripe);
void bk_calendar_close(const bk_calendar_t *calendar, apr_uint32_t stripe);

/** Add a range. The stripe is open. @return APR_EEXIST: one of the space overlaps it; APR_ENOSPC */
apr_status_t bk_calendar_add(const bk_calendar_t *calendar, const bk_calendar_range_t *range);

/** Take out a range that was added. The stripe is open. */
void bk_calendar_remove(const bk_calendar_t *calendar, const bk_calendar_range_t *range);

/** Tell whether a range is there, as it was added. The stripe is open. */
int bk_calendar_has(const bk_calendar_t *calendar, const bk_calendar_range_t *range);

/** Tell whether a date has bookings, in any stripe. @return APR_NOTFOUND: none; APR_TIMEUP */
apr_status_t bk_calendar_find_date(const bk_calendar_t *calendar, apr_int64_t date);

/**
 * Look at every node: order, balance, no two ranges of a space that overlap, each node in one
 * place, dates counted as often as there are ranges. For tests.
 * @param ranges  set to how many there are
 * @return NULL, or what is wrong, in @a p
 */
const char *bk_calendar_validate(const bk_calendar_t *calendar, apr_uint64_t *ranges,
                                 apr_pool_t *p);

#endif
