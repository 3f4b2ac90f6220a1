#include "bk_pool.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static const bk_layout_member_t process_members[] = {
    BK_LAYOUT_ONE(bk_pool_process_t, pid, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_pool_process_t, in_use, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_pool_process_t, waiting, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_pool_process_t, rest, BK_LAYOUT_ANEW),
};

static const bk_layout_t process_layout = BK_LAYOUT(bk_pool_process_t, 1, process_members);

static const bk_layout_member_t counts_members[] = {
    BK_LAYOUT_ONE(bk_pool_counts_t, acquired, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_pool_counts_t, timeouts, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_pool_counts_t, failures, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_pool_counts_t, waited, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_pool_counts_t, rest, BK_LAYOUT_ANEW),
    BK_LAYOUT_ARRAY(bk_pool_counts_t, processes, &process_layout),
};

const bk_layout_t bk_pool_counts_layout = BK_LAYOUT(bk_pool_counts_t, 1, counts_members);

static int is_dead(apr_int32_t pid)
{
    return kill(pid, 0) != 0 && errno == ESRCH;
}

/* Take an entry that is free, or whose process is gone; NULL if all are in use. */
static bk_pool_process_t *take_line(bk_pool_counts_t *counts)
{
    int i;

    for (i = 0; i < BK_POOL_PROCESSES; i++) {
        bk_pool_process_t *line = &counts->processes[i];
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

apr_status_t bk_pool_init(bk_pool_t *pool, int places, bk_pool_counts_t *counts)
{
    int rc = pthread_mutex_init(&pool->mutex, NULL);

    if (rc) {
        return rc;
    }
    pool->free = places;
    pool->first = NULL;
    pool->end = &pool->first;
    pool->counts = counts;
    pool->mine = take_line(counts);
    if (!pool->mine) {
        pool->mine = &pool->uncounted;
    }
    return bk_lock_init(&pool->opening);
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
static int take_place(bk_pool_t *pool, bk_pool_waiter_t *waiter)
{
    int is_free;

    pthread_mutex_lock(&pool->mutex);
    is_free = pool->free > 0;
    if (is_free) {
        pool->free--;
    }
    else {
        (void)sem_init(&waiter->turn, 0, 0);
        waiter->has_place = 0;
        waiter->next = NULL;
        *pool->end = waiter;
        pool->end = &waiter->next;
    }
    pthread_mutex_unlock(&pool->mutex);
    return is_free;
}

static void give_place(bk_pool_t *pool)
{
    bk_pool_waiter_t *first;

    pthread_mutex_lock(&pool->mutex);
    first = pool->first;
    if (first) {
        pool->first = first->next;
        if (!pool->first) {
            pool->end = &pool->first;
        }
        first->has_place = 1;
        (void)sem_post(&first->turn);
    }
    else {
        pool->free++;
    }
    pthread_mutex_unlock(&pool->mutex);
}

/* Remove a waiter from the queue, unless it was given a slot at the last moment.
 * @return 1: it was */
static int stop_waiting(bk_pool_t *pool, bk_pool_waiter_t *waiter)
{
    bk_pool_waiter_t **at = &pool->first;

    pthread_mutex_lock(&pool->mutex);
    if (!waiter->has_place) {
        while (*at != waiter) {
            at = &(*at)->next;
        }
        *at = waiter->next;
        if (!*at) {
            pool->end = at;
        }
    }
    pthread_mutex_unlock(&pool->mutex);
    return waiter->has_place;
}

/* @return 1: the waiter was given a slot */
static int wait_for_place(bk_pool_t *pool, bk_pool_waiter_t *waiter, apr_interval_time_t wait)
{
    struct timespec deadline = bk_lock_deadline(wait);
    apr_time_t since = apr_time_now();
    int rc;

    count(&pool->mine->waiting, 1);
    while ((rc = sem_clockwait(&waiter->turn, CLOCK_MONOTONIC, &deadline)) != 0 && errno == EINTR) {
    }
    rc = rc == 0 || stop_waiting(pool, waiter);
    (void)sem_destroy(&waiter->turn);
    count(&pool->mine->waiting, -1);
    add(&pool->counts->waited, (apr_uint64_t)(apr_time_now() - since));
    return rc;
}

apr_status_t bk_pool_enter(bk_pool_t *pool, apr_interval_time_t wait)
{
    bk_pool_waiter_t waiter;

    if (!take_place(pool, &waiter) && !wait_for_place(pool, &waiter, wait)) {
        add(&pool->counts->timeouts, 1);
        return APR_TIMEUP;
    }
    add(&pool->counts->acquired, 1);
    count(&pool->mine->in_use, 1);
    return APR_SUCCESS;
}

void bk_pool_leave(bk_pool_t *pool)
{
    count(&pool->mine->in_use, -1);
    give_place(pool);
}

apr_status_t bk_pool_begin_open(bk_pool_t *pool, apr_interval_time_t wait)
{
    apr_status_t rv = bk_lock_acquire(&pool->opening, wait);

    if (rv == APR_TIMEUP) {
        add(&pool->counts->timeouts, 1);
    }
    return rv;
}

void bk_pool_end_open(bk_pool_t *pool)
{
    bk_lock_release(&pool->opening);
}

void bk_pool_failed(bk_pool_t *pool)
{
    add(&pool->counts->failures, 1);
}

void bk_pool_look(const bk_pool_counts_t *counts, bk_pool_view_t *view)
{
    int i;

    view->in_use = view->waiting = 0;
    for (i = 0; i < BK_POOL_PROCESSES; i++) {
        const bk_pool_process_t *line = &counts->processes[i];
        apr_int32_t pid = atomic_load(&line->pid);

        if (pid != 0 && !is_dead(pid)) {
            view->in_use += atomic_load(&line->in_use);
            view->waiting += atomic_load(&line->waiting);
        }
    }
}
