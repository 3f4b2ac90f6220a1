#include "bk_queue.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static const bk_layout_member_t process_members[] = {
    BK_LAYOUT_ONE(bk_queue_process_t, pid, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_queue_process_t, in_use, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_queue_process_t, waiting, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_queue_process_t, rest, BK_LAYOUT_ANEW),
};

static const bk_layout_t process_layout = BK_LAYOUT(bk_queue_process_t, 1, process_members);

static const bk_layout_member_t counts_members[] = {
    BK_LAYOUT_ONE(bk_queue_counts_t, acquired, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_queue_counts_t, timeouts, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_queue_counts_t, failures, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_queue_counts_t, waited, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_queue_counts_t, rest, BK_LAYOUT_ANEW),
    BK_LAYOUT_ARRAY(bk_queue_counts_t, processes, &process_layout),
};

const bk_layout_t bk_queue_counts_layout = BK_LAYOUT(bk_queue_counts_t, 1, counts_members);

static int is_dead(apr_int32_t pid)
{
    return kill(pid, 0) != 0 && errno == ESRCH;
}

/* Take an entry that is free, or whose process is gone; NULL if all are in use. */
static bk_queue_process_t *take_line(bk_queue_counts_t *counts)
{
    int i;

    for (i = 0; i < BK_QUEUE_PROCESSES; i++) {
        bk_queue_process_t *line = &counts->processes[i];
        apr_int32_t pid = atomic_load(&line->pid);

        if ((pid == 0 || pid == getpid() || is_dead(pid)) &&
            atomic_compare_exchange_strong(&line->pid, &pid, (apr_int32_t)getpid())) {
            atomic_store(&line->in_use, 0);
            atomic_store(&line->waiting, 0);
            return line;
        }
    }
    return NULL;
}

apr_status_t bk_queue_init(bk_queue_t *queue, int slots, bk_queue_counts_t *counts)
{
    int rc = pthread_mutex_init(&queue->mutex, NULL);

    if (rc) {
        return rc;
    }
    queue->free = slots;
    queue->first = NULL;
    queue->end = &queue->first;
    queue->counts = counts;
    queue->mine = take_line(counts);
    if (!queue->mine) {
        queue->mine = &queue->uncounted;
    }
    return bk_lock_init(&queue->opening);
}

static void count(_Atomic apr_int32_t *counter, int change)
{
    atomic_fetch_add_explicit(counter, change, memory_order_relaxed);
}

static void add(_Atomic apr_uint64_t *counter, apr_uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/* @return 1: a slot was free; 0: the waiter was appended to the queue */
static int take_slot(bk_queue_t *queue, bk_queue_waiter_t *waiter)
{
    int is_free;

    pthread_mutex_lock(&queue->mutex);
    is_free = queue->free > 0;
    if (is_free) {
        queue->free--;
    }
    else {
        (void)sem_init(&waiter->is_given, 0, 0);
        waiter->has_slot = 0;
        waiter->next = NULL;
        *queue->end = waiter;
        queue->end = &waiter->next;
    }
    pthread_mutex_unlock(&queue->mutex);
    return is_free;
}

static void give_slot(bk_queue_t *queue)
{
    bk_queue_waiter_t *first;

    pthread_mutex_lock(&queue->mutex);
    first = queue->first;
    if (first) {
        queue->first = first->next;
        if (!queue->first) {
            queue->end = &queue->first;
        }
        first->has_slot = 1;
        (void)sem_post(&first->is_given);
    }
    else {
        queue->free++;
    }
    pthread_mutex_unlock(&queue->mutex);
}

/* Remove a waiter from the queue, unless it was given a slot at the last moment.
 * @return 1: it was */
static int stop_waiting(bk_queue_t *queue, bk_queue_waiter_t *waiter)
{
    bk_queue_waiter_t **at = &queue->first;

    pthread_mutex_lock(&queue->mutex);
    if (!waiter->has_slot) {
        while (*at != waiter) {
            at = &(*at)->next;
        }
        *at = waiter->next;
        if (!*at) {
            queue->end = at;
        }
    }
    pthread_mutex_unlock(&queue->mutex);
    return waiter->has_slot;
}

/* @return 1: the waiter was given a slot */
static int wait_for_slot(bk_queue_t *queue, bk_queue_waiter_t *waiter, apr_interval_time_t wait)
{
    struct timespec deadline = bk_lock_deadline(wait);
    apr_time_t since = apr_time_now();
    int rc;

    count(&queue->mine->waiting, 1);
    while ((rc = sem_clockwait(&waiter->is_given, CLOCK_MONOTONIC, &deadline)) != 0 &&
           errno == EINTR) {
    }
    rc = rc == 0 || stop_waiting(queue, waiter);
    (void)sem_destroy(&waiter->is_given);
    count(&queue->mine->waiting, -1);
    add(&queue->counts->waited, (apr_uint64_t)(apr_time_now() - since));
    return rc;
}

apr_status_t bk_queue_enter(bk_queue_t *queue, apr_interval_time_t wait)
{
    bk_queue_waiter_t waiter;

    if (!take_slot(queue, &waiter) && !wait_for_slot(queue, &waiter, wait)) {
        add(&queue->counts->timeouts, 1);
        return APR_TIMEUP;
    }
    add(&queue->counts->acquired, 1);
    count(&queue->mine->in_use, 1);
    return APR_SUCCESS;
}

void bk_queue_leave(bk_queue_t *queue)
{
    count(&queue->mine->in_use, -1);
    give_slot(queue);
}

apr_status_t bk_queue_begin_open(bk_queue_t *queue, apr_interval_time_t wait)
{
    apr_status_t rv = bk_lock_acquire(&queue->opening, wait);

    if (rv == APR_TIMEUP) {
        add(&queue->counts->timeouts, 1);
    }
    return rv;
}

void bk_queue_end_open(bk_queue_t *queue)
{
    bk_lock_release(&queue->opening);
}

void bk_queue_failed(bk_queue_t *queue)
{
    add(&queue->counts->failures, 1);
}

void bk_queue_look(const bk_queue_counts_t *counts, bk_queue_view_t *view)
{
    int i;

    view->in_use = view->waiting = 0;
    for (i = 0; i < BK_QUEUE_PROCESSES; i++) {
        const bk_queue_process_t *line = &counts->processes[i];
        apr_int32_t pid = atomic_load(&line->pid);

        if (pid != 0 && !is_dead(pid)) {
            view->in_use += atomic_load(&line->in_use);
            view->waiting += atomic_load(&line->waiting);
        }
    }
}
