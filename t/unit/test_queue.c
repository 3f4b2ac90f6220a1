#include "unit.h"

#include <sched.h>

#include "crowd.h"

#include "bk_queue.h"

enum { SLOTS = 3, THREADS = 8, TURNS = 2000, LONG = CROWD_LATE };

typedef struct shared_t {
    bk_queue_counts_t counts;
    _Atomic int inside, most, failed, held;
    int order[16]; /* who had a slot, one after the other */
    int had;
} shared_t;

/* What a child works with: its own part, as the threads of an httpd child share theirs. */
static bk_queue_t queue;

static void note_most(shared_t *shared, int inside)
{
    int most = atomic_load(&shared->most);

    while (inside > most && !atomic_compare_exchange_weak(&shared->most, &most, inside)) {
    }
}

static void take_turns(void *data, int number)
{
    shared_t *shared = data;
    int i;

    for (i = 0; i < TURNS; i++) {
        if (bk_queue_enter(&queue, LONG) != APR_SUCCESS) {
            atomic_fetch_add(&shared->failed, 1);
            return;
        }
        note_most(shared, atomic_fetch_add(&shared->inside, 1) + 1);
        atomic_fetch_sub(&shared->inside, 1);
        bk_queue_leave(&queue);
    }
}

static void run_threads(void *data, int number)
{
    shared_t *shared = data;

    if (bk_queue_init(&queue, SLOTS, &shared->counts) != APR_SUCCESS) {
        atomic_fetch_add(&shared->failed, 1);
        return;
    }
    crowd_threads(THREADS, take_turns, shared, 0);
}

/* Never more than there are slots, and what is counted adds up. */
static void test_crowd(void **state)
{
    shared_t *shared = crowd_memory(sizeof(*shared));
    bk_queue_view_t view;

    assert_true(crowd_run(1, 1, run_threads, shared));
    assert_int_equal(atomic_load(&shared->failed), 0);
    assert_in_range(atomic_load(&shared->most), 1, SLOTS);
    assert_int_equal(atomic_load(&shared->counts.acquired), THREADS * TURNS);
    assert_int_equal(atomic_load(&shared->counts.timeouts), 0);
    bk_queue_look(&shared->counts, &view);
    assert_int_equal(view.in_use, 0);
    assert_int_equal(view.waiting, 0);
}

static void hold_forever(void *data, int number)
{
    shared_t *shared = data;

    if (bk_queue_init(&queue, SLOTS, &shared->counts) == APR_SUCCESS &&
        bk_queue_enter(&queue, 0) == APR_SUCCESS && bk_queue_enter(&queue, 0) == APR_SUCCESS) {
        atomic_store(&shared->held, 1);
    }
    for (;;) {
        pause();
    }
}

/* What a process used goes with it, and its line to the next. */
static void test_killed(void **state)
{
    shared_t *shared = crowd_memory(sizeof(*shared));
    bk_queue_view_t view;
    pid_t pid = crowd_child(1, hold_forever, shared, 0);
    int i, lines = 0;

    CROWD_WAIT(atomic_load(&shared->held));
    bk_queue_look(&shared->counts, &view);
    assert_int_equal(view.in_use, 2);
    crowd_kill(pid);
    bk_queue_look(&shared->counts, &view);
    assert_int_equal(view.in_use, 0);

    assert_int_equal(bk_queue_init(&queue, SLOTS, &shared->counts), APR_SUCCESS);
    for (i = 0; i < BK_QUEUE_PROCESSES; i++) {
        lines += atomic_load(&shared->counts.processes[i].pid) != 0;
    }
    assert_int_equal(lines, 1);
    bk_queue_look(&shared->counts, &view);
    assert_int_equal(view.in_use, 0);
}

/* A slot that does not come free is waited for as long as was said, and no longer. */
static void test_full(void **state)
{
    shared_t *shared = crowd_memory(sizeof(*shared));
    bk_queue_view_t view;
    int64_t start;
    int i;

    assert_int_equal(bk_queue_init(&queue, SLOTS, &shared->counts), APR_SUCCESS);
    for (i = 0; i < SLOTS; i++) {
        assert_int_equal(bk_queue_enter(&queue, 0), APR_SUCCESS);
    }
    bk_queue_look(&shared->counts, &view);
    assert_int_equal(view.in_use, SLOTS);
    start = crowd_usec();
    assert_int_equal(bk_queue_enter(&queue, 50000), APR_TIMEUP);
    assert_in_range(crowd_usec() - start, 50000, LONG);
    assert_int_equal(atomic_load(&shared->counts.timeouts), 1);
    assert_in_range(atomic_load(&shared->counts.waited), 40000, LONG);
    bk_queue_leave(&queue);
    assert_int_equal(bk_queue_enter(&queue, 0), APR_SUCCESS);
    bk_queue_look(&shared->counts, &view);
    assert_int_equal(view.in_use, SLOTS);
    assert_int_equal(view.waiting, 0);
}

/* How many have come: they have a slot, wait for one, or gave up. */
static int came(const shared_t *shared)
{
    bk_queue_view_t view;

    bk_queue_look(&shared->counts, &view);
    return view.in_use + view.waiting + (int)atomic_load(&shared->counts.timeouts);
}

/* Who comes first has the only slot, and gives it back when the others have come. The fourth loses
 * patience before that, and so does the sixth, at once. */
