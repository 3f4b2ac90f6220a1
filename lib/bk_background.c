#include "bk_background.h"

#include <pthread.h>
#include <sys/resource.h>

#define NICE 10 /* sched(7): a tenth of the weight of a thread that is not nice */

typedef struct work_t {
    void (*work)(void *data);
    void *data;
} work_t;

static void *run(void *started)
{
    const work_t *work = started;

    (void)setpriority(PRIO_PROCESS, 0, NICE); /* of this thread */
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
