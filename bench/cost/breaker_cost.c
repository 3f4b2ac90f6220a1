/* What a circuit breaker costs a call: enter and leave, closed, by one thread and by several. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bk_breaker.h"
#include "bk_time.h"

#define ROUNDS 2000000
#define THREADS 2
#define RUNS 5

static const bk_breaker_settings_t settings = {
    .window = 10000,
    .minimum_calls = 10,
    .failure_rate = 50,
    .slow_time = 1000,
    .slow_rate = 80,
    .open_time = 5000,
    .probes = 3,
    .probe_timeout = 4000,
};

static bk_breaker_t breaker;

static double nanoseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void *run(void *unused)
{
    int i;

    for (i = 0; i < ROUNDS; i++) {
        bk_breaker_ticket_t ticket;

        if (bk_breaker_enter(&breaker, &settings, bk_time_monotonic_ms(), &ticket) == 0) {
            bk_breaker_leave(&breaker, &settings, bk_time_monotonic_ms(), &ticket,
                             BK_BREAKER_SUCCESS);
        }
    }
    return NULL;
}

/* @return nanoseconds for one enter and one leave, as each thread sees it */
static double measure(int threads)
{
    pthread_t thread[THREADS];
    double start = nanoseconds();
    int i;

    for (i = 0; i < threads; i++) {
        pthread_create(&thread[i], NULL, run, NULL);
    }
    for (i = 0; i < threads; i++) {
        pthread_join(thread[i], NULL);
    }
    return (nanoseconds() - start) / ROUNDS;
}

int main(void)
{
    int i;

    bk_breaker_init(&breaker, bk_time_monotonic_ms());
    for (i = 0; i < RUNS; i++) {
        double alone = measure(1);
        double together = measure(THREADS);

        printf("enter and leave: %.0f ns by one thread, %.0f ns by each of %d at once\n", alone,
               together, THREADS);
    }
    return 0;
}
