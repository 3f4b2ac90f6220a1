/* crowd: several processes of several threads, all doing the same at once.
 *
 * cmocka knows only the thread that runs the tests: the work counts what goes wrong, and the test
 * asserts on the sum.
 */
#ifndef CROWD_H
#define CROWD_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Zeros that a process shares with the children it forks; ends with the program. */
static inline void *crowd_memory(size_t size)
{
    void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (base == MAP_FAILED) {
        abort();
    }
    return base;
}

static inline int64_t crowd_usec(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* What takes longer than this, in microseconds, never ends. Far more than anything takes, however
 * busy the machine: only what never comes fails. */
#define CROWD_LATE INT64_C(120000000)

/* Wait until something holds, or CROWD_LATE is over. */
#define CROWD_UNTIL(condition)                             \
    do {                                                   \
        int64_t crowd_end = crowd_usec() + CROWD_LATE;     \
        while (!(condition) && crowd_usec() < crowd_end) { \
            usleep(500);                                   \
        }                                                  \
    } while (0)

/* The same, by the thread that runs the tests: the test fails if it does not come to hold. */
#define CROWD_WAIT(condition)                                \
    do {                                                     \
        CROWD_UNTIL(condition);                              \
        assert_that((condition), "in vain: %s", #condition); \
    } while (0)

typedef struct crowd_member_t {
    void (*work)(void *data, int number);
    void *data;
    int number;
} crowd_member_t;

static inline void *crowd_thread(void *member_data)
{
    crowd_member_t *member = member_data;

    member->work(member->data, member->number);
    return NULL;
}

static inline void crowd_threads(int count, void (*work)(void *, int), void *data, int first)
{
    pthread_t threads[64];
    crowd_member_t members[64];
    int i;

    for (i = 0; i < count; i++) {
        members[i] = (crowd_member_t){work, data, first + i};
        if (pthread_create(&threads[i], NULL, crowd_thread, &members[i]) != 0) {
            abort();
        }
    }
    for (i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
    }
}

/* A child that works in so many threads, numbered from first. It does not outlive the tests,
 * however they end. */
static inline pid_t crowd_child(int threads, void (*work)(void *, int), void *data, int first)
{
    pid_t pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        crowd_threads(threads, work, data, first);
        _exit(0);
    }
    return pid;
}

/* Run the work in all of them, to the end. 1 if every process ended well. */
static inline int crowd_run(int processes, int threads, void (*work)(void *, int), void *data)
{
    pid_t pids[16];
    int i, status, ok = 1;

    for (i = 0; i < processes; i++) {
        pids[i] = crowd_child(threads, work, data, i * threads);
    }
    for (i = 0; i < processes; i++) {
        ok &= pids[i] > 0 && waitpid(pids[i], &status, 0) == pids[i] && status == 0;
    }
    return ok;
}

/* Whether a thread of that process sleeps: one that told that it was about to ask for a lock has
 * asked, then. */
static inline int crowd_sleeps(pid_t pid, pid_t thread)
{
    char name[64], line[512] = "";
    const char *end;
    FILE *file;

    snprintf(name, sizeof(name), "/proc/%d/task/%d/stat", (int)pid, (int)thread);
    file = fopen(name, "r");
    if (!file) {
        return 0;
    }
    (void)!fread(line, 1, sizeof(line) - 1, file);
    fclose(file);
    end = strrchr(line, ')'); /* pid (name) state ... */
    return end && end[1] == ' ' && end[2] == 'S';
}

/* kill -9, and wait until the process is gone altogether. */
static inline void crowd_kill(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

#endif
