/* bk_lock: a mutex that all processes of a host share.
 *
 * A robust mutex (pthread_mutexattr_setrobust) in shared memory: if its owner dies, the next one
 * gets it. A lock that only limits concurrency (bk_lock_acquire) leaves nothing half-written; the
 * next owner of a lock that protects memory (bk_lock_acquire_orphan) is told that the last one
 * died, and repairs the memory first.
 *
 * A plain lock is for work that takes less time than waking a thread: any thread that asks while it
 * is free gets it, even if others have waited for longer. A fair lock is for longer work: the
 * kernel hands it to the thread that has waited longest (PTHREAD_PRIO_INHERIT, futex(2)
 * FUTEX_UNLOCK_PI). That costs a context switch for each owner, but no thread waits much longer
 * than the others.
 *
 * Writers of SQLite use a fair lock: SQLite lets one process write at a time, and the others poll
 * at intervals that grow to 100 ms. A writer that waits for this lock instead goes on the moment
 * the one before is done. SQLite's own lock still keeps the data consistent; programs without this
 * lock (bookable-admin, sqlite3) take it too.
 *
 * Any thread of any process may call; the thread that acquired a lock has to release it.
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

/** As bk_lock_init(), for a fair lock, which goes to the thread that has waited longest. */
apr_status_t bk_lock_init_fair(bk_lock_t *lock);

/**
 * Acquire a lock.
 * @param wait  how long to wait at most, in microseconds
 * @return APR_SUCCESS; APR_TIMEUP; or the system's error
 */
apr_status_t bk_lock_acquire(bk_lock_t *lock, apr_interval_time_t wait);

/**
 * Acquire a lock, and learn whether its last owner died while it held the lock.
 * @param wait       how long at most, in microseconds
 * @param is_orphan  set to 1 if it died: the caller then has to repair what the lock protects, and
 *                   call bk_lock_mend(). If the caller dies before that, the lock is an orphan
 *                   again
 * @return APR_SUCCESS; APR_TIMEUP; or the system's error
 */
apr_status_t bk_lock_acquire_orphan(bk_lock_t *lock, apr_interval_time_t wait, int *is_orphan);

/** Mark the memory that an orphaned lock protects as repaired. The lock stays held. */
void bk_lock_mend(bk_lock_t *lock);

/** Release a lock that this thread acquired. */
void bk_lock_release(bk_lock_t *lock);

/** The time @a wait microseconds from now on CLOCK_MONOTONIC, for pthread_mutex_clocklock() and
 * sem_clockwait(). */
struct timespec bk_lock_deadline(apr_interval_time_t wait);

#endif
