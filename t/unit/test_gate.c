#include "unit.h"

#include <sys/resource.h>
#include <sys/syscall.h>

#include "bk_gate.h"
#include "bk_time.h"
#include "crowd.h"

#define LONG CROWD_LATE

static bk_gate_t *gate_new(void)
{
    bk_gate_t *gate = crowd_memory(sizeof(bk_gate_t));

    assert_int_equal(bk_gate_init(gate), APR_SUCCESS);
    return gate;
}

static void assert_idle(const bk_gate_t *gate)
{
    int i;

    for (i = 0; i < BK_GATE_TICKETS; i++) {
        assert_int_equal(atomic_load(&gate->tickets[i].pid), 0);
    }
}

/* Go in without waiting. */
static int step_in(bk_gate_t *gate, int limit, bk_gate_pass_t *pass)
{
    const bk_gate_visit_t visit = {.limit = limit};

    return bk_gate_enter(gate, &visit, pass);
}

static void test_places(void **state)
{
    static const int limits[] = {1, 2, 5, BK_GATE_PLACES};
    size_t l;
    int i;

    for (l = 0; l < UNIT_ROWS(limits); l++) {
        bk_gate_t *gate = gate_new();
        bk_gate_pass_t passes[BK_GATE_PLACES], other;
        for (i = 0; i < limits[l]; i++) {
            assert_int_equal(step_in(gate, limits[l], &passes[i]), 1);
        }
        assert_int_equal(step_in(gate, limits[l], &other), 0);
        bk_gate_leave(gate, &passes[limits[l] / 2]);
        assert_int_equal(step_in(gate, limits[l], &passes[limits[l] / 2]), 1);
        assert_int_equal(step_in(gate, limits[l], &other), 0);
        for (i = 0; i < limits[l]; i++) {
            bk_gate_leave(gate, &passes[i]);
        }
        assert_idle(gate);
    }
}

/* A gate that is ready stays as it is: a restart keeps those who are inside. */
static void test_ready(void **state)
{
    bk_gate_t *gate = gate_new();
    bk_gate_pass_t pass, other;

    assert_int_equal(step_in(gate, 1, &pass), 1);
    assert_int_equal(bk_gate_init(gate), APR_SUCCESS);
    assert_int_equal(step_in(gate, 1, &other), 0);
    bk_gate_leave(gate, &pass);
    assert_idle(gate);
}

static void test_deadline(void **state)
{
    bk_gate_t *gate = gate_new();
    bk_gate_visit_t visit = {.limit = 1, .queue = 1, .wait = apr_time_from_msec(120)};
    bk_gate_pass_t pass, other;
    int64_t start;

    assert_int_equal(step_in(gate, 1, &pass), 1);
    start = crowd_usec();
    assert_int_equal(bk_gate_enter(gate, &visit, &other), 0);
    assert_in_range(crowd_usec() - start, 100000, CROWD_LATE);
    assert_int_equal(bk_gate_waiting(gate), 0);
    visit.wait = 0;
    assert_int_equal(bk_gate_enter(gate, &visit, &other), 0);

    /* Without a queue nobody waits, whatever the time allowed. */
    visit = (bk_gate_visit_t){.limit = 1, .wait = LONG};
    start = crowd_usec();
    assert_int_equal(bk_gate_enter(gate, &visit, &other), 0);
    assert_in_range(crowd_usec() - start, 0, LONG / 2);
    bk_gate_leave(gate, &pass);
    assert_idle(gate);
}

/* Who waits sleeps, and is woken: it does not look at short intervals. */
static void test_sleeps(void **state)
{
    bk_gate_t *gate = gate_new();
    bk_gate_visit_t visit = {.limit = 1, .queue = 1, .wait = apr_time_from_msec(300)};
    bk_gate_pass_t pass, other;
    struct rusage before, after;

    assert_int_equal(step_in(gate, 1, &pass), 1);
    assert_int_equal(getrusage(RUSAGE_THREAD, &before), 0);
    assert_int_equal(bk_gate_enter(gate, &visit, &other), 0);
    assert_int_equal(getrusage(RUSAGE_THREAD, &after), 0);
    assert_in_range(after.ru_nvcsw - before.ru_nvcsw, 1, 15);
}

enum { GUESTS = 20, CAME_IN = 1, WAS_SENT_AWAY };

typedef struct party_t {
    bk_gate_t *gate;
    bk_gate_visit_t visit;
    _Atomic int inside, most_inside, entered, refused, broken;
    _Atomic int stop;
    _Atomic int owners[BK_GATE_TICKETS];
    /* Of those who come one by one, each of them its own: */
    bk_gate_visit_t visits[GUESTS];
    _Atomic int order[GUESTS], outcome[GUESTS];
} party_t;

