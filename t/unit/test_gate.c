#include "unit.h"

#include <sys/syscall.h>

#include "bk_gate.h"
#include "crowd.h"

#define LONG CROWD_LATE

static bk_gate_t *gate_new(void)
{
    return crowd_memory(sizeof(bk_gate_t));
}

static void assert_idle(bk_gate_t *gate)
{
    int i;

    assert_int_equal(atomic_load(&gate->waiting), 0);
    for (i = 0; i < BK_GATE_PLACES; i++) {
        assert_true(atomic_load(&gate->places[i]) == 0);
    }
}

static void test_places(void **state)
{
    static const int limits[] = {1, 2, 5, BK_GATE_PLACES};
    size_t l;
    int i;

    for (l = 0; l < UNIT_ROWS(limits); l++) {
        bk_gate_t *gate = gate_new();
        for (i = 0; i < limits[l]; i++) {
            assert_int_equal(bk_gate_enter(gate, limits[l], 0, 0), i);
        }
        assert_int_equal(bk_gate_enter(gate, limits[l], 0, 0), -1);
        assert_int_equal(bk_gate_enter(gate, limits[l], 5, 0), -1);
        /* The one place that is given back is the one to be had. */
        bk_gate_leave(gate, limits[l] / 2);
        assert_int_equal(bk_gate_enter(gate, limits[l], 0, 0), limits[l] / 2);
        assert_int_equal(bk_gate_enter(gate, limits[l], 0, 0), -1);
        for (i = 0; i < limits[l]; i++) {
            bk_gate_leave(gate, i);
        }
        assert_idle(gate);
    }
}

static void test_deadline(void **state)
{
    bk_gate_t *gate = gate_new();
    int64_t start;

    assert_int_equal(bk_gate_enter(gate, 1, 0, 0), 0);
    start = crowd_usec();
    assert_int_equal(bk_gate_enter(gate, 1, 1, apr_time_from_msec(120)), -1);
    assert_in_range(crowd_usec() - start, 100000, CROWD_LATE);
    assert_int_equal(atomic_load(&gate->waiting), 0);

    /* Without a queue nobody waits, whatever the time allowed. */
    start = crowd_usec();
    assert_int_equal(bk_gate_enter(gate, 1, 0, LONG), -1);
    assert_in_range(crowd_usec() - start, 0, LONG / 2);
    bk_gate_leave(gate, 0);
    assert_idle(gate);
}

typedef struct party_t {
    bk_gate_t *gate;
    int limit, queue;
    apr_interval_time_t wait;
    _Atomic int inside, most_inside, entered, refused, broken;
    _Atomic int stop;
    _Atomic int owners[BK_GATE_PLACES];
} party_t;

static party_t *party_new(int limit, int queue, apr_interval_time_t wait)
{
    party_t *party = crowd_memory(sizeof(*party));

    party->gate = gate_new();
    party->limit = limit;
    party->queue = queue;
    party->wait = wait;
    return party;
}

/* In once, and out. */
static void visit(void *data, int number)
{
    party_t *party = data;
    int place = bk_gate_enter(party->gate, party->limit, party->queue, party->wait);
    int inside;

    if (place < 0) {
        atomic_fetch_add(&party->refused, 1);
        return;
    }
    inside = atomic_fetch_add(&party->inside, 1) + 1;
    if (inside > party->limit) {
        atomic_fetch_add(&party->broken, 1);
    }
    if (inside > atomic_load(&party->most_inside)) {
        atomic_store(&party->most_inside, inside);
    }
    atomic_fetch_add(&party->entered, 1);
    usleep((useconds_t)(number * 37 % 400));
    atomic_fetch_sub(&party->inside, 1);
    bk_gate_leave(party->gate, place);
}

static void visit_until_stopped(void *data, int number)
{
    party_t *party = data;

    while (!atomic_load(&party->stop)) {
        visit(party, number);
    }
}

