#include "bk_gate.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "bk_time.h"

static const bk_layout_member_t members[] = {
    BK_LAYOUT_ONE(bk_gate_t, waiting, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_t, rest, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_t, places, BK_LAYOUT_ANEW),
};

/* Who is inside gives its place back to the gate that it came in by. */
const bk_layout_t bk_gate_layout = BK_LAYOUT(bk_gate_t, 1, members);

/* Long against a look at the places, short against a hash of 240 ms. */
#define POLL_USEC 5000

static int abandoned(apr_uint64_t holder, apr_uint32_t now)
{
    pid_t pid = (pid_t)(holder >> 32);
    apr_uint32_t since = (apr_uint32_t)holder;

    /* Signed: a place may have been taken in a second after the one that was read here. */
    return (apr_int32_t)(now - since) > BK_GATE_STALE || (kill(pid, 0) != 0 && errno == ESRCH);
}

static int take_place(bk_gate_t *gate, int limit)
{
    apr_uint32_t now = (apr_uint32_t)(bk_time_monotonic_ms() / 1000);
    apr_uint64_t mine = (apr_uint64_t)getpid() << 32 | now;
    int i;

    for (i = 0; i < limit; i++) {
        apr_uint64_t holder = atomic_load(&gate->places[i]);
        if ((holder == 0 || abandoned(holder, now)) &&
            atomic_compare_exchange_strong(&gate->places[i], &holder, mine)) {
            return i;
        }
    }
    return -1;
}

static int wait_for_place(bk_gate_t *gate, int limit, apr_interval_time_t wait)
{
    apr_int64_t deadline = bk_time_monotonic_ms() + apr_time_as_msec(wait);
    int place;

    while ((place = take_place(gate, limit)) < 0 && bk_time_monotonic_ms() < deadline) {
        apr_sleep(POLL_USEC);
    }
    return place;
}

/* Who died waiting was never counted out. Nobody waits while a place is free for the taking, but
 * for the moment between two looks: to forget those few only lets them wait uncounted. */
static void forget_waiting(bk_gate_t *gate)
{
    atomic_store(&gate->waiting, 0);
}

static void count_out(bk_gate_t *gate)
{
    apr_uint32_t waiting = atomic_load(&gate->waiting);

    while (waiting > 0 && !atomic_compare_exchange_weak(&gate->waiting, &waiting, waiting - 1)) {
    }
}

static int nobody_inside(bk_gate_t *gate, int limit)
{
    int i;

    for (i = 0; i < limit; i++) {
        if (atomic_load(&gate->places[i]) != 0) {
            return 0;
        }
    }
    return 1;
}

int bk_gate_enter(bk_gate_t *gate, int limit, int queue, apr_interval_time_t wait)
{
    int place;

    if (atomic_load(&gate->waiting) != 0 && nobody_inside(gate, limit)) {
        forget_waiting(gate);
    }
    place = take_place(gate, limit);
    if (place >= 0) {
        return place;
    }
    if (atomic_fetch_add(&gate->waiting, 1) < (apr_uint32_t)queue) {
        place = wait_for_place(gate, limit, wait);
    }
    count_out(gate);
    return place;
}

void bk_gate_leave(bk_gate_t *gate, int place)
{
    apr_uint64_t holder = atomic_load(&gate->places[place]);

    /* Whoever stayed too long may have lost the place to somebody else. */
    if ((pid_t)(holder >> 32) == getpid()) {
        (void)atomic_compare_exchange_strong(&gate->places[place], &holder, 0);
    }
}
