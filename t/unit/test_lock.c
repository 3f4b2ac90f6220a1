#include "unit.h"

#include "crowd.h"

#include "bk_lock.h"

enum { PROCESSES = 4, THREADS = 3, TURNS = 3000, LONG = CROWD_LATE };

typedef struct shared_t {
    bk_lock_t lock;
    _Atomic int inside, broken, held, go;
    _Atomic pid_t asking[64]; /* the thread of each that asks, or is about to */
    int count;                /* changes only inside */
    apr_status_t got[64];     /* what a waiter was told */
    apr_int64_t after[64];    /* and when, microseconds after it asked */
    int order[64];            /* who had it, one after the other */
} shared_t;

/* Both kinds pass the same tests: the state of one is how it is made. */
typedef struct kind_t {
    apr_status_t (*init)(bk_lock_t *lock);
} kind_t;

static kind_t plain = {bk_lock_init};
static kind_t fair = {bk_lock_init_fair};

static shared_t *shared_new(void **state)
{
    shared_t *shared = crowd_memory(sizeof(*shared));

    assert_int_equal(((kind_t *)*state)->init(&shared->lock), APR_SUCCESS);
    return shared;
}

static void take_turns(void *data, int number)
{
    shared_t *shared = data;
    int i;

    for (i = 0; i < TURNS; i++) {
        if (bk_lock_acquire(&shared->lock, LONG) != APR_SUCCESS ||
            atomic_fetch_add(&shared->inside, 1) != 0) {
            atomic_fetch_add(&shared->broken, 1);
        }
        shared->count++;
        atomic_fetch_sub(&shared->inside, 1);
        bk_lock_release(&shared->lock);
    }
}

static void hold_forever(void *data, int number)
{
    shared_t *shared = data;

    if (bk_lock_acquire(&shared->lock, LONG) == APR_SUCCESS) {
        atomic_store(&shared->held, 1);
    }
    for (;;) {
        pause();
    }
}

static void wait_once(void *data, int number)
{
    shared_t *shared = data;
    int64_t start = crowd_usec();

    shared->got[number] = bk_lock_acquire(&shared->lock, LONG);
    shared->after[number] = crowd_usec() - start;
    if (shared->got[number] == APR_SUCCESS) {
        bk_lock_release(&shared->lock);
    }
    atomic_fetch_add(&shared->go, 1);
}

static pid_t child_that_holds(shared_t *shared)
{
    pid_t pid;

    atomic_store(&shared->held, 0);
    pid = crowd_child(1, hold_forever, shared, 0);
    assert_true(pid > 0);
    CROWD_WAIT(atomic_load(&shared->held));
    return pid;
}

/* Never two at a time. */
static void test_crowd(void **state)
{
    shared_t *shared = shared_new(state);

    assert_true(crowd_run(PROCESSES, THREADS, take_turns, shared));
    assert_int_equal(atomic_load(&shared->broken), 0);
    assert_int_equal(shared->count, PROCESSES * THREADS * TURNS);
}

/* Not before the time is over, and not as long as somebody holds it. */
static void test_timeout(void **state)
{
    static const apr_interval_time_t waits[] = {0, 1, 1000, 50000, 300000};
    shared_t *shared = shared_new(state);
    pid_t pid = child_that_holds(shared);
    size_t i;

    for (i = 0; i < UNIT_ROWS(waits); i++) {
        int64_t start = crowd_usec();
        assert_int_equal(bk_lock_acquire(&shared->lock, waits[i]), APR_TIMEUP);
        assert_in_range(crowd_usec() - start, waits[i], CROWD_LATE);
    }
    crowd_kill(pid);
    assert_int_equal(bk_lock_acquire(&shared->lock, LONG), APR_SUCCESS);
    bk_lock_release(&shared->lock);
}

/* Free: had at once, with no time to wait. */
static void test_unheld(void **state)
{
    shared_t *shared = shared_new(state);
    int i;

    for (i = 0; i < 3; i++) {
        assert_int_equal(bk_lock_acquire(&shared->lock, 0), APR_SUCCESS);
        bk_lock_release(&shared->lock);
    }
}

/* The holder is killed -9, with others waiting: they go on at once, one after the other, and the
 * lock is one as before. */
static void test_holder_killed(void **state)
{
    shared_t *shared = shared_new(state);
    pid_t waiting;
    int round, i, status;

    for (round = 0; round < 5; round++) {
        pid_t holder = child_that_holds(shared);

        atomic_store(&shared->go, 0);
        waiting = crowd_child(4, wait_once, shared, 0);
        assert_true(waiting > 0);
        usleep(50000);
        assert_int_equal(atomic_load(&shared->go), 0);
        crowd_kill(holder);
        assert_true(waitpid(waiting, &status, 0) == waiting && status == 0);
        for (i = 0; i < 4; i++) {
            assert_int_equal(shared->got[i], APR_SUCCESS);
            assert_in_range(shared->after[i], 0, LONG / 2);
        }
    }
    assert_true(crowd_run(PROCESSES, THREADS, take_turns, shared));
    assert_int_equal(atomic_load(&shared->broken), 0);
}

