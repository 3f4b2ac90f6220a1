/* breaker: what the tests of bk_breaker have in common: settings with small numbers, a breaker in
 * shared memory, calls that go through it.
 */
#ifndef UNIT_BREAKER_H
#define UNIT_BREAKER_H

#include "unit.h"

#include "crowd.h"

#include "bk_breaker.h"

/* Well away from zero, as a host's clock is. */
#define START 1000000000

static const bk_breaker_settings_t usual = {
    .window = 1000,
    .minimum_calls = 4,
    .failure_rate = 50,
    .slow_time = 100,
    .slow_rate = 75,
    .open_time = 500,
    .probes = 2,
    .probe_timeout = 300,
};

static inline bk_breaker_t *breaker_new(void)
{
    bk_breaker_t *breaker = crowd_memory(sizeof(*breaker));

    bk_breaker_init(breaker, START);
    return breaker;
}

static inline bk_breaker_state_t state_of(bk_breaker_t *breaker)
{
    bk_breaker_view_t view;

    bk_breaker_look(breaker, &usual, START, &view);
    return view.state;
}

static inline int window_calls(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                               apr_int64_t now)
{
    bk_breaker_view_t view;

    bk_breaker_look(breaker, settings, now, &view);
    return view.calls;
}

/* A call that takes no time. @return what enter said */
static inline apr_int64_t call(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                               apr_int64_t now, bk_breaker_outcome_t outcome)
{
    bk_breaker_ticket_t ticket;
    apr_int64_t wait = bk_breaker_enter(breaker, settings, now, &ticket);

    if (!wait) {
        bk_breaker_leave(breaker, settings, now, &ticket, outcome);
    }
    return wait;
}

static inline void calls(bk_breaker_t *breaker, apr_int64_t now, bk_breaker_outcome_t outcome,
                         int times)
{
    while (times-- > 0) {
        call(breaker, &usual, now, outcome);
    }
}

static inline void trip(bk_breaker_t *breaker, apr_int64_t now)
{
    calls(breaker, now, BK_BREAKER_FAILURE, usual.minimum_calls);
    assert_int_equal(state_of(breaker), BK_BREAKER_OPEN);
}

#endif
