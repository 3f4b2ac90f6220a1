/* Many processes of many threads call through one breaker, and some are killed. */
#include "breaker.h"

#include <sched.h>

enum {
    PROCESSES = 4,
    THREADS = 3,
    CLOSED_CALLS = 4000,
    LAPS = 50,
    ROUNDS = 3000,
    GENERATIONS = 1 << 16
};

typedef struct stress_t {
    bk_breaker_t breaker;
    bk_breaker_settings_t settings;
    apr_int64_t until;   /* microseconds */
    uint64_t closings;   /* and until it closed so often, however long that takes */
    _Atomic int arrived; /* at a moment when all go on */
    _Atomic int let_in, lost;
    _Atomic int too_many_probes, mixed_generations;
    _Atomic apr_uint64_t made[2], refused;
    struct {
        _Atomic int kind;      /* 1: closed, 2: half-open; by whoever was let in */
        _Atomic int under_way; /* probes */
        _Atomic int left;      /* calls that were about to be counted */
    } generations[GENERATIONS];
} stress_t;

static apr_int64_t now_ms(void)
{
    return crowd_usec() / 1000;
}

/* Wait for all the others, so many times. */
static void meet(stress_t *stress, int times)
{
    atomic_fetch_add(&stress->arrived, 1);
    while (atomic_load(&stress->arrived) < times * PROCESSES * THREADS) {
        sched_yield();
    }
}

/* In one window after the other. */
static void count_closed(void *data, int number)
{
    stress_t *stress = data;
    int lap, i;

    for (lap = 0; lap < LAPS; lap++) {
        apr_int64_t begin = START + lap * stress->settings.window;
        bk_breaker_view_t view;

        meet(stress, 2 * lap + 1);
        for (i = 0; i < CLOSED_CALLS; i++) {
            call(&stress->breaker, &stress->settings, begin + i % 1000,
                 i % 4 ? BK_BREAKER_SUCCESS : BK_BREAKER_FAILURE);
        }
        meet(stress, 2 * lap + 2);
        bk_breaker_look(&stress->breaker, &stress->settings, begin + 999, &view);
        if (view.calls != PROCESSES * THREADS * CLOSED_CALLS ||
            view.failures != PROCESSES * THREADS * CLOSED_CALLS / 4) {
            atomic_fetch_add(&stress->lost, 1);
        }
    }
}

/* No count is lost, whoever counts at the same time. */
static void test_counts(void **state)
{
    stress_t *stress = crowd_memory(sizeof(*stress));

    stress->settings = usual;
    stress->settings.minimum_calls = 1000000;
    bk_breaker_init(&stress->breaker, START);
    assert_true(crowd_run(PROCESSES, THREADS, count_closed, stress));
    assert_int_equal(atomic_load(&stress->lost), 0);
    assert_int_equal(atomic_load(&stress->breaker.calls[0]) +
                         atomic_load(&stress->breaker.calls[1]),
                     LAPS * PROCESSES * THREADS * CLOSED_CALLS);
}

/* All come at the very end of the open time. */
static void probe_at_once(void *data, int number)
{
    stress_t *stress = data;
    int i;

    for (i = 0; i < ROUNDS; i++) {
        apr_int64_t now = START + i * (usual.open_time + 1);
        bk_breaker_ticket_t ticket;

        if (number == 0) {
            atomic_store(&stress->let_in, 0);
            bk_breaker_set(&stress->breaker, BK_BREAKER_OPEN, now);
        }
        meet(stress, 3 * i + 1);
        now += usual.open_time;
        if (bk_breaker_enter(&stress->breaker, &usual, now, &ticket) == 0) {
            atomic_fetch_add(&stress->let_in, 1);
        }
        meet(stress, 3 * i + 2);
        if (number == 0 && atomic_load(&stress->let_in) != usual.probes) {
            atomic_fetch_add(&stress->too_many_probes, 1);
        }
        meet(stress, 3 * i + 3);
    }
}

/* As many as there may be, and not one more, nor less. */
static void test_probes_at_once(void **state)
{
    stress_t *stress = crowd_memory(sizeof(*stress));

    bk_breaker_init(&stress->breaker, START);
    assert_true(crowd_run(PROCESSES, THREADS, probe_at_once, stress));
    assert_int_equal(atomic_load(&stress->too_many_probes), 0);
    assert_int_equal(atomic_load(&stress->breaker.transitions[BK_BREAKER_HALF_OPEN]), ROUNDS);
}