/* Killed anywhere, again and again, waiting and holding: the next one has its turn. */
static void test_crowd_killed(void **state)
{
    shared_t *shared = shared_new(state);
    int round;

    for (round = 0; round < 50; round++) {
        pid_t first = crowd_child(3, take_turns, shared, 0);
        pid_t second = crowd_child(3, take_turns, shared, 3);

        assert_true(first > 0 && second > 0);
        usleep(500 + (useconds_t)round * 100);
        crowd_kill(first);
        crowd_kill(second);
        assert_int_equal(bk_lock_acquire(&shared->lock, LONG), APR_SUCCESS);
        atomic_store(&shared->inside, 0); /* of those who died in there */
        bk_lock_release(&shared->lock);
    }
    shared->count = 0;
    atomic_store(&shared->broken, 0);
    assert_true(crowd_run(PROCESSES, THREADS, take_turns, shared));
    assert_int_equal(atomic_load(&shared->broken), 0);
    assert_int_equal(shared->count, PROCESSES * THREADS * TURNS);
}

/* Who has it next is told, and who has it after one that was mended is not. */
static void test_orphan(void **state)
{
    shared_t *shared = shared_new(state);
    int round, is_orphan;

    for (round = 0; round < 3; round++) {
        assert_int_equal(bk_lock_acquire_orphan(&shared->lock, 0, &is_orphan), APR_SUCCESS);
        assert_false(is_orphan);
        bk_lock_release(&shared->lock);
        crowd_kill(child_that_holds(shared));
        assert_int_equal(bk_lock_acquire_orphan(&shared->lock, LONG, &is_orphan), APR_SUCCESS);
        assert_true(is_orphan);
        bk_lock_mend(&shared->lock);
        bk_lock_release(&shared->lock);
    }
}

static void find_orphan(void *data, int number)
{
    shared_t *shared = data;
    int is_orphan = 0;

    (void)bk_lock_acquire_orphan(&shared->lock, LONG, &is_orphan);
    atomic_store(&shared->held, is_orphan);
    for (;;) {
        pause();
    }
}

/* Who was told, and died before it was mended, leaves an orphan to the one after. */
static void test_orphan_not_mended(void **state)
{
    shared_t *shared = shared_new(state);
    int round, is_orphan;

    crowd_kill(child_that_holds(shared));
    for (round = 0; round < 3; round++) {
        pid_t pid;

        atomic_store(&shared->held, 0);
        pid = crowd_child(1, find_orphan, shared, 0);
        CROWD_WAIT(atomic_load(&shared->held));
        assert_int_equal(bk_lock_acquire_orphan(&shared->lock, 1000, &is_orphan), APR_TIMEUP);
        assert_false(is_orphan);
        crowd_kill(pid);
    }
    assert_int_equal(bk_lock_acquire_orphan(&shared->lock, LONG, &is_orphan), APR_SUCCESS);
    assert_true(is_orphan);
    bk_lock_mend(&shared->lock);
    bk_lock_release(&shared->lock);
    assert_int_equal(bk_lock_acquire(&shared->lock, 0), APR_SUCCESS);
    bk_lock_release(&shared->lock);
}

static void wait_in_order(void *data, int number)
{
    shared_t *shared = data;

    CROWD_UNTIL(atomic_load(&shared->go) >= number);
    atomic_store(&shared->asking[number], gettid());
    if (bk_lock_acquire(&shared->lock, LONG) == APR_SUCCESS) {
        shared->order[shared->count++] = number;
        bk_lock_release(&shared->lock);
    }
}

/* Who asks again after a turn is behind all who wait already. */
static void test_order(void **state)
{
    enum { WAITERS = 5, HOLDER = 9 };
    shared_t *shared = shared_new(state);
    pid_t waiting;
    int i, status;

    assert_int_equal(bk_lock_acquire(&shared->lock, 0), APR_SUCCESS);
    waiting = crowd_child(WAITERS, wait_in_order, shared, 0);
    assert_true(waiting > 0);
    for (i = 0; i < WAITERS; i++) {
        atomic_store(&shared->go, i);
        CROWD_WAIT(atomic_load(&shared->asking[i]) &&
                   crowd_sleeps(waiting, atomic_load(&shared->asking[i])));
    }
    bk_lock_release(&shared->lock);
    assert_int_equal(bk_lock_acquire(&shared->lock, LONG), APR_SUCCESS);
    shared->order[shared->count++] = HOLDER;
    bk_lock_release(&shared->lock);
    assert_true(waitpid(waiting, &status, 0) == waiting && status == 0);
    assert_int_equal(shared->count, WAITERS + 1);
    for (i = 0; i < WAITERS; i++) {
        assert_int_equal(shared->order[i], i);
    }
    assert_int_equal(shared->order[WAITERS], HOLDER);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(test_crowd, &plain),
        cmocka_unit_test_prestate(test_crowd, &fair),
        cmocka_unit_test_prestate(test_timeout, &plain),
        cmocka_unit_test_prestate(test_timeout, &fair),
        cmocka_unit_test_prestate(test_unheld, &plain),
        cmocka_unit_test_prestate(test_unheld, &fair),
        cmocka_unit_test_prestate(test_holder_killed, &plain),
        cmocka_unit_test_prestate(test_holder_killed, &fair),
        cmocka_unit_test_prestate(test_crowd_killed, &plain),
        cmocka_unit_test_prestate(test_crowd_killed, &fair),
        cmocka_unit_test_prestate(test_orphan, &plain),
        cmocka_unit_test_prestate(test_orphan, &fair),
        cmocka_unit_test_prestate(test_orphan_not_mended, &plain),
        cmocka_unit_test_prestate(test_orphan_not_mended, &fair),
        cmocka_unit_test_prestate(test_order, &fair),
    };

    return cmocka_run_group_tests_name("bk_lock", tests, NULL, NULL);
}