static party_t *party_new(int limit, int queue, apr_interval_time_t wait)
{
    party_t *party = crowd_memory(sizeof(*party));
    int i;

    party->gate = gate_new();
    party->visit = (bk_gate_visit_t){.limit = limit, .queue = queue, .wait = wait};
    for (i = 0; i < GUESTS; i++) {
        party->visits[i] = party->visit;
    }
    return party;
}

/* In once, and out. */
static void visit(void *data, int number)
{
    party_t *party = data;
    bk_gate_pass_t pass;
    int inside;

    if (!bk_gate_enter(party->gate, &party->visit, &pass)) {
        atomic_fetch_add(&party->refused, 1);
        return;
    }
    inside = atomic_fetch_add(&party->inside, 1) + 1;
    if (inside > party->visit.limit) {
        atomic_fetch_add(&party->broken, 1);
    }
    if (inside > atomic_load(&party->most_inside)) {
        atomic_store(&party->most_inside, inside);
    }
    atomic_fetch_add(&party->entered, 1);
    usleep((useconds_t)(number * 37 % 400));
    atomic_fetch_sub(&party->inside, 1);
    bk_gate_leave(party->gate, &pass);
}

static void visit_until_stopped(void *data, int number)
{
    party_t *party = data;

    while (!atomic_load(&party->stop)) {
        visit(party, number);
    }
}

/* ---- who is next --------------------------------------------------------------------------------
 */

static void line_up(void *data, int number)
{
    party_t *party = data;
    bk_gate_pass_t pass;

    if (!bk_gate_enter(party->gate, &party->visits[number], &pass)) {
        atomic_store(&party->outcome[number], WAS_SENT_AWAY);
        return;
    }
    atomic_store(&party->order[atomic_fetch_add(&party->entered, 1)], number);
    atomic_store(&party->outcome[number], CAME_IN);
    bk_gate_leave(party->gate, &pass);
}

static apr_uint64_t came(bk_gate_t *gate)
{
    return *(volatile apr_uint64_t *)&gate->number;
}

/* Guests that come one after the other, each a process of its own, while somebody is inside; then
 * that one leaves. */
