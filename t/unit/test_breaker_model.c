#include "breaker.h"

/* Random events, and a model that says what has to come of them. The model keeps every call as it
 * came, and an owner for each probe; nothing is packed.
 */

enum { FLYING = 24, EVENTS = 4000, SEQUENCES = 1000, KEPT = EVENTS };

typedef struct model_t {
    bk_breaker_state_t state;
    int generation;
    apr_int64_t since;
    struct {
        apr_int64_t tenth;
        int failed, slow;
    } kept[KEPT];
    int count;
    struct {
        int owner; /* 0: none */
        apr_int64_t start;
        int went_well;
    } probes[BK_BREAKER_PROBES];
    int owners;
    apr_uint64_t refused, totals[2], slow;
} model_t;

/* A call of the model's and of the breaker's. */
typedef struct flight_t {
    int flies;
    bk_breaker_ticket_t ticket;
    apr_int64_t start;
    int generation, probe, owner, counted;
} flight_t;

static void model_become(model_t *model, bk_breaker_state_t next, apr_int64_t now)
{
    model->state = next;
    model->since = now;
    model->generation++;
    memset(model->probes, 0, sizeof(model->probes));
    if (next == BK_BREAKER_CLOSED) {
        model->count = 0;
    }
}

static void model_sum(const model_t *model, const bk_breaker_settings_t *settings, apr_int64_t now,
                      bk_breaker_view_t *view)
{
    apr_int64_t tenth = now / (settings->window / 10);
    int i;

    memset(view, 0, sizeof(*view));
    for (i = 0; i < model->count; i++) {
        if (model->kept[i].tenth > tenth - 10) {
            view->calls++;
            view->failures += model->kept[i].failed;
            view->slow += model->kept[i].slow;
        }
    }
}

static apr_int64_t model_refuse(model_t *model, const bk_breaker_settings_t *settings,
                                flight_t *flight, apr_int64_t wait)
{
    model->refused++;
    flight->counted = 0;
    return settings->dry_run ? 0 : wait;
}

static apr_int64_t model_probe(model_t *model, const bk_breaker_settings_t *settings,
                               apr_int64_t now, flight_t *flight)
{
    int i, well = 0;

    for (i = 0; i < settings->probes; i++) {
        int gone = model->probes[i].owner && !model->probes[i].went_well &&
                   now >= model->probes[i].start + settings->probe_timeout;
        if (!model->probes[i].owner || gone) {
            model->probes[i].owner = flight->owner = ++model->owners;
            model->probes[i].start = now;
            flight->probe = i;
            return 0;
        }
        well += model->probes[i].went_well;
    }
    if (well == settings->probes) {
        model_become(model, BK_BREAKER_CLOSED, now);
        flight->generation = model->generation;
        return 0;
    }
    return model_refuse(model, settings, flight, settings->slow_time);
}

static apr_int64_t model_enter(model_t *model, const bk_breaker_settings_t *settings,
                               apr_int64_t now, flight_t *flight)
{
    if (model->state == BK_BREAKER_OPEN && now >= model->since + settings->open_time) {
        model_become(model, BK_BREAKER_HALF_OPEN, now);
    }
    flight->start = now;
    flight->generation = model->generation;
    flight->probe = -1;
    flight->counted = 1;
    switch (model->state) {
    case BK_BREAKER_HALF_OPEN:
        return model_probe(model, settings, now, flight);
    case BK_BREAKER_OPEN:
        return model_refuse(model, settings, flight, model->since + settings->open_time - now);
    case BK_BREAKER_FORCED_OPEN:
        return model_refuse(model, settings, flight, settings->open_time);
    default:
        return 0;
    }
}

static void model_end_probe(model_t *model, const bk_breaker_settings_t *settings, apr_int64_t now,
                            const flight_t *flight, bk_breaker_outcome_t outcome, int slow)
{
    int i, well = 0;

    if (model->probes[flight->probe].owner != flight->owner) {
        return;
    }
    model->probes[flight->probe].owner = 0;
    if (outcome == BK_BREAKER_IGNORED) {
        return;
    }
    if (outcome == BK_BREAKER_FAILURE || slow) {
        model_become(model, BK_BREAKER_OPEN, now);
        return;
    }
    model->probes[flight->probe].owner = flight->owner;
    model->probes[flight->probe].went_well = 1;
    for (i = 0; i < settings->probes; i++) {
        well += model->probes[i].went_well;
    }
    if (well == settings->probes) {
        model_become(model, BK_BREAKER_CLOSED, now);
    }
}

static void model_leave(model_t *model, const bk_breaker_settings_t *settings, apr_int64_t now,
                        const flight_t *flight, bk_breaker_outcome_t outcome)
{
    int failed = outcome == BK_BREAKER_FAILURE;
    int slow = now >= flight->start + settings->slow_time;
    bk_breaker_view_t view;

    if (outcome != BK_BREAKER_IGNORED) {
        model->totals[failed]++;
        model->slow += slow;
    }
    if (!flight->counted || flight->generation != model->generation) {
        return;
    }
    if (flight->probe >= 0) {
        model_end_probe(model, settings, now, flight, outcome, slow);
        return;
    }
    if (outcome == BK_BREAKER_IGNORED || model->state != BK_BREAKER_CLOSED) {
        return;
    }
    model->kept[model->count].tenth = now / (settings->window / 10);
    model->kept[model->count].failed = failed;
    model->kept[model->count++].slow = slow;
    model_sum(model, settings, now, &view);
    if (view.calls >= settings->minimum_calls &&
        (100.0 * view.failures / view.calls >= settings->failure_rate ||
         100.0 * view.slow / view.calls >= settings->slow_rate)) {
        model_become(model, BK_BREAKER_OPEN, now);
    }
}

