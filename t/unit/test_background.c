#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bk_background.h"

typedef struct seen_t {
    pthread_t thread;
    int nice;
    uint64_t slice; /* nanoseconds; 0 of a kernel that does not tell */
    int times;
} seen_t;

/* sched_getattr(2) */
static uint64_t slice(void)
{
    uint64_t attributes[6] = {0};

    assert_int_equal(syscall(SYS_sched_getattr, 0, attributes, sizeof(attributes), 0), 0);
    return attributes[3];
}

static void look(void *data)
{
    seen_t *seen = data;

    seen->thread = pthread_self();
    errno = 0;
    seen->nice = getpriority(PRIO_PROCESS, 0);
    assert_int_equal(errno, 0);
    seen->slice = slice();
    seen->times++;
}

/* It is done when the call returns, and it is the work alone that is nice. */
static void test_priority(void **state)
{
    int before = getpriority(PRIO_PROCESS, 0);
    seen_t seen = {.times = 0};

    bk_background_run(look, &seen);
    assert_int_equal(seen.times, 1);
    assert_false(pthread_equal(seen.thread, pthread_self()));
    assert_int_equal(seen.nice, 10);
    assert_true(seen.slice == 10000000 || seen.slice == 0);
    assert_int_equal(getpriority(PRIO_PROCESS, 0), before);
}

/* Where no thread is to be had, for want of memory for its stack, the work is done all the same. */
static void test_no_thread(void **state)
{
    pthread_attr_t usual, vast;
    seen_t seen = {.times = 0};

    assert_int_equal(pthread_getattr_default_np(&usual), 0);
    assert_int_equal(pthread_getattr_default_np(&vast), 0);
    assert_int_equal(pthread_attr_setstacksize(&vast, (size_t)1 << 50), 0);
    assert_int_equal(pthread_setattr_default_np(&vast), 0);
    bk_background_run(look, &seen);
    assert_int_equal(pthread_setattr_default_np(&usual), 0);
    assert_int_equal(seen.times, 1);
    assert_true(pthread_equal(seen.thread, pthread_self()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_thread),
        cmocka_unit_test(test_priority),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