/* A service that is ill for 4 ms of every 10. */
static int is_ill(int64_t usec)
{
    return usec / 1000 % 10 < 4;
}

/* What is noted here is noted before and after: what is noted as under way is under way. */
static void one_call(stress_t *stress, uint64_t *seed)
{
    bk_breaker_ticket_t ticket;
    bk_breaker_outcome_t outcome;
    int kind, is_probe, unknown = 0;

    if (bk_breaker_enter(&stress->breaker, &stress->settings, now_ms(), &ticket) != 0) {
        atomic_fetch_add(&stress->refused, 1);
        usleep(50);
        return;
    }
    is_probe = ticket.probe >= 0;
    kind = is_probe ? 2 : 1;
    if (!atomic_compare_exchange_strong(&stress->generations[ticket.generation].kind, &unknown,
                                        kind) &&
        unknown != kind) {
        atomic_fetch_add(&stress->mixed_generations, 1);
    }
    if (is_probe && atomic_fetch_add(&stress->generations[ticket.generation].under_way, 1) >=
                        stress->settings.probes) {
        atomic_fetch_add(&stress->too_many_probes, 1);
    }
    if (unit_random_in(seed, 0, 3) == 0) {
        usleep((useconds_t)unit_random_in(seed, 1, 300));
    }
    outcome = is_ill(crowd_usec()) ? BK_BREAKER_FAILURE : BK_BREAKER_SUCCESS;
    if (is_probe) {
        atomic_fetch_sub(&stress->generations[ticket.generation].under_way, 1);
    }
    atomic_fetch_add(&stress->generations[ticket.generation].left, 1);
    atomic_fetch_add(&stress->made[outcome], 1);
    bk_breaker_leave(&stress->breaker, &stress->settings, now_ms(), &ticket, outcome);
}

static uint64_t transitions(bk_breaker_t *breaker, int state)
{
    return atomic_load(&breaker->transitions[state]);
}

static void call_until(void *data, int number)
{
    stress_t *stress = data;
    uint64_t seed = UINT64_C(77) + (uint64_t)number;

    while (crowd_usec() < stress->until ||
           (transitions(&stress->breaker, BK_BREAKER_CLOSED) < stress->closings &&
            crowd_usec() < stress->until + CROWD_LATE)) {
        one_call(stress, &seed);
    }
}

/* Generations go closed, open, half-open, and so on: those in which calls were let in are never
 * next to each other but half-open before closed, and a closed one ends by what was counted in it.
 */
static void check_generations(stress_t *stress, int last)
{
    int i;

    for (i = 0; i < last; i++) {
        int kind = atomic_load(&stress->generations[i].kind);
        int next = atomic_load(&stress->generations[i + 1].kind);
        int left = atomic_load(&stress->generations[i].left);

        assert_that(kind != 1 || next == 0, "calls were let in right after generation %d, closed",
                    i);
        assert_that(kind != 2 || next != 2, "half-open twice: generation %d", i);
        assert_that(kind != 1 || left >= stress->settings.minimum_calls,
                    "generation %d opened on %d calls", i, left);
    }
}

static void test_states(void **state)
{
    stress_t *stress = crowd_memory(sizeof(*stress));
    bk_breaker_t *breaker = &stress->breaker;
    uint64_t sum = 0, closed, opened, half;
    int generation, i;

    stress->settings = usual;
    stress->settings.minimum_calls = 20;
    stress->settings.window = 10000;
    stress->settings.failure_rate = 20;
    stress->settings.slow_time = 100000;
    stress->settings.open_time = 1;
    stress->settings.probe_timeout = 100000;
    stress->until = crowd_usec() + 3000000;
    stress->closings = 10;
    bk_breaker_init(breaker, now_ms());
    assert_true(crowd_run(PROCESSES, THREADS, call_until, stress));

    generation = (int)(atomic_load(&breaker->state) >> 40 & 0x1FFFFF);
    closed = transitions(breaker, BK_BREAKER_CLOSED);
    opened = transitions(breaker, BK_BREAKER_OPEN);
    half = transitions(breaker, BK_BREAKER_HALF_OPEN);
    assert_in_range(generation, 40, GENERATIONS - 1);
    assert_in_range(closed, 10, GENERATIONS);
    assert_int_equal(atomic_load(&stress->too_many_probes), 0);
    assert_int_equal(atomic_load(&stress->mixed_generations), 0);
    check_generations(stress, generation);
    for (i = 0; i < BK_BREAKER_STATES; i++) {
        sum += transitions(breaker, i);
    }
    assert_int_equal(sum, generation);
    assert_in_range(opened - half, 0, 1);
    assert_true(half >= closed);
    assert_int_equal(atomic_load(&breaker->calls[0]), atomic_load(&stress->made[0]));
    assert_int_equal(atomic_load(&breaker->calls[1]), atomic_load(&stress->made[1]));
    assert_int_equal(atomic_load(&breaker->refused), atomic_load(&stress->refused));
    print_message("           %d generations: opened %d times, closed %d times; %d calls, %d "
                  "refused\n",
                  generation, (int)opened, (int)closed,
                  (int)(atomic_load(&stress->made[0]) + atomic_load(&stress->made[1])),
                  (int)atomic_load(&stress->refused));
}

