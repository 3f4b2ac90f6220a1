#include "breaker.h"

/* ---- transitions, by a table --------------------------------------------------------------------
 *
 * A story is told in steps such as "501l1b/O", with the time in milliseconds from the start, what
 * is done, and after "/" the state that is seen, and how many calls in the window:
 *
 *     g b v       a call that takes no time: it goes well, fails (bad), or says nothing (void)
 *     e1=500      call 1 enters, and is told to wait so long; 0: it is let in
 *     l1g l1b l1v call 1 leaves
 *     sC sO sF sD an administrator sets the state
 *
 * States: C closed, O open, H half-open, F forced-open, D disabled.
 */

#define TRIP "0b/C1 0b/C2 0b/C3 0b/O "

static const struct {
    const char *name, *steps;
} stories[] = {
    {"fewer than the minimum say nothing", "0b/C1 0b/C2 0b/C3"},
    {"half of them failed", "0g/C1 0g/C2 0b/C3 0b/O"},
    {"less than half", "0g/C1 0g/C2 0g/C3 0b/C4 0b/C5 0b/O"},
    {"a success may be the one that reaches the minimum", "0b/C1 0b/C2 0b/C3 0g/O"},
    {"what is ignored is not counted", "0b/C1 0b/C2 0b/C3 0v/C3 0v/C3"},
    {"the window: a tenth goes after a tenth", "0b/C1 100b/C2 999b/C3 1000b/C3 1099b/O"},
    {"the window: all of it goes", "0b/C1 99b/C2 99b/C3 1000b/C1 900000b/C1"},
    {"slow calls open it, from the very millisecond",
     "0e1=0/C0 0e2=0/C0 0e3=0/C0 0e4=0/C0 99l1g/C1 100l2g/C2 100l3g/C3 100l4g/O"},
    {"open: refused, and told how long to wait", TRIP "0e1=500/O 1e1=499/O 499e1=1/O 500e1=0/H"},
    {"half-open: as many probes as there may be, then closed with nothing counted",
     TRIP "500e1=0/H 500e2=0/H 501e3=100/H 502l1g/H 502e3=100/H 503l2g/C0 503e3=0/C0 503l3g/C1"},
    {"half-open: a probe failed, and the other's success is late",
     TRIP "500e1=0/H 500e2=0/H 510l1b/O 511l2g/O 512e3=498/O 1010e3=0/H"},
    {"half-open: a slow probe is a failed one", TRIP "500e1=0/H 600l1g/O"},
    {"half-open: one that is not slow by a millisecond", TRIP "500e1=0/H 599l1g/H"},
    {"half-open: a probe that is ignored gives its place back",
     TRIP "500e1=0/H 500e2=0/H 500l1v/H 501e3=0/H 501e4=100/H 502l3g/H 502l2g/C0"},
    {"half-open: a probe that never comes back is given up, and is late if it does",
     TRIP "500e1=0/H 500e2=0/H 501l1g/H 799e3=100/H 800e3=0/H 801l2b/H 802l3g/C0"},
    {"half-open: late, but nobody took its place: it was slow",
     TRIP "500e1=0/H 500e2=0/H 501l1g/H 900l2g/O"},
    {"a call of before the trip says nothing later",
     "0e1=0/C0 0e2=0/C0 " TRIP "1l1b/O 500e3=0/H 500e4=0/H 501l3g/H 501l4g/C0 502l2b/C0"},
    {"a call of before the trip does not end a half-open state",
     "0e1=0/C0 " TRIP "500e3=0/H 501l1b/H"},
    {"a probe of an earlier half-open state says nothing in a later one",
     TRIP "500e1=0/H 500e2=0/H 501l1b/O 1001e3=0/H 1001e4=0/H 1002l2b/H 1003l3g/H 1003l4g/C0"},
    {"forced open: refused, for as long as it stays",
     "0sF/F 0e1=500/F 90000e1=500/F 90000sC/C0 90000e1=0/C0"},
    {"disabled: everything goes through, and counts nothing",
     "0sD/D 0b/D0 0b/D0 0b/D0 0b/D0 0b/D0 0sC/C0"},
    {"what was entered while disabled is not counted when closed", "0sD/D 0e1=0/D 0sC/C0 1l1b/C0"},
    {"what was entered while closed is not counted when disabled", "0e1=0/C0 0sD/D 1l1b/D0"},
    {"set to closed: begins afresh", "0b/C1 0b/C2 0e1=0/C2 0sC/C0 0l1b/C0"},
    {"set to open: waits out one open time", "7sO/O 7e1=500/O 507e1=0/H"},
};

