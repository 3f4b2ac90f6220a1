/* bk_gate: at most so many at once, for all processes of a host.
 *
 * A gate lies in shared memory. Each of its places is one 64-bit word: 0 while free, else the pid
 * of the process that took it (upper half) and the second in which it did (lower half):
 *
 *     [ waiting | place 0 | place 1 | ... | place BK_GATE_PLACES - 1 ]
 *
 * Places are taken and given back by compare-and-swap, so there is no lock that a killed process
 * could keep. A place whose process is gone is taken over by the next who looks; one held for
 * longer than BK_GATE_STALE seconds too, since a pid may have been given to somebody else
 * meanwhile.
 *
 * The count of those who wait is not owned by anyone: a process killed while it waits leaves it one
 * too high, until the next who finds nobody inside sets it right.
 *
 * Any thread of any process may call.
 */
#ifndef BK_GATE_H
#define BK_GATE_H

#include <stdatomic.h>

#include <apr_time.h>

#include "bk_layout.h"

#define BK_GATE_PLACES 64
#define BK_GATE_STALE 60

/** A gate, in shared memory that began as zeros. */
typedef struct bk_gate_t {
    _Atomic apr_uint32_t waiting;
    apr_uint32_t rest; /* padding */
    _Atomic apr_uint64_t places[BK_GATE_PLACES];
} bk_gate_t;

extern const bk_layout_t bk_gate_layout;

/**
 * Go in, waiting for a place if need be.
 * @param gate   the gate
 * @param limit  how many may be inside, 1 to BK_GATE_PLACES
 * @param queue  how many may wait
 * @param wait   how long at most, in microseconds
 * @return the place (0 or more), to be given to bk_gate_leave(); or -1 if the queue was full or the
 *         time was up
 */
int bk_gate_enter(bk_gate_t *gate, int limit, int queue, apr_interval_time_t wait);

/** Go out. */
void bk_gate_leave(bk_gate_t *gate, int place);

#endif