typedef struct killed_t {
    bk_breaker_t breaker;
    _Atomic int probes;
} killed_t;

static void probe_and_wait(void *data, int number)
{
    killed_t *killed = data;
    bk_breaker_ticket_t ticket;

    if (bk_breaker_enter(&killed->breaker, &usual, START + 500, &ticket) == 0) {
        atomic_fetch_add(&killed->probes, 1);
    }
    for (;;) {
        pause();
    }
}

/* Whoever sends the probes is killed: after probe_timeout others do. */
static void test_probe_killed(void **state)
{
    killed_t *killed = crowd_memory(sizeof(*killed));
    pid_t pid;
    int i;

    bk_breaker_init(&killed->breaker, START);
    trip(&killed->breaker, START);
    pid = crowd_child(usual.probes, probe_and_wait, killed, 0);
    assert_true(pid > 0);
    CROWD_WAIT(atomic_load(&killed->probes) == usual.probes);
    crowd_kill(pid);
    assert_int_equal(call(&killed->breaker, &usual, START + 799, BK_BREAKER_SUCCESS), 100);
    for (i = 0; i < usual.probes; i++) {
        assert_int_equal(state_of(&killed->breaker), BK_BREAKER_HALF_OPEN);
        assert_int_equal(call(&killed->breaker, &usual, START + 800, BK_BREAKER_SUCCESS), 0);
    }
    assert_int_equal(state_of(&killed->breaker), BK_BREAKER_CLOSED);
}

static uint64_t calls_made(stress_t *stress)
{
    return atomic_load(&stress->made[0]) + atomic_load(&stress->made[1]);
}

static void call_and_be_killed(stress_t *stress, useconds_t time)
{
    pid_t pids[2];
    uint64_t before = calls_made(stress);
    int i;

    for (i = 0; i < 2; i++) {
        pids[i] = crowd_child(3, call_until, stress, i * 3);
        assert_true(pids[i] > 0);
    }
    CROWD_WAIT(calls_made(stress) > before);
    usleep(time);
    for (i = 0; i < 2; i++) {
        crowd_kill(pids[i]);
    }
}

/* Killed anywhere, again and again: the others go on. */
static void test_killed_anywhere(void **state)
{
    stress_t *stress = crowd_memory(sizeof(*stress));
    bk_breaker_t *breaker = &stress->breaker;
    int round = 0;

    stress->settings = usual;
    stress->settings.failure_rate = 20;
    stress->settings.open_time = 1;
    stress->settings.probe_timeout = 20;
    stress->settings.slow_time = 100000;
    stress->until = crowd_usec() + 600000000;
    bk_breaker_init(breaker, now_ms());
    while (round < 30 || (round < 300 && transitions(breaker, BK_BREAKER_CLOSED) < 10)) {
        call_and_be_killed(stress, 20000 + (useconds_t)(round++ % 30) * 700);
    }
    print_message("           killed %d times, opened %d times, closed %d times\n", 2 * round,
                  (int)transitions(breaker, BK_BREAKER_OPEN),
                  (int)transitions(breaker, BK_BREAKER_CLOSED));
    assert_true(transitions(breaker, BK_BREAKER_CLOSED) >= 10);
    CROWD_WAIT(call(breaker, &stress->settings, now_ms(), BK_BREAKER_SUCCESS) == 0 &&
               state_of(breaker) == BK_BREAKER_CLOSED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),          cmocka_unit_test(test_probes_at_once),
        cmocka_unit_test(test_states),          cmocka_unit_test(test_probe_killed),
        cmocka_unit_test(test_killed_anywhere),
    };

    return cmocka_run_group_tests_name("bk_breaker, many processes", tests, NULL, NULL);
}
