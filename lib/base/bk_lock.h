/* bk_lock: one at a time, for all processes of a host.
 *
 * A robust mutex (pthread_mutexattr_setrobust) in shared memory: if its holder dies, the next one
 * has it. Where it guards only a turn (bk_lock_acquire) there is nothing half-written to mend;
 * where it guards memory (bk_lock_acquire_orphan) the next one is told, and mends it first.
 *
 * A plain lock is for what takes less time than to wake a thread: whoever asks when it is free has
 * it, even where others have waited for longer. A fair one is for longer turns: it is handed to the
 * one who has waited longest, by the kernel (PTHREAD_PRIO_INHERIT, futex(2) FUTEX_UNLOCK_PI). That
 * costs a change of threads for each turn, and nobody waits much longer than the others.
 *
 * SQLite lets one process write at a time, and lets the others find out by asking again, at
 * intervals that grow to 100 ms. Waiting here instead, a writer goes on the moment the one before
 * is done. What keeps the data right is still SQLite's own lock, which programs without this one
 * (bookable-admin, sqlite3) take too.
 *
 * Any thread of any process may call; who acquired it releases it.
 */
#ifndef BK_LOCK_H
#define BK_LOCK_H

#include <pthread.h>
#include <time.h>

#include <apr_errno.h>
#include <apr_time.h>

#include "bk_layout.h"

typedef struct bk_lock_t {
    pthread_mutex_t mutex;
} bk_lock_t;

extern const bk_layout_t bk_lock_layout;

/**
 * Prepare a lock, once, before any other process can see it.
 * @param lock  in shared memory
 * @return APR_SUCCESS, or the system's error
 */
apr_status_t bk_lock_init(bk_lock_t *lock);

/** As bk_lock_init(), of one that goes to who has waited longest. */
apr_status_t bk_lock_init_fair(bk_lock_t *lock);

/**
 * Wait for one's turn.
 * @param wait  how long at most, in microseconds
 * @return APR_SUCCESS; APR_TIMEUP; or the system's error
 */
apr_status_t bk_lock_acquire(bk_lock_t *lock, apr_interval_time_t wait);

/**
 * Wait for one's turn, and learn whether the holder before died in the middle of its own.
 * @param wait       how long at most, in microseconds
 * @param is_orphan  set: 1, it died; what the lock guards is to be mended now, and then
 * bk_lock_mend() called. Who dies in between leaves the lock an orphan again
 * @return APR_SUCCESS; APR_TIMEUP; or the system's error
 */
apr_status_t bk_lock_acquire_orphan(bk_lock_t *lock, apr_interval_time_t wait, int *is_orphan);

/** Say that what an orphan guards has been mended. The lock stays held. */
void bk_lock_mend(bk_lock_t *lock);

/** End one's turn. */
void bk_lock_release(bk_lock_t *lock);

/** The moment so long from now, in microseconds, on the clock that never goes back: for the waits
 * of pthread and semaphores (pthread_mutex_clocklock, sem_clockwait with CLOCK_MONOTONIC). */
struct timespec bk_lock_deadline(apr_interval_time_t wait);

#endif
