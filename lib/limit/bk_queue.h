/* bk_queue: limits how many connections a process uses at once, and how long a thread waits for
 * one.
 *
 * mod_dbd keeps the connections, but lets a thread wait for ever for a free one, and lets all
 * threads wait behind one that connects. A thread that enters the queue first waits here instead,
 * with a deadline: for a slot (there are as many as mod_dbd may have connections), and then for the
 * lock under which connections are opened, one at a time, since the thread that opens one may meet
 * a server that does not answer.
 *
 * A slot that is released is handed to the thread that has waited longest. A semaphore gives it to
 * whichever thread is running, so that some threads wait ten times as long as others.
 *
 * Each process has its own slots, so that a killed process takes none with it. The counters are in
 * shared memory, with a cache line for each process, so that they show all processes:
 *
 *     [ acquired | timeouts | failures | waited | process 0 | process 1 | ... ]
 *
 * Any thread of the process may call.
 */
#ifndef BK_QUEUE_H
#define BK_QUEUE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include <apr_errno.h>
#include <apr_time.h>

#include "bk_layout.h"
#include "bk_lock.h"
#include "bk_memory.h"

#define BK_QUEUE_PROCESSES 256

/** The counters of one process. */
typedef struct bk_queue_process_t {
    _Atomic apr_int32_t pid; /* 0: the entry is free */
    _Atomic apr_int32_t in_use;
    _Atomic apr_int32_t waiting;
    char rest[BK_MEMORY_LINE - 3 * sizeof(apr_int32_t)];
} bk_queue_process_t;

/** The counters of all processes, in shared memory that was zeros at first. */
typedef struct bk_queue_counts_t {
    _Atomic apr_uint64_t acquired; /* slots that were taken */
    _Atomic apr_uint64_t timeouts; /* waits that timed out */
    _Atomic apr_uint64_t failures; /* connections that could not be opened, or were lost */
    _Atomic apr_uint64_t waited;   /* microseconds spent waiting */
    char rest[BK_MEMORY_LINE - 4 * sizeof(apr_uint64_t)];
    bk_queue_process_t processes[BK_QUEUE_PROCESSES];
} bk_queue_counts_t;

extern const bk_layout_t bk_queue_counts_layout; /* totals stay, processes do not */

/** A thread that waits for a slot. */
typedef struct bk_queue_waiter_t {
    sem_t is_given;
    int has_slot;
    struct bk_queue_waiter_t *next;
} bk_queue_waiter_t;

/** The part of a queue in a process's own memory. */
typedef struct bk_queue_t {
    pthread_mutex_t mutex; /* protects the next three */
    int free;              /* free slots; 0 while a thread waits */
    bk_queue_waiter_t *first;
    bk_queue_waiter_t **end;
    bk_lock_t opening;
    bk_queue_counts_t *counts;
    bk_queue_process_t *mine;
    bk_queue_process_t uncounted; /* used if all entries are taken */
} bk_queue_t;

/** A snapshot of a queue, summed over all processes. */
typedef struct bk_queue_view_t {
    int in_use;
    int waiting;
} bk_queue_view_t;

/**
 * Initialize this process's part, before it has threads.
 * @param slots   number of slots; 1 or more
 * @param counts  in shared memory; a process that finds no free entry in it is not counted
 * @return APR_SUCCESS, or the system's error
 */
apr_status_t bk_queue_init(bk_queue_t *queue, int slots, bk_queue_counts_t *counts);

/**
 * Take a slot.
 * @param wait  how long to wait at most, in microseconds
 * @return APR_SUCCESS; APR_TIMEUP: no slot was released in time
 */
apr_status_t bk_queue_enter(bk_queue_t *queue, apr_interval_time_t wait);

/** Release a slot taken by bk_queue_enter(). */
void bk_queue_leave(bk_queue_t *queue);

/** Acquire the lock under which connections are opened. Parameters and result are those of
 * bk_queue_enter(). */
apr_status_t bk_queue_begin_open(bk_queue_t *queue, apr_interval_time_t wait);

/** Release the lock acquired by bk_queue_begin_open(). */
void bk_queue_end_open(bk_queue_t *queue);

/** Count a connection that could not be opened, or was lost, as a failure. */
void bk_queue_failed(bk_queue_t *queue);

/** Sum up the counters of all live processes. */
void bk_queue_look(const bk_queue_counts_t *counts, bk_queue_view_t *view);

#endif