static void receive(party_t *party, int guests)
{
    bk_gate_pass_t pass;
    pid_t children[GUESTS];
    int i, status;

    assert_int_equal(step_in(party->gate, 1, &pass), 1);
    for (i = 0; i < guests; i++) {
        children[i] = crowd_child(1, line_up, party, i);
        CROWD_WAIT(came(party->gate) == pass.number + 1 + (apr_uint64_t)i);
    }
    bk_gate_leave(party->gate, &pass);
    for (i = 0; i < guests; i++) {
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_idle(party->gate);
}

static void assert_order(party_t *party, const int *order, int count)
{
    int i;

    assert_int_equal(atomic_load(&party->entered), count);
    for (i = 0; i < count; i++) {
        assert_that(atomic_load(&party->order[i]) == order[i], "%d came in as number %d, not %d",
                    atomic_load(&party->order[i]), i, order[i]);
    }
}

/* First come, first served: of one client, and of many. */
static void test_in_order(void **state)
{
    static const int order[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    int i, many;

    for (many = 0; many < 2; many++) {
        party_t *party = party_new(1, 20, LONG);
        for (i = 0; i < 12; i++) {
            party->visits[i].client = many ? (apr_uint64_t)i * 7 % 13 : 5;
        }
        receive(party, 12);
        assert_order(party, order, 12);
    }
}

/* All of the first rank go before all of the second, whenever they come. */
static void test_ranks(void **state)
{
    static const int order[] = {2, 3, 5, 0, 1, 4};
    party_t *party = party_new(1, 20, LONG);
    int i;

    for (i = 0; i < 6; i++) {
        party->visits[i].rank = i == 0 || i == 1 || i == 4;
        party->visits[i].client = (apr_uint64_t)i;
    }
    receive(party, 6);
    assert_order(party, order, 6);
}

/* One that has sent many waits behind itself: others take turns with it. */
static void test_clients_take_turns(void **state)
{
    static const int order[] = {0, 6, 8, 1, 7, 2, 3, 4, 5};
    party_t *party = party_new(1, 20, LONG);
    int i;

    for (i = 0; i < 9; i++) {
        party->visits[i].client = i < 6 ? 1 : i < 8 ? 2 : 3;
    }
    receive(party, 9);
    assert_order(party, order, 9);
}

/* Where a queue is full the last in line is sent away: whose client waits for most, or who has just
 * come. Each rank has a queue of its own. */
static void test_full_queue(void **state)
{
    /* The fifth of the first client finds the queue full. The next two, of two others, are in line
     * before the fourth and the third, and these go; a second of such another is itself the last.
     */
    static const apr_uint64_t clients[] = {1, 1, 1, 1, 1, 2, 3, 2, 1};
    static const int order[] = {0, 5, 6, 1, 8}, away[] = {2, 3, 4, 7};
    party_t *party = party_new(1, 4, LONG);
    size_t i;

    for (i = 0; i < UNIT_ROWS(clients); i++) {
        party->visits[i].client = clients[i];
    }
    party->visits[8].rank = 1;
    receive(party, UNIT_ROWS(clients));
    assert_order(party, order, UNIT_ROWS(order));
    for (i = 0; i < UNIT_ROWS(away); i++) {
        assert_int_equal(atomic_load(&party->outcome[away[i]]), WAS_SENT_AWAY);
    }
}

/* ---- many ---------------------------------------------------------------------------------------
 */

static void test_waiter_gets_the_place(void **state)
{
    party_t *party = party_new(1, 1, LONG);
    bk_gate_pass_t pass;
    pid_t child;
    int status;

    assert_int_equal(step_in(party->gate, 1, &pass), 1);
    child = crowd_child(1, visit, party, 0);
    CROWD_WAIT(bk_gate_waiting(party->gate) == 1);
    assert_int_equal(atomic_load(&party->entered), 0);
    bk_gate_leave(party->gate, &pass);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(atomic_load(&party->entered), 1);
    assert_idle(party->gate);
}

/* Of six who come while nobody leaves, two may wait and four are refused at once. */
static void test_queue(void **state)
{
    party_t *party = party_new(1, 2, LONG);
    bk_gate_pass_t pass;
    pid_t children[2];
    int i, status;

    assert_int_equal(step_in(party->gate, 1, &pass), 1);
    for (i = 0; i < 2; i++) {
        children[i] = crowd_child(3, visit, party, i * 3);
    }
    CROWD_WAIT(atomic_load(&party->refused) == 4);
    CROWD_WAIT(bk_gate_waiting(party->gate) == 2);
    assert_int_equal(atomic_load(&party->entered), 0);
    bk_gate_leave(party->gate, &pass);
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

/* ---- killed -------------------------------------------------------------------------------------
 */

static void enter_and_stay(void *data, int number)
{
    party_t *party = data;
    bk_gate_pass_t pass;

    if (bk_gate_enter(party->gate, &party->visit, &pass)) {
        atomic_fetch_add(&party->entered, 1);
    }
    for (;;) {
        pause();
    }
}

/* Two may be inside, and all of the places are to be had. */
static void assert_room_for_two(bk_gate_t *gate)
{
    bk_gate_pass_t passes[2], other;

    assert_int_equal(step_in(gate, 2, &passes[0]), 1);
    assert_int_equal(step_in(gate, 2, &passes[1]), 1);
    assert_int_equal(step_in(gate, 2, &other), 0);
    bk_gate_leave(gate, &passes[0]);
    bk_gate_leave(gate, &passes[1]);
}

/* Whoever dies inside leaves the place to the next. */
static void test_killed_inside(void **state)
{
    party_t *party = party_new(2, 0, 0);
    bk_gate_pass_t pass;
    int i;

    for (i = 0; i < 10; i++) {
        pid_t child = crowd_child(2, enter_and_stay, party, 0);
        CROWD_WAIT(atomic_load(&party->entered) == 2 * (i + 1));
        assert_int_equal(step_in(party->gate, 2, &pass), 0);
        crowd_kill(child);
    }
    assert_room_for_two(party->gate);
    assert_idle(party->gate);
}

/* Whoever dies waiting keeps nobody from a full queue, nor comes in. */
static void test_killed_waiting(void **state)
{
    party_t *party = party_new(1, 3, LONG);
    bk_gate_pass_t pass;
    pid_t dead, child;
    int status;

    assert_int_equal(step_in(party->gate, 1, &pass), 1);
    dead = crowd_child(3, enter_and_stay, party, 0);
    CROWD_WAIT(bk_gate_waiting(party->gate) == 3);
    crowd_kill(dead);
    child = crowd_child(3, visit, party, 0);
    CROWD_WAIT(bk_gate_waiting(party->gate) == 3 && came(party->gate) == pass.number + 6);
    assert_int_equal(atomic_load(&party->refused), 0);
    bk_gate_leave(party->gate, &pass);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(atomic_load(&party->entered), 3);
    assert_idle(party->gate);

    assert_int_equal(step_in(party->gate, 1, &pass), 1);
    dead = crowd_child(3, enter_and_stay, party, 0);
    CROWD_WAIT(bk_gate_waiting(party->gate) == 3);
    crowd_kill(dead);
    bk_gate_leave(party->gate, &pass);
    assert_int_equal(step_in(party->gate, 1, &pass), 1);
    bk_gate_leave(party->gate, &pass);
    assert_idle(party->gate);
}

/* One who waits takes over the place of one who is killed, though nobody leaves. */
static void test_killed_while_another_waits(void **state)
{
    party_t *party = party_new(1, 5, LONG);
    pid_t holder = crowd_child(1, enter_and_stay, party, 0), waiter;
    int status;

    CROWD_WAIT(atomic_load(&party->entered) == 1);
    waiter = crowd_child(1, visit, party, 0);
    CROWD_WAIT(bk_gate_waiting(party->gate) == 1);
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
    bk_gate_visit_t as = party->visit;

    as.rank = number % 2;
    as.client = (apr_uint64_t)(number % 3);
    while (!atomic_load(&party->stop)) {
        bk_gate_pass_t pass;
        if (!bk_gate_enter(party->gate, &as, &pass)) {
            atomic_fetch_add(&party->refused, 1);
            continue;
        }
        atomic_store(&party->owners[pass.ticket], mine);
        usleep(100);
        if (atomic_load(&party->owners[pass.ticket]) != mine) {
            atomic_fetch_add(&party->broken, 1);
        }
        atomic_fetch_add(&party->entered, 1);
        bk_gate_leave(party->gate, &pass);
    }
}

/* Killed at any moment, within the lock too: it does not come to a stop, and no place is lost. */
static void test_crowd_under_fire(void **state)
{
    enum { PROCESSES = 4, LIMIT = 2 };
    party_t *party = party_new(LIMIT, 2 * PROCESSES, LONG);
    pid_t children[PROCESSES];
    int64_t end = crowd_usec() + 800000;
    uint64_t seed = 5;
    int i, entered;

    for (i = 0; i < PROCESSES; i++) {
        children[i] = crowd_child(2, mark_until_stopped, party, i * 2);
    }
    while (crowd_usec() < end) {
        usleep((useconds_t)unit_random_in(&seed, 200, 20000));
        i = (int)(unit_random(&seed) % PROCESSES);
        crowd_kill(children[i]);
        children[i] = crowd_child(2, mark_until_stopped, party, i * 2);
    }
    entered = atomic_load(&party->entered);
    CROWD_WAIT(atomic_load(&party->entered) > entered + 20);
    for (i = 0; i < PROCESSES; i++) {
        crowd_kill(children[i]);
    }
    assert_int_equal(atomic_load(&party->broken), 0);
    assert_int_equal(atomic_load(&party->refused), 0);
    assert_room_for_two(party->gate);
}

/* A ticket is taken back, whoever's it is, when it was held for too long. */
static void test_stale(void **state)
{
    bk_gate_t *gate = gate_new();
    bk_gate_pass_t pass, other;
    const apr_int64_t now = bk_time_monotonic_ms();

    assert_int_equal(step_in(gate, 1, &pass), 1);
    gate->tickets[pass.ticket].until = now - (BK_GATE_STALE - 5) * 1000;
    assert_int_equal(step_in(gate, 1, &other), 0);
    gate->tickets[pass.ticket].until = now - (BK_GATE_STALE + 5) * 1000;
    assert_int_equal(step_in(gate, 1, &other), 1);
    /* Who was taken for dead, and comes out late, leaves alone the one who is in that place now. */
    bk_gate_leave(gate, &pass);
    assert_int_equal(step_in(gate, 1, &pass), 0);
    bk_gate_leave(gate, &other);
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
    bk_gate_pass_t pass;
    pid_t child;

    assert_int_equal(step_in(party->gate, 1, &pass), 1);
    if (geteuid() != 0) {
        atomic_store(&party->gate->tickets[pass.ticket].pid, 1);
    }
    child = crowd_child(1, visit_as_nobody, party, 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(atomic_load(&party->refused), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_ready),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_sleeps),
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_clients_take_turns),
        cmocka_unit_test(test_full_queue),
        cmocka_unit_test(test_waiter_gets_the_place),
        cmocka_unit_test(test_queue),
        cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_killed_inside),
        cmocka_unit_test(test_killed_waiting),
        cmocka_unit_test(test_killed_while_another_waits),
        cmocka_unit_test(test_crowd_under_fire),
        cmocka_unit_test(test_stale),
        cmocka_unit_test(test_other_user),
    };

    return cmocka_run_group_tests_name("bk_gate", tests, NULL, NULL);
}
