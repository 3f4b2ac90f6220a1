/* bk_pool: how many connections a process uses at once, and for how long a thread waits for one.
 *
 * mod_dbd keeps the connections, but lets a thread wait for ever for a free one, and lets all wait
 * behind one that connects. Whoever goes through a pool first waits here instead, until a deadline:
 * for a place (there are as many as mod_dbd may have connections), and then for their turn to open,
 * which one thread has at a time, since that one may find a server that does not answer.
 *
 * A place that comes free is handed to who has waited longest. With a semaphore, which gives it to
 * who is running just now, some wait for ten times as long as the others.
 *
 * Places are of one process, so that one that is killed takes none with it. What is counted lies in
 * shared memory, a line for each process, so that whoever looks sees all of them:
 *
 *     [ acquired | timeouts | failures | waited | process 0 | process 1 | ... ]
 *
 * Any thread of the process may call.
 */
#ifndef BK_POOL_H
#define BK_POOL_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include <apr_errno.h>
#include <apr_time.h>

#include "bk_layout.h"
#include "bk_lock.h"

#define BK_POOL_PROCESSES 256

#define BK_POOL_LINE 64 /* of the processor's cache: processes do not write to each other's */

/** What one process uses. */
typedef struct bk_pool_process_t {
    _Atomic apr_int32_t pid; /* 0: the line is free */
    _Atomic apr_int32_t in_use;
    _Atomic apr_int32_t waiting;
    char rest[BK_POOL_LINE - 3 * sizeof(apr_int32_t)];
} bk_pool_process_t;

/** What all processes together did, in shared memory that began as zeros. */
typedef struct bk_pool_counts_t {
    _Atomic apr_uint64_t acquired; /* places that were taken */
    _Atomic apr_uint64_t timeouts; /* waits that were given up */
    _Atomic apr_uint64_t failures; /* connections that could not be opened, or were lost */
    _Atomic apr_uint64_t waited;   /* by those who had to, microseconds */
    char rest[BK_POOL_LINE - 4 * sizeof(apr_uint64_t)];
    bk_pool_process_t processes[BK_POOL_PROCESSES];
} bk_pool_counts_t;

extern const bk_layout_t bk_pool_counts_layout; /* what was done stays, who is at it does not */

/** One who waits for a place. */
typedef struct bk_pool_waiter_t {
    sem_t turn;
    int has_place;
    struct bk_pool_waiter_t *next;
} bk_pool_waiter_t;

/** A process's part of it, in memory of its own. */
typedef struct bk_pool_t {
    pthread_mutex_t mutex; /* of the next three */
    int free;              /* places; none while somebody waits */
    bk_pool_waiter_t *first;
    bk_pool_waiter_t **end;
    bk_lock_t opening;
    bk_pool_counts_t *counts;
    bk_pool_process_t *mine;
    bk_pool_process_t uncounted; /* mine, where all lines are taken */
} bk_pool_t;

/** What a pool looks like at a moment, all processes together. */
typedef struct bk_pool_view_t {
    int in_use;
    int waiting;
} bk_pool_view_t;

/**
 * Prepare this process's part, before it has threads.
 * @param places  how many may be in use at once; 1 or more
 * @param counts  in shared memory; a process that finds no line in it is not counted among those
 * @return APR_SUCCESS, or the system's error
 */
apr_status_t bk_pool_init(bk_pool_t *pool, int places, bk_pool_counts_t *counts);

/**
 * Take a place.
 * @param wait  how long at most, microseconds
 * @return APR_SUCCESS; APR_TIMEUP: none came free
 */
apr_status_t bk_pool_enter(bk_pool_t *pool, apr_interval_time_t wait);

/** Give it back. */
void bk_pool_leave(bk_pool_t *pool);

/** Wait for one's turn to open a connection. @see bk_pool_enter */
apr_status_t bk_pool_begin_open(bk_pool_t *pool, apr_interval_time_t wait);

/** End it. */
void bk_pool_end_open(bk_pool_t *pool);

/** Count a connection that could not be opened, or was lost. */
void bk_pool_failed(bk_pool_t *pool);

/** Look at the pool of all processes that live. */
void bk_pool_look(const bk_pool_counts_t *counts, bk_pool_view_t *view);

#endif
