#include "bk_lock.h"

#include <errno.h>

apr_status_t bk_lock_init(bk_lock_t *lock)
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
        rc = pthread_mutex_init(&lock->mutex, &attributes);
    }
    pthread_mutexattr_destroy(&attributes);
    return rc;
}

struct timespec bk_lock_deadline(apr_interval_time_t wait)
{
    struct timespec deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += (time_t)apr_time_sec(wait);
    deadline.tv_nsec += (long)apr_time_usec(wait) * 1000;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_nsec -= 1000000000;
        deadline.tv_sec++;
    }
    return deadline;
}

apr_status_t bk_lock_acquire_orphan(bk_lock_t *lock, apr_interval_time_t wait, int *is_orphan)
{
    /* Free, as it nearly always is: no clock has to be asked. */
    int rc = pthread_mutex_trylock(&lock->mutex);

    if (rc == EBUSY) {
        const struct timespec deadline = bk_lock_deadline(wait);

        rc = pthread_mutex_clocklock(&lock->mutex, CLOCK_MONOTONIC, &deadline);
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