static bk_breaker_state_t state_of_letter(char letter)
{
    static const char letters[] = "COHFD";

    return (bk_breaker_state_t)(strchr(letters, letter) - letters);
}

static bk_breaker_outcome_t outcome_of_letter(char letter)
{
    return letter == 'g'   ? BK_BREAKER_SUCCESS
           : letter == 'b' ? BK_BREAKER_FAILURE
                           : BK_BREAKER_IGNORED;
}

/* Do what a step says. */
static void do_step(bk_breaker_t *breaker, const char *name, const char *step, apr_int64_t now,
                    const char *what)
{
    static bk_breaker_ticket_t tickets[8];

    if (*what == 'e') {
        long wait = (long)bk_breaker_enter(breaker, &usual, now, &tickets[what[1] - '0']);
        assert_that(wait == atol(what + 3), "%s: %s: enter says %ld", name, step, wait);
    }
    else if (*what == 'l') {
        bk_breaker_leave(breaker, &usual, now, &tickets[what[1] - '0'], outcome_of_letter(what[2]));
    }
    else if (*what == 's') {
        bk_breaker_set(breaker, state_of_letter(what[1]), now);
    }
    else {
        assert_that(call(breaker, &usual, now, outcome_of_letter(*what)) == 0, "%s: %s: refused",
                    name, step);
    }
}

static void tell(bk_breaker_t *breaker, const char *name, char *steps)
{
    char *last, *step;

    for (step = strtok_r(steps, " ", &last); step; step = strtok_r(NULL, " ", &last)) {
        const char *after = strchr(step, '/');
        bk_breaker_view_t view;
        char *what;
        apr_int64_t now = START + strtol(step, &what, 10);

        do_step(breaker, name, step, now, what);
        bk_breaker_look(breaker, &usual, now, &view);
        assert_that(view.state == state_of_letter(after[1]), "%s: %s: it is %s", name, step,
                    bk_breaker_state_name(view.state));
        assert_that(!after[2] || view.calls == atoi(after + 2), "%s: %s: %d calls in the window",
                    name, step, view.calls);
    }
}

static void test_transitions(void **state)
{
    size_t i;

    for (i = 0; i < UNIT_ROWS(stories); i++) {
        char steps[256];

        assert_true(strlen(stories[i].steps) < sizeof(steps));
        strcpy(steps, stories[i].steps);
        tell(breaker_new(), stories[i].name, steps);
    }
}

static void test_names(void **state)
{
    assert_string_equal(bk_breaker_state_name(BK_BREAKER_CLOSED), "closed");
    assert_string_equal(bk_breaker_state_name(BK_BREAKER_OPEN), "open");
    assert_string_equal(bk_breaker_state_name(BK_BREAKER_HALF_OPEN), "half-open");
    assert_string_equal(bk_breaker_state_name(BK_BREAKER_FORCED_OPEN), "forced-open");
    assert_string_equal(bk_breaker_state_name(BK_BREAKER_DISABLED), "disabled");
}

/* As at a graceful restart: what is there stays. */
static void test_init_again(void **state)
{
    bk_breaker_t *breaker = breaker_new();
    bk_breaker_view_t view;

    bk_breaker_look(breaker, &usual, START, &view);
    assert_int_equal(view.state, BK_BREAKER_CLOSED);
    assert_int_equal(view.since, START);
    trip(breaker, START + 5);
    bk_breaker_init(breaker, START + 9);
    bk_breaker_look(breaker, &usual, START + 9, &view);
    assert_int_equal(view.state, BK_BREAKER_OPEN);
    assert_int_equal(view.since, START + 5);
}

