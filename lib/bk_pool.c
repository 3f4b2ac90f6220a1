#include "bk_pool.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static int is_dead(apr_int32_t pid)
{
    return kill(pid, 0) != 0 && errno == ESRCH;
}

/* A line that is free, or whose process is gone; NULL where all are taken. */
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
    if (sem_init(&pool->places, 0, (unsigned int)places) != 0) {
        return errno;
    }
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

/* @return 1: a place was taken */
static int wait_for_place(bk_pool_t *pool, apr_interval_time_t wait)
{
    struct timespec deadline = bk_lock_deadline(wait);
    apr_time_t since = apr_time_now();
    int rc;

    count(&pool->mine->waiting, 1);
    while ((rc = sem_clockwait(&pool->places, CLOCK_MONOTONIC, &deadline)) != 0 && errno == EINTR) {
    }
    count(&pool->mine->waiting, -1);
    add(&pool->counts->waited, (apr_uint64_t)(apr_time_now() - since));
    return rc == 0;
}

apr_status_t bk_pool_enter(bk_pool_t *pool, apr_interval_time_t wait)
{
    if (sem_trywait(&pool->places) != 0 && !wait_for_place(pool, wait)) {
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
    (void)sem_post(&pool->places);
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
