#include "bk_lock.h"

#include <errno.h>

static const bk_layout_member_t members[] = {
    BK_LAYOUT_ONE(bk_lock_t, mutex, BK_LAYOUT_ANEW),
};

/* No member is copied to another layout: the other block has a lock of its own. */
const bk_layout_t bk_lock_layout = BK_LAYOUT(bk_lock_t, 1, members);

static apr_status_t init(bk_lock_t *lock, int protocol)
{
    pthread_mutexattr_t attributes;
    int rc = pthread_mutexattr_init(&attributes);

    if (rc) {
        return rc;
    }
    rc = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    if (rc == 0) {
        rc = pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    }
    if (rc == 0) {
        rc = pthread_mutexattr_setprotocol(&attributes, protocol);
    }
    if (rc == 0) {
        rc = pthread_mutex_init(&lock->mutex, &attributes);
    }
    pthread_mutexattr_destroy(&attributes);
    return rc;
}

apr_status_t bk_lock_init(bk_lock_t *lock)
{
    return init(lock, PTHREAD_PRIO_NONE);
}

apr_status_t bk_lock_init_fair(bk_lock_t *lock)
{
    return init(lock, PTHREAD_PRIO_INHERIT);
}

static struct timespec deadline_by(clockid_t clock, apr_interval_time_t wait)
{
    struct timespec deadline;

    clock_gettime(clock, &deadline);
    deadline.tv_sec += (time_t)apr_time_sec(wait);
    deadline.tv_nsec += (long)apr_time_usec(wait) * 1000;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_nsec -= 1000000000;
        deadline.tv_sec++;
    }
    return deadline;
}

struct timespec bk_lock_deadline(apr_interval_time_t wait)
{
    return deadline_by(CLOCK_MONOTONIC, wait);
}

static int wait_by(bk_lock_t *lock, clockid_t clock, apr_interval_time_t wait)
{
    const struct timespec deadline = deadline_by(clock, wait);

    return pthread_mutex_clocklock(&lock->mutex, clock, &deadline);
}

/* Linux before 5.14 has no priority-inheriting locks with CLOCK_MONOTONIC (FUTEX_LOCK_PI2). */
static int wait_for(bk_lock_t *lock, apr_interval_time_t wait)
{
    int rc = wait_by(lock, CLOCK_MONOTONIC, wait);

    return rc == EINVAL || rc == ENOSYS ? wait_by(lock, CLOCK_REALTIME, wait) : rc;
}

apr_status_t bk_lock_acquire_orphan(bk_lock_t *lock, apr_interval_time_t wait, int *is_orphan)
{
    /* The lock is nearly always free: then no clock has to be read. */
    int rc = pthread_mutex_trylock(&lock->mutex);

    if (rc == EBUSY) {
        rc = wait_for(lock, wait);
    }
    *is_orphan = rc == EOWNERDEAD;
    if (*is_orphan) {
        return APR_SUCCESS;
    }
    return rc == ETIMEDOUT ? APR_TIMEUP : rc;
}

void bk_lock_mend(bk_lock_t *lock)
{
    (void)pthread_mutex_consistent(&lock->mutex);
}

apr_status_t bk_lock_acquire(bk_lock_t *lock, apr_interval_time_t wait)
{
    int is_orphan;
    apr_status_t rv = bk_lock_acquire_orphan(lock, wait, &is_orphan);

    if (is_orphan) {
        bk_lock_mend(lock);
    }
    return rv;
}

void bk_lock_release(bk_lock_t *lock)
{
    (void)pthread_mutex_unlock(&lock->mutex);
}