static void test_totals(void **state)
{
    bk_breaker_t *breaker = breaker_new();
    bk_breaker_ticket_t ticket;

    calls(breaker, START, BK_BREAKER_SUCCESS, 3);
    calls(breaker, START, BK_BREAKER_IGNORED, 5);
    assert_int_equal(bk_breaker_enter(breaker, &usual, START, &ticket), 0);
    bk_breaker_leave(breaker, &usual, START + 100, &ticket, BK_BREAKER_FAILURE);
    assert_int_equal(bk_breaker_enter(breaker, &usual, START, &ticket), 0);
    bk_breaker_leave(breaker, &usual, START + 100, &ticket, BK_BREAKER_IGNORED);
    bk_breaker_set(breaker, BK_BREAKER_FORCED_OPEN, START);
    calls(breaker, START, BK_BREAKER_SUCCESS, 7);
    assert_int_equal(atomic_load(&breaker->calls[BK_BREAKER_SUCCESS]), 3);
    assert_int_equal(atomic_load(&breaker->calls[BK_BREAKER_FAILURE]), 1);
    assert_int_equal(atomic_load(&breaker->slow), 1);
    assert_int_equal(atomic_load(&breaker->refused), 7);
    assert_int_equal(atomic_load(&breaker->transitions[BK_BREAKER_FORCED_OPEN]), 1);
    assert_int_equal(atomic_load(&breaker->transitions[BK_BREAKER_OPEN]), 0);
}

/* A bucket holds 16383 calls: then its counts are halved, and the rates stay. */
static void test_overflow(void **state)
{
    bk_breaker_settings_t settings = usual;
    bk_breaker_t *breaker = breaker_new();
    bk_breaker_view_t view;
    int i;

    settings.failure_rate = 26;
    for (i = 0; i < 16383; i++) {
        call(breaker, &settings, START, i % 4 == 3 ? BK_BREAKER_FAILURE : BK_BREAKER_SUCCESS);
    }
    bk_breaker_look(breaker, &settings, START, &view);
    assert_int_equal(view.calls, 16383);
    assert_int_equal(view.failures, 4095);
    call(breaker, &settings, START, BK_BREAKER_FAILURE);
    bk_breaker_look(breaker, &settings, START, &view);
    assert_int_equal(view.calls, 8192);
    assert_int_equal(view.failures, 2048);
    assert_int_equal(view.state, BK_BREAKER_CLOSED);
    for (i = 0; i < 200000; i++) {
        call(breaker, &settings, START, i % 4 == 3 ? BK_BREAKER_FAILURE : BK_BREAKER_SUCCESS);
    }
    bk_breaker_look(breaker, &settings, START, &view);
    assert_in_range(view.calls, 8191, 16383);
    assert_in_range(view.failures * 1000 / view.calls, 245, 255);
    assert_int_equal(view.state, BK_BREAKER_CLOSED);
    for (i = 0; view.state == BK_BREAKER_CLOSED && i < 1000; i++) {
        call(breaker, &settings, START, BK_BREAKER_FAILURE);
        bk_breaker_look(breaker, &settings, START, &view);
    }
    assert_int_equal(view.state, BK_BREAKER_OPEN);
}

