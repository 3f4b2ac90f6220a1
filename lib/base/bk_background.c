#include "bk_background.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICE 10           /* sched(7): a tenth of the weight of a thread with nice 0 */
#define SLICE_NS 10000000 /* several times Linux's default slice */

/* The first version of the kernel's struct sched_attr, sched_setattr(2), which the C library does
 * not declare. */
typedef struct scheduling_t {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime; /* of SCHED_OTHER: the slice, nanoseconds; unknown before Linux 6.12 */
    uint64_t deadline;
    uint64_t period;
} scheduling_t;

typedef struct work_t {
    void (*work)(void *data);
    void *data;
} work_t;

static void make_way(void)
{
    scheduling_t scheduling = {
        .size = sizeof(scheduling), .policy = SCHED_OTHER, .nice = NICE, .runtime = SLICE_NS};

    (void)syscall(SYS_sched_setattr, 0, &scheduling, 0); /* of this thread */
}

static void *run(void *started)
{
    const work_t *work = started;

    make_way();
    work->work(work->data);
    return NULL;
}

void bk_background_run(void (*work)(void *data), void *data)
{
    work_t started = {work, data};
    pthread_t thread;

    if (pthread_create(&thread, NULL, run, &started) != 0) {
        work(data);
        return;
    }
    (void)pthread_join(thread, NULL);
}
