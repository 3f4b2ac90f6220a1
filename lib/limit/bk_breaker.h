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
 * and two that only an administrator sets and ends: FORCED_OPEN, in which every call is refused,
 * and DISABLED, in which none is. With dry_run set the states change as usual, but no call is
 * refused.
 *
 * A call takes two steps: bk_breaker_enter() before it, which may refuse, and bk_breaker_leave()
 * after it, with its outcome. Each change of state begins a new generation, and a call that entered
 * in one generation is not counted in another: a late failure cannot open a breaker that has closed
 * since.
 *
 * All data is in shared memory, in 64-bit words that change by compare-and-swap, so that there is
 * no lock that a killed process could keep:
 *
 *     state    63       61 60           40 39                                0
 *              [  state   |   generation  |  when it began, milliseconds     ]
 *     buckets  [ tag 22 | calls 14 | failures 14 | slow 14 ]      each a tenth of the window
 *     probes   [ how it went 3 | generation 21 | when it began, milliseconds 40 ]
 *
 * A bucket counts the calls of the tenth of a window whose number is its tag; a bucket with another
 * tag is empty. Where a count would overflow, the three counts of the bucket are halved, which
 * keeps the rates. A probe whose process died is dropped after probe_timeout, and its slot is free
 * again.
 *
 * The caller passes in the time, in milliseconds of a monotonic clock: bk_time_monotonic_ms() in a
 * server, any value in tests. Settings are passed in too, so they may change with the configuration
 * while the state stays. Any thread of any process may call.
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
    BK_BREAKER_IGNORED /* the outcome does not depend on the dependency; the call is not counted */
} bk_breaker_outcome_t;

/** Settings of a breaker. Durations are in milliseconds, rates in per cent of the calls counted. */
typedef struct bk_breaker_settings_t {
    apr_int64_t window;        /* length of the window; 10 or more */
    apr_int64_t slow_time;     /* a call that took at least this long is slow */
    apr_int64_t open_time;     /* how long it stays open */
    apr_int64_t probe_timeout; /* a probe that took longer is dropped */
    int minimum_calls; /* with fewer calls in the window the breaker does not open; 1 or more */
    int failure_rate;  /* opens at this rate of failures; 1 to 100 */
    int slow_rate;     /* opens at this rate of slow calls; 1 to 100 */
    int probes;        /* number of calls that HALF_OPEN allows; 1 to BK_BREAKER_PROBES */
    int dry_run;       /* refuse nothing */
    int rest;          /* padding */
} bk_breaker_settings_t;

/** A breaker, in shared memory. */
typedef struct bk_breaker_t {
    _Atomic apr_uint64_t state;
    _Atomic apr_uint64_t buckets[BK_BREAKER_BUCKETS];
    _Atomic apr_uint64_t probes[BK_BREAKER_PROBES];
    /* Totals since the memory was made, for monitoring: */
    _Atomic apr_uint64_t calls[2];                       /* [0]: successes, [1]: failures */
    _Atomic apr_uint64_t slow;                           /* slow calls among them */
    _Atomic apr_uint64_t refused;                        /* with dry_run: would have been */
    _Atomic apr_uint64_t transitions[BK_BREAKER_STATES]; /* into each state */
} bk_breaker_t;

extern const bk_layout_t bk_breaker_settings_layout;
extern const bk_layout_t bk_breaker_layout; /* all members stay, except probes */

/** A call between bk_breaker_enter() and bk_breaker_leave(). */
typedef struct bk_breaker_ticket_t {
    apr_int64_t start;       /* milliseconds */
    apr_uint32_t generation; /* in which the call entered */
    int probe;               /* index among the probes; -1: the call is no probe */
    int counted;             /* whether bk_breaker_leave() counts the call */
} bk_breaker_ticket_t;

/** A snapshot of a breaker. */
typedef struct bk_breaker_view_t {
    bk_breaker_state_t state;
    apr_int64_t since; /* milliseconds, of the clock that was passed in */
    int calls;         /* in the window */
    int failures;
    int slow;
} bk_breaker_view_t;

/** Initialize a breaker in memory of zeros as closed since now. A breaker that is in use is not
 * changed. */
void bk_breaker_init(bk_breaker_t *breaker, apr_int64_t now);

/** The name of a state in the user interface: "closed", "open", "half-open" and so on. */
const char *bk_breaker_state_name(bk_breaker_state_t state);

/**
 * Ask whether a call may be made.
 * @param ticket  filled in if the call may be made
 * @return 0 if it may be made, and then the caller has to call bk_breaker_leave(); else the time to
 *         wait before asking again, in milliseconds
 */
apr_int64_t bk_breaker_enter(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                             apr_int64_t now, bk_breaker_ticket_t *ticket);

/** Record the outcome of a call. Call it once for each ticket. */
void bk_breaker_leave(bk_breaker_t *breaker, const bk_breaker_settings_t *settings, apr_int64_t now,
                      const bk_breaker_ticket_t *ticket, bk_breaker_outcome_t outcome);

/**
 * Put a breaker into a state, by an administrator's command.
 * @param state  BK_BREAKER_FORCED_OPEN or BK_BREAKER_DISABLED, which stay until the next call;
 *               BK_BREAKER_CLOSED, with nothing counted; or BK_BREAKER_OPEN, for one open_time
 */
void bk_breaker_set(bk_breaker_t *breaker, bk_breaker_state_t state, apr_int64_t now);

/** Get a snapshot of a breaker, without changing it. */
void bk_breaker_look(bk_breaker_t *breaker, const bk_breaker_settings_t *settings, apr_int64_t now,
                     bk_breaker_view_t *view);

#endif