static void test_dry_run(void **state)
{
    bk_breaker_settings_t settings = usual;
    bk_breaker_t *breaker = breaker_new();
    int i;

    settings.dry_run = 1;
    for (i = 0; i < 50; i++) {
        assert_int_equal(call(breaker, &settings, START, BK_BREAKER_FAILURE), 0);
    }
    assert_int_equal(state_of(breaker), BK_BREAKER_OPEN);
    assert_int_equal(atomic_load(&breaker->refused), 50 - usual.minimum_calls);
    assert_int_equal(atomic_load(&breaker->calls[BK_BREAKER_FAILURE]), 50);
    /* It heals by its probes, whatever else is let through: */
    for (i = 0; i < settings.probes; i++) {
        assert_int_equal(call(breaker, &settings, START + 500, BK_BREAKER_SUCCESS), 0);
    }
    assert_int_equal(state_of(breaker), BK_BREAKER_CLOSED);
    /* those that would have been refused neither heal it nor hurt it. */
    bk_breaker_set(breaker, BK_BREAKER_FORCED_OPEN, START);
    for (i = 0; i < 50; i++) {
        assert_int_equal(call(breaker, &settings, START, BK_BREAKER_FAILURE), 0);
    }
    assert_int_equal(state_of(breaker), BK_BREAKER_FORCED_OPEN);
}

/* A configuration may be another one at each call. */
static void test_settings_change(void **state)
{
    bk_breaker_settings_t settings = usual;
    bk_breaker_t *breaker = breaker_new();
    bk_breaker_ticket_t first, second, third;

    calls(breaker, START, BK_BREAKER_FAILURE, 2);
    settings.minimum_calls = 3;
    call(breaker, &settings, START, BK_BREAKER_SUCCESS);
    assert_int_equal(state_of(breaker), BK_BREAKER_OPEN);
    assert_int_equal(bk_breaker_enter(breaker, &settings, START + 100, &first), 400);
    settings.open_time = 100;
    assert_int_equal(bk_breaker_enter(breaker, &settings, START + 100, &first), 0);

    /* Fewer probes, while more are under way: */
    assert_int_equal(bk_breaker_enter(breaker, &settings, START + 100, &second), 0);
    settings.probes = 3;
    assert_int_equal(bk_breaker_enter(breaker, &settings, START + 100, &third), 0);
    settings.probes = 1;
    bk_breaker_leave(breaker, &settings, START + 101, &third, BK_BREAKER_SUCCESS);
    assert_int_equal(state_of(breaker), BK_BREAKER_HALF_OPEN);
    bk_breaker_leave(breaker, &settings, START + 101, &first, BK_BREAKER_SUCCESS);
    assert_int_equal(state_of(breaker), BK_BREAKER_CLOSED);
    bk_breaker_leave(breaker, &settings, START + 101, &second, BK_BREAKER_FAILURE);
    assert_int_equal(window_calls(breaker, &settings, START + 101), 0);

    /* and where all that are now wanted went well already, the next call finds it out. */
    bk_breaker_set(breaker, BK_BREAKER_OPEN, START);
    settings.probes = 2;
    call(breaker, &settings, START + 100, BK_BREAKER_SUCCESS);
    assert_int_equal(state_of(breaker), BK_BREAKER_HALF_OPEN);
    settings.probes = 1;
    assert_int_equal(call(breaker, &settings, START + 100, BK_BREAKER_SUCCESS), 0);
    assert_int_equal(state_of(breaker), BK_BREAKER_CLOSED);
    assert_int_equal(window_calls(breaker, &settings, START + 100), 1);

    /* Another window begins with nothing in it, and counts. */
    settings = usual;
    calls(breaker, START + 100, BK_BREAKER_SUCCESS, 3);
    settings.window = 5000;
    assert_int_equal(window_calls(breaker, &settings, START + 100), 0);
    call(breaker, &settings, START + 100, BK_BREAKER_SUCCESS);
    call(breaker, &settings, START + 4000, BK_BREAKER_SUCCESS);
    assert_int_equal(window_calls(breaker, &settings, START + 4000), 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transitions),     cmocka_unit_test(test_names),
        cmocka_unit_test(test_init_again),      cmocka_unit_test(test_totals),
        cmocka_unit_test(test_overflow),        cmocka_unit_test(test_dry_run),
        cmocka_unit_test(test_settings_change),
    };

    return cmocka_run_group_tests_name("bk_breaker", tests, NULL, NULL);
}