enum { LAST = 5 };

static void wait_in_order(void *data, int number)
{
    static const apr_interval_time_t waits[] = {LONG, LONG, LONG, 100000, LONG, 1};
    shared_t *shared = data;

    CROWD_UNTIL(came(shared) == number);
    if (bk_queue_enter(&queue, waits[number]) == APR_SUCCESS) {
        if (number == 0) {
            CROWD_UNTIL(came(shared) == LAST + 1 && atomic_load(&shared->counts.timeouts) == 2);
        }
        shared->order[shared->had++] = number;
        bk_queue_leave(&queue);
    }
    if (number == 0 && bk_queue_enter(&queue, LONG) == APR_SUCCESS) {
        shared->order[shared->had++] = number;
        bk_queue_leave(&queue);
    }
}

static void test_order(void **state)
{
    static const int expected[] = {0, 1, 2, 4, 0};
    shared_t *shared = crowd_memory(sizeof(*shared));
    bk_queue_view_t view;
    size_t i;

    assert_int_equal(bk_queue_init(&queue, 1, &shared->counts), APR_SUCCESS);
    crowd_threads(LAST + 1, wait_in_order, shared, 0);
    assert_int_equal(shared->had, UNIT_ROWS(expected));
    for (i = 0; i < UNIT_ROWS(expected); i++) {
        assert_int_equal(shared->order[i], expected[i]);
    }
    assert_int_equal(atomic_load(&shared->counts.timeouts), 2);
    bk_queue_look(&shared->counts, &view);
    assert_int_equal(view.waiting, 0);
}

static void hurry(void *data, int number)
{
    shared_t *shared = data;
    int i;

    for (i = 0; i < TURNS; i++) {
        if (bk_queue_enter(&queue, (number * 7 + i) % 60) == APR_SUCCESS) {
            note_most(shared, atomic_fetch_add(&shared->inside, 1) + 1);
            sched_yield();
            atomic_fetch_sub(&shared->inside, 1);
            bk_queue_leave(&queue);
        }
    }
}

/* However many give up, and whenever, no slot is lost, and none had twice. */
static void test_giving_up(void **state)
{
    shared_t *shared = crowd_memory(sizeof(*shared));
    int i;

    assert_int_equal(bk_queue_init(&queue, SLOTS, &shared->counts), APR_SUCCESS);
    crowd_threads(THREADS, hurry, shared, 0);
    assert_in_range(atomic_load(&shared->most), 1, SLOTS);
    assert_true(atomic_load(&shared->counts.timeouts) > 0);
    assert_int_equal(atomic_load(&shared->counts.acquired) + atomic_load(&shared->counts.timeouts),
                     THREADS * TURNS);
    for (i = 0; i < SLOTS; i++) {
        assert_int_equal(bk_queue_enter(&queue, 0), APR_SUCCESS);
    }
    assert_int_equal(bk_queue_enter(&queue, 0), APR_TIMEUP);
}

static void open_impatiently(void *data, int number)
{
    shared_t *shared = data;

    if (bk_queue_begin_open(&queue, 30000) != APR_TIMEUP) {
        atomic_fetch_add(&shared->failed, 1);
    }
}

static void open_slowly(void *data, int number)
{
    shared_t *shared = data;

    if (bk_queue_begin_open(&queue, LONG) == APR_SUCCESS) {
        note_most(shared, atomic_fetch_add(&shared->inside, 1) + 1);
        usleep(20000);
        atomic_fetch_sub(&shared->inside, 1);
        bk_queue_end_open(&queue);
    }
}

/* One opens at a time; who waits too long for that gives up. */
static void test_opening(void **state)
{
    shared_t *shared = crowd_memory(sizeof(*shared));

    assert_int_equal(bk_queue_init(&queue, SLOTS, &shared->counts), APR_SUCCESS);
    crowd_threads(4, open_slowly, shared, 0);
    assert_int_equal(atomic_load(&shared->most), 1);

    assert_int_equal(bk_queue_begin_open(&queue, 0), APR_SUCCESS);
    crowd_threads(2, open_impatiently, shared, 0);
    bk_queue_end_open(&queue);
    assert_int_equal(atomic_load(&shared->failed), 0);
    assert_int_equal(atomic_load(&shared->counts.timeouts), 2);
    bk_queue_failed(&queue);
    assert_int_equal(atomic_load(&shared->counts.failures), 1);
}

/* More processes than there are lines: the rest is not counted, and works all the same. */
static void test_no_line(void **state)
{
    shared_t *shared = crowd_memory(sizeof(*shared));
    int i;

    for (i = 0; i < BK_QUEUE_PROCESSES; i++) {
        atomic_store(&shared->counts.processes[i].pid, getppid());
    }
    assert_int_equal(bk_queue_init(&queue, SLOTS, &shared->counts), APR_SUCCESS);
    assert_int_equal(bk_queue_enter(&queue, 0), APR_SUCCESS);
    assert_int_equal(atomic_load(&shared->counts.acquired), 1);
    bk_queue_leave(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crowd),     cmocka_unit_test(test_killed),
        cmocka_unit_test(test_full),      cmocka_unit_test(test_order),
        cmocka_unit_test(test_giving_up), cmocka_unit_test(test_opening),
        cmocka_unit_test(test_no_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
