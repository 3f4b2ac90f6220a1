/* bk_breaker: a circuit breaker (M. Nygard, "Release It!"), one for all processes of a host.
 *
 * States:
 *
 *              too many failures or slow calls          open_time has passed
 *     CLOSED ---------------------------------> OPEN ----------------------> HALF_OPEN
 *        ^                                        ^                            |   |
 *        |                                        +------- a probe failed -----+   |
 *        +------------------------- every probe went well -------------------------+
 *
 * and two that only an administrator leaves: FORCED_OPEN, where everything is refused, and
 * DISABLED, where nothing is. With dry_run set the states change all the same, and nothing is
 * refused.
 *
 * A call goes through in two steps: bk_breaker_enter() before it, which may refuse, and
 * bk_breaker_leave() after it, with how it went. Each entry into a state begins a generation, and
 * what was entered in one generation is not counted in another: a late failure cannot open a
 * breaker that has healed since.
 *
 * Everything lies in shared memory, in 64-bit words that change by compare-and-swap, so that there
 * is no lock that a killed process could keep:
 *
 *     state    63       61 60           40 39                                0
 *              [  state   |   generation  |  when it began, milliseconds     ]
 *     buckets  [ tag 22 | calls 14 | failures 14 | slow 14 ]      each a tenth of the window
 *     probes   [ how it went 3 | generation 21 | when it began, milliseconds 40 ]
 *
 * A bucket belongs to the tenth of a window whose number it carries as its tag; with another tag it
 * is empty. Where a count would overflow, the three of the bucket are halved, which keeps the
 * rates. A probe whose process died is forgotten after probe_timeout, and its place is free again.
 *
 * Time is a monotonic clock's, in milliseconds, and is passed in: bk_time_monotonic_ms() for a
 * server, whatever they like for tests. Settings are passed in too, and so may change with the
 * configuration while the state stays. Any thread of any process may call.
 */
#ifndef BK_BREAKER_H
#define BK_BREAKER_H

#include <stdatomic.h>

#include <apr.h>

#include "bk_layout.h"

#define BK_BREAKER_BUCKETS 10
#define BK_BREAKER_PROBES 16

typedef enum bk_breaker_state_t {
    BK_BREAKER_CLOSED,
    BK_BREAKER_OPEN,
    BK_BREAKER_HALF_OPEN,
    BK_BREAKER_FORCED_OPEN,
    BK_BREAKER_DISABLED,
    BK_BREAKER_STATES
} bk_breaker_state_t;

/** How a call went. */
typedef enum bk_breaker_outcome_t {
    BK_BREAKER_SUCCESS,
    BK_BREAKER_FAILURE,
    BK_BREAKER_IGNORED /* it says nothing of the dependency: it is not counted */
} bk_breaker_outcome_t;

/** What a breaker goes by. Durations in milliseconds, rates in per cent of the calls counted. */
typedef struct bk_breaker_settings_t {
    apr_int64_t window;        /* how far back calls count; 10 or more */
    apr_int64_t slow_time;     /* a call is slow that took at least this long */
    apr_int64_t open_time;     /* how long it stays open */
    apr_int64_t probe_timeout; /* a probe that took longer is never coming back */
    int minimum_calls;         /* fewer than these in the window say nothing; 1 or more */
    int failure_rate;          /* opens at this rate of failures; 1 to 100 */
    int slow_rate;             /* opens at this rate of slow calls; 1 to 100 */
    int probes;                /* how many calls half-open lets through; 1 to BK_BREAKER_PROBES */
    int dry_run;               /* refuse nothing */
    int rest;                  /* padding */
} bk_breaker_settings_t;

/** A breaker, in shared memory. */
typedef struct bk_breaker_t {
    _Atomic apr_uint64_t state;
    _Atomic apr_uint64_t buckets[BK_BREAKER_BUCKETS];
    _Atomic apr_uint64_t probes[BK_BREAKER_PROBES];
    /* Since the memory was made, for whoever watches: */
    _Atomic apr_uint64_t calls[2];                       /* by success and failure */
    _Atomic apr_uint64_t slow;                           /* of those, the slow ones */
    _Atomic apr_uint64_t refused;                        /* in a dry run: that would have been */
    _Atomic apr_uint64_t transitions[BK_BREAKER_STATES]; /* into each state */
} bk_breaker_t;

extern const bk_layout_t bk_breaker_settings_layout;
extern const bk_layout_t bk_breaker_layout; /* what a breaker knows stays, but for probes */

/** A call under way, from enter to leave. */
typedef struct bk_breaker_ticket_t {
    apr_int64_t start;       /* milliseconds */
    apr_uint32_t generation; /* that it entered in */
    int probe;               /* its place among the probes; -1: it is none */
    int counted;             /* whether leave has anything to count */
} bk_breaker_ticket_t;

/** What a breaker looks like at a moment. */
typedef struct bk_breaker_view_t {
    bk_breaker_state_t state;
    apr_int64_t since; /* milliseconds, of the clock that was passed in */
    int calls;         /* in the window */
    int failures;
    int slow;
} bk_breaker_view_t;

/** Make memory of zeros a breaker that has been closed since now. One that is in use is left as it
 * is. */
void bk_breaker_init(bk_breaker_t *breaker, apr_int64_t now);

/** The name of a state, as operators know it: "closed", "open", "half-open" and so on. */
const char *bk_breaker_state_name(bk_breaker_state_t state);

/**
 * Ask whether a call may be made.
 * @param ticket  filled in if it may
 * @return 0 if it may, and then bk_breaker_leave() follows; else how long to wait before asking
 *         again, in milliseconds
 */
apr_int64_t bk_breaker_enter(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                             apr_int64_t now, bk_breaker_ticket_t *ticket);

/** Say how a call went. A ticket is good for one leave. */
void bk_breaker_leave(bk_breaker_t *breaker, const bk_breaker_settings_t *settings, apr_int64_t now,
                      const bk_breaker_ticket_t *ticket, bk_breaker_outcome_t outcome);

/**
 * Put a breaker into a state: what an administrator does.
 * @param state  BK_BREAKER_FORCED_OPEN or BK_BREAKER_DISABLED, to stay so; BK_BREAKER_CLOSED, to
 *               begin afresh; or BK_BREAKER_OPEN, to wait out one open_time
 */
void bk_breaker_set(bk_breaker_t *breaker, bk_breaker_state_t state, apr_int64_t now);

/** Look at a breaker, without changing it. */
void bk_breaker_look(bk_breaker_t *breaker, const bk_breaker_settings_t *settings, apr_int64_t now,
                     bk_breaker_view_t *view);

#endif