/* All but the window, whose tenths carry its length. */
static void shuffle_settings(bk_breaker_settings_t *settings, uint64_t *seed)
{
    settings->minimum_calls = (int)unit_random_in(seed, 1, 12);
    settings->failure_rate = (int)unit_random_in(seed, 1, 100);
    settings->slow_time = unit_random_in(seed, 1, 200);
    settings->slow_rate = (int)unit_random_in(seed, 1, 100);
    settings->open_time = unit_random_in(seed, 1, 400);
    settings->probes = (int)unit_random_in(seed, 1, BK_BREAKER_PROBES);
    settings->probe_timeout = unit_random_in(seed, 1, 400);
    settings->dry_run = unit_random_in(seed, 0, 9) == 0;
}

static bk_breaker_outcome_t some_outcome(uint64_t *seed, int health)
{
    int dice = (int)unit_random_in(seed, 0, 99);

    return dice < 5 ? BK_BREAKER_IGNORED : dice < health ? BK_BREAKER_SUCCESS : BK_BREAKER_FAILURE;
}

static void compare(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                    const model_t *model, apr_int64_t now, int sequence, int event)
{
    bk_breaker_view_t view, wanted;

    bk_breaker_look(breaker, settings, now, &view);
    assert_that(view.state == model->state && view.since == model->since,
                "sequence %d, event %d: %s, and should be %s", sequence, event,
                bk_breaker_state_name(view.state), bk_breaker_state_name(model->state));
    if (model->state == BK_BREAKER_CLOSED) {
        model_sum(model, settings, now, &wanted);
        assert_that(view.calls == wanted.calls && view.failures == wanted.failures &&
                        view.slow == wanted.slow,
                    "sequence %d, event %d: %d, %d, %d in the window, not %d, %d, %d", sequence,
                    event, view.calls, view.failures, view.slow, wanted.calls, wanted.failures,
                    wanted.slow);
    }
    assert_that(atomic_load(&breaker->refused) == model->refused &&
                    atomic_load(&breaker->calls[0]) == model->totals[0] &&
                    atomic_load(&breaker->calls[1]) == model->totals[1] &&
                    atomic_load(&breaker->slow) == model->slow,
                "sequence %d, event %d: the totals differ", sequence, event);
}

static void random_sequence(bk_breaker_t *breaker, model_t *model, uint64_t *seed, int sequence)
{
    static const apr_int64_t windows[] = {100, 1000, 1230, 60000};
    bk_breaker_settings_t settings = usual;
    flight_t flights[FLYING];
    apr_int64_t now = unit_random_in(seed, START, 2 * (apr_int64_t)START);
    int event, health = 90;

    memset(breaker, 0, sizeof(*breaker));
    memset(model, 0, sizeof(*model));
    memset(flights, 0, sizeof(flights));
    bk_breaker_init(breaker, now);
    model->since = now;
    shuffle_settings(&settings, seed);
    settings.window = windows[sequence % UNIT_ROWS(windows)];
    for (event = 0; event < EVENTS; event++) {
        flight_t *flight = &flights[unit_random_in(seed, 0, FLYING - 1)];
        int dice = (int)unit_random_in(seed, 0, 999);

        if (dice < 3) {
            static const bk_breaker_state_t states[] = {BK_BREAKER_CLOSED, BK_BREAKER_CLOSED,
                                                        BK_BREAKER_OPEN, BK_BREAKER_FORCED_OPEN,
                                                        BK_BREAKER_DISABLED};
            bk_breaker_state_t next = states[unit_random_in(seed, 0, 4)];
            bk_breaker_set(breaker, next, now);
            model_become(model, next, now);
        }
        else if (dice < 10) {
            shuffle_settings(&settings, seed);
        }
        else if (dice < 20) {
            health = (int)unit_random_in(seed, 0, 100);
        }
        else if (dice < 250) {
            now += unit_random_in(seed, 1, dice < 25 ? 2 * settings.window : 40);
        }
        else if (flight->flies) {
            bk_breaker_outcome_t outcome = some_outcome(seed, health);
            bk_breaker_leave(breaker, &settings, now, &flight->ticket, outcome);
            model_leave(model, &settings, now, flight, outcome);
            flight->flies = 0;
        }
        else {
            apr_int64_t wait = bk_breaker_enter(breaker, &settings, now, &flight->ticket);
            apr_int64_t wanted = model_enter(model, &settings, now, flight);
            assert_that(wait == wanted, "sequence %d, event %d: enter says %d, not %d", sequence,
                        event, (int)wait, (int)wanted);
            flight->flies = wait == 0;
        }
        compare(breaker, &settings, model, now, sequence, event);
    }
}

static void test_random_events(void **state)
{
    bk_breaker_t *breaker = breaker_new();
    model_t *model = crowd_memory(sizeof(*model));
    uint64_t seed = UINT64_C(20261122), reached[BK_BREAKER_STATES] = {0};
    int sequence, i;

    for (sequence = 0; sequence < SEQUENCES; sequence++) {
        random_sequence(breaker, model, &seed, sequence);
        for (i = 0; i < BK_BREAKER_STATES; i++) {
            reached[i] += atomic_load(&breaker->transitions[i]);
        }
    }
    for (i = 0; i < BK_BREAKER_STATES; i++) {
        assert_that(reached[i] > 100, "%s only %d times",
                    bk_breaker_state_name((bk_breaker_state_t)i), (int)reached[i]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_events),
    };

    return cmocka_run_group_tests_name("bk_breaker, random events", tests, NULL, NULL);
}