static void test_waiter_gets_the_place(void **state)
{
    party_t *party = party_new(1, 1, LONG);
    pid_t child;
    int status;

    assert_int_equal(bk_gate_enter(party->gate, 1, 0, 0), 0);
    child = crowd_child(1, visit, party, 0);
    CROWD_WAIT(atomic_load(&party->gate->waiting) == 1);
    assert_int_equal(atomic_load(&party->entered), 0);
    bk_gate_leave(party->gate, 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(atomic_load(&party->entered), 1);
    assert_idle(party->gate);
}

/* Of six who come while nobody leaves, two may wait and four are refused at once. */
static void test_queue(void **state)
{
    party_t *party = party_new(1, 2, LONG);
    pid_t children[2];
    int i, status;

    assert_int_equal(bk_gate_enter(party->gate, 1, 0, 0), 0);
    for (i = 0; i < 2; i++) {
        children[i] = crowd_child(3, visit, party, i * 3);
    }
    CROWD_WAIT(atomic_load(&party->refused) == 4);
    CROWD_WAIT(atomic_load(&party->gate->waiting) == 2);
    assert_int_equal(atomic_load(&party->entered), 0);
    bk_gate_leave(party->gate, 0);
    for (i = 0; i < 2; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
    }
    assert_int_equal(atomic_load(&party->entered), 2);
    assert_int_equal(atomic_load(&party->refused), 4);
    assert_idle(party->gate);
}

static void test_crowd(void **state)
{
    enum { PROCESSES = 4, THREADS = 3, LIMIT = 3 };
    party_t *party = party_new(LIMIT, PROCESSES * THREADS, LONG);
    pid_t children[PROCESSES];
    int i, status;

    for (i = 0; i < PROCESSES; i++) {
        children[i] = crowd_child(THREADS, visit_until_stopped, party, i * THREADS);
    }
    CROWD_WAIT(atomic_load(&party->entered) > 1000 && atomic_load(&party->most_inside) == LIMIT);
    atomic_store(&party->stop, 1);
    for (i = 0; i < PROCESSES; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(atomic_load(&party->broken), 0);
    assert_int_equal(atomic_load(&party->refused), 0);
    assert_int_equal(atomic_load(&party->most_inside), LIMIT);
    assert_idle(party->gate);
}

static void enter_and_stay(void *data, int number)
{
    party_t *party = data;

    if (bk_gate_enter(party->gate, party->limit, party->queue, party->wait) >= 0) {
        atomic_fetch_add(&party->entered, 1);
    }
    for (;;) {
        pause();
    }
}

/* Whoever dies inside leaves the place to the next. */
static void test_killed_inside(void **state)
{
    party_t *party = party_new(2, 0, 0);
    int i;

    for (i = 0; i < 10; i++) {
        pid_t child = crowd_child(2, enter_and_stay, party, 0);
        CROWD_WAIT(atomic_load(&party->entered) == 2 * (i + 1));
        assert_int_equal(bk_gate_enter(party->gate, 2, 0, 0), -1);
        crowd_kill(child);
    }
    assert_int_equal(bk_gate_enter(party->gate, 2, 0, 0), 0);
    assert_int_equal(bk_gate_enter(party->gate, 2, 0, 0), 1);
    assert_int_equal(bk_gate_enter(party->gate, 2, 0, 0), -1);
    bk_gate_leave(party->gate, 0);
    bk_gate_leave(party->gate, 1);
    assert_idle(party->gate);
}

/* Whoever dies waiting stays counted until somebody finds the gate empty, and no longer. */
static void test_killed_waiting(void **state)
{
    party_t *party = party_new(1, 3, LONG);
    pid_t child;

    assert_int_equal(bk_gate_enter(party->gate, 1, 0, 0), 0);
    child = crowd_child(3, enter_and_stay, party, 0);
    CROWD_WAIT(atomic_load(&party->gate->waiting) == 3);
    crowd_kill(child);
    bk_gate_leave(party->gate, 0);
    assert_int_equal(bk_gate_enter(party->gate, 1, 3, 0), 0);
    assert_int_equal(atomic_load(&party->gate->waiting), 0);
    bk_gate_leave(party->gate, 0);
    assert_idle(party->gate);
}

/* One who waits takes over the place of one who is killed. */
static void test_killed_while_another_waits(void **state)
{
    party_t *party = party_new(1, 5, LONG);
    pid_t holder = crowd_child(1, enter_and_stay, party, 0), waiter;
    int status;

    CROWD_WAIT(atomic_load(&party->entered) == 1);
    waiter = crowd_child(1, visit, party, 0);
    CROWD_WAIT(atomic_load(&party->gate->waiting) == 1);
    crowd_kill(holder);
    assert_int_equal(waitpid(waiter, &status, 0), waiter);
    assert_int_equal(atomic_load(&party->entered), 2);
    assert_idle(party->gate);
}

/* Two in one place would overwrite each other's mark. */
static void mark_until_stopped(void *data, int number)
{
    party_t *party = data;
    int mine = (int)getpid() * 64 + number;

    while (!atomic_load(&party->stop)) {
        int place = bk_gate_enter(party->gate, party->limit, party->queue, party->wait);
        if (place < 0 || place >= party->limit) {
            atomic_fetch_add(&party->broken, 1);
            continue;
        }
        atomic_store(&party->owners[place], mine);
        usleep(100);
        if (atomic_load(&party->owners[place]) != mine) {
            atomic_fetch_add(&party->broken, 1);
        }
        atomic_fetch_add(&party->entered, 1);
        bk_gate_leave(party->gate, place);
    }
}

static void test_crowd_under_fire(void **state)
{
    enum { PROCESSES = 4, LIMIT = 2 };
    /* The queue is too long to fill up with the dead. */
    party_t *party = party_new(LIMIT, 10000, LONG);
    pid_t children[PROCESSES];
    int64_t end = crowd_usec() + 800000;
    uint64_t seed = 5;
    int i, entered;

    for (i = 0; i < PROCESSES; i++) {
        children[i] = crowd_child(2, mark_until_stopped, party, i * 2);
    }
    while (crowd_usec() < end) {
        usleep((useconds_t)unit_random_in(&seed, 2000, 20000));
        i = (int)(unit_random(&seed) % PROCESSES);
        crowd_kill(children[i]);
        children[i] = crowd_child(2, mark_until_stopped, party, i * 2);
    }
    entered = atomic_load(&party->entered);
    CROWD_WAIT(atomic_load(&party->entered) > entered + 20); /* it did not come to a stop */
    for (i = 0; i < PROCESSES; i++) {
        crowd_kill(children[i]);
    }
    assert_int_equal(atomic_load(&party->broken), 0);
    assert_int_equal(bk_gate_enter(party->gate, LIMIT, 0, 0), 0);
    assert_int_equal(bk_gate_enter(party->gate, LIMIT, 0, 0), 1);
    assert_int_equal(bk_gate_enter(party->gate, LIMIT, 0, 0), -1);
    bk_gate_leave(party->gate, 0);
    bk_gate_leave(party->gate, 1);
    /* With the gate empty, the dead of the queue are forgotten. */
    assert_int_equal(bk_gate_enter(party->gate, LIMIT, 0, 0), 0);
    bk_gate_leave(party->gate, 0);
    assert_idle(party->gate);
}

/* A place as it would be if a living process had taken it so many seconds ago. */
static uint64_t held_since(pid_t pid, int64_t seconds_ago)
{
    return (uint64_t)pid << 32 | (uint32_t)(crowd_usec() / 1000000 - seconds_ago);
}

static void test_stale(void **state)
{
    bk_gate_t *gate = gate_new();

    atomic_store(&gate->places[0], held_since(getpid(), BK_GATE_STALE - 5));
    assert_int_equal(bk_gate_enter(gate, 1, 0, 0), -1);
    atomic_store(&gate->places[0], held_since(getpid(), BK_GATE_STALE + 5));
    assert_int_equal(bk_gate_enter(gate, 1, 0, 0), 0);
    assert_int_equal(bk_gate_enter(gate, 1, 0, 0), -1);
    bk_gate_leave(gate, 0);
    assert_idle(gate);
}

static void visit_as_nobody(void *data, int number)
{
    /* This thread alone, which is enough: setuid() would interrupt the others too. */
    if (geteuid() == 0 && syscall(SYS_setuid, 65534) != 0) {
        abort();
    }
    visit(data, number);
}

/* A process that may not be signalled, because it is another user's, is alive. */
static void test_other_user(void **state)
{
    party_t *party = party_new(1, 0, 0);
    pid_t child;

    if (geteuid() == 0) {
        assert_int_equal(bk_gate_enter(party->gate, 1, 0, 0), 0);
    }
    else {
        atomic_store(&party->gate->places[0], held_since(1, 5));
    }
    child = crowd_child(1, visit_as_nobody, party, 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(atomic_load(&party->refused), 1);
}

/* Who reads the clock, is interrupted, and then looks at a place that was taken a second later, by
 * that clock, must not think it 136 years old. */
static void test_taken_since_the_clock_was_read(void **state)
{
    bk_gate_t *gate = gate_new();

    atomic_store(&gate->places[0], held_since(getpid(), -1));
    assert_int_equal(bk_gate_enter(gate, 1, 0, 0), -1);
    atomic_store(&gate->places[0], held_since(getpid(), -3));
    assert_int_equal(bk_gate_enter(gate, 1, 0, 0), -1);
}

/* Who was taken for dead, and comes out late, leaves alone the one who is in that place now. */
static void test_late_leave(void **state)
{
    party_t *party = party_new(1, 0, 0);
    pid_t child;

    assert_int_equal(bk_gate_enter(party->gate, 1, 0, 0), 0);
    atomic_store(&party->gate->places[0], held_since(getpid(), BK_GATE_STALE + 5));
    child = crowd_child(1, enter_and_stay, party, 0);
    CROWD_WAIT(atomic_load(&party->entered) == 1);
    bk_gate_leave(party->gate, 0);
    assert_int_equal(bk_gate_enter(party->gate, 1, 0, 0), -1);
    crowd_kill(child);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_waiter_gets_the_place),
        cmocka_unit_test(test_queue),
        cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_killed_inside),
        cmocka_unit_test(test_killed_waiting),
        cmocka_unit_test(test_killed_while_another_waits),
        cmocka_unit_test(test_crowd_under_fire),
        cmocka_unit_test(test_stale),
        cmocka_unit_test(test_other_user),
        cmocka_unit_test(test_taken_since_the_clock_was_read),
        cmocka_unit_test(test_late_leave),
    };

    return cmocka_run_group_tests_name("bk_gate", tests, NULL, NULL);
}
