#include "bk_breaker.h"

#define TIME_BITS 40
#define TIME_MASK ((APR_UINT64_C(1) << TIME_BITS) - 1)
#define GENERATION_MASK 0x1FFFFFu

#define COUNT_BITS 14
#define COUNT_MASK 0x3FFFu
#define TAG_MASK 0x3FFFFFu

/* The outcome of a probe. A slot whose word has another generation is free. */
enum { PROBE_FREE, PROBE_UNDER_WAY, PROBE_WENT_WELL };

static const bk_layout_member_t settings_members[] = {
    BK_LAYOUT_ONE(bk_breaker_settings_t, window, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_settings_t, slow_time, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_settings_t, open_time, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_settings_t, probe_timeout, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_settings_t, minimum_calls, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_settings_t, failure_rate, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_settings_t, slow_rate, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_settings_t, probes, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_settings_t, dry_run, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_settings_t, rest, BK_LAYOUT_ANEW),
};

const bk_layout_t bk_breaker_settings_layout =
    BK_LAYOUT(bk_breaker_settings_t, 1, settings_members);

static const bk_layout_member_t breaker_members[] = {
    BK_LAYOUT_ONE(bk_breaker_t, state, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_t, buckets, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_t, probes, BK_LAYOUT_ANEW), /* a probe leaves where it entered */
    BK_LAYOUT_ONE(bk_breaker_t, calls, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_t, slow, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_t, refused, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_breaker_t, transitions, BK_LAYOUT_STAYS),
};

/* Increment the number also when the packing of the words changes. */
const bk_layout_t bk_breaker_layout = BK_LAYOUT(bk_breaker_t, 1, breaker_members);

/* ---- the state word -----------------------------------------------------------------------------
 */

static apr_uint64_t pack_state(bk_breaker_state_t state, apr_uint32_t generation, apr_int64_t since)
{
    return (apr_uint64_t)state << 61 | (apr_uint64_t)(generation & GENERATION_MASK) << TIME_BITS |
           ((apr_uint64_t)since & TIME_MASK);
}

static bk_breaker_state_t state_of(apr_uint64_t word)
{
    return (bk_breaker_state_t)(word >> 61);
}

static apr_uint32_t generation_of(apr_uint64_t word)
{
    return (apr_uint32_t)(word >> TIME_BITS) & GENERATION_MASK;
}

static apr_int64_t since_of(apr_uint64_t word)
{
    return (apr_int64_t)(word & TIME_MASK);
}

static void forget_calls(bk_breaker_t *breaker)
{
    int i;

    for (i = 0; i < BK_BREAKER_BUCKETS; i++) {
        atomic_store(&breaker->buckets[i], 0);
    }
}

/* Change from the state word that was read to a new state and the next generation. Of concurrent
 * callers one succeeds.
 * @return whether this caller did */
static int change_state(bk_breaker_t *breaker, apr_uint64_t seen, bk_breaker_state_t state,
                        apr_int64_t now)
{
    apr_uint64_t next = pack_state(state, generation_of(seen) + 1, now);

    /* Clear before the change of state, not after: otherwise a call could find the breaker closed
     * and open it again because of calls that were counted when it was last closed. */
    if (state == BK_BREAKER_CLOSED) {
        forget_calls(breaker);
    }
    if (!atomic_compare_exchange_strong(&breaker->state, &seen, next)) {
        return 0;
    }
    atomic_fetch_add(&breaker->transitions[state], 1);
    return 1;
}

/* ---- the window ---------------------------------------------------------------------------------
 */

static apr_uint32_t tag_at(const bk_breaker_settings_t *settings, apr_int64_t now)
{
    apr_int64_t length = settings->window / BK_BREAKER_BUCKETS;

    /* Tags begin at 1, so that a bucket of zeros belongs to no time. */
    return (apr_uint32_t)(now / length + 1) & TAG_MASK;
}

static int count_calls(apr_uint64_t bucket)
{
    return (int)(bucket >> 2 * COUNT_BITS) & COUNT_MASK;
}

static int count_failures(apr_uint64_t bucket)
{
    return (int)(bucket >> COUNT_BITS) & COUNT_MASK;
}

static int count_slow(apr_uint64_t bucket)
{
    return (int)bucket & COUNT_MASK;
}

static apr_uint64_t pack_bucket(apr_uint32_t tag, int calls, int failures, int slow)
{
    return (apr_uint64_t)tag << 3 * COUNT_BITS | (apr_uint64_t)calls << 2 * COUNT_BITS |
           (apr_uint64_t)failures << COUNT_BITS | (apr_uint64_t)slow;
}

static apr_uint64_t count_in(apr_uint64_t bucket, apr_uint32_t tag, int failed, int slow)
{
    int halve = count_calls(bucket) == (int)COUNT_MASK;

    if (bucket >> 3 * COUNT_BITS != tag) {
        return pack_bucket(tag, 1, failed, slow);
    }
    return pack_bucket(tag, (count_calls(bucket) >> halve) + 1,
                       (count_failures(bucket) >> halve) + failed,
                       (count_slow(bucket) >> halve) + slow);
}

static void count_call(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                       apr_int64_t now, int failed, int slow)
{
    apr_uint32_t tag = tag_at(settings, now);
    _Atomic apr_uint64_t *bucket = &breaker->buckets[tag % BK_BREAKER_BUCKETS];
    apr_uint64_t seen = atomic_load(bucket);

    while (!atomic_compare_exchange_weak(bucket, &seen, count_in(seen, tag, failed, slow))) {
    }
}

static void sum_window(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                       apr_int64_t now, bk_breaker_view_t *view)
{
    apr_uint32_t tag = tag_at(settings, now);
    int i;

    view->calls = view->failures = view->slow = 0;
    for (i = 0; i < BK_BREAKER_BUCKETS; i++) {
        apr_uint64_t bucket = atomic_load(&breaker->buckets[i]);
        apr_uint32_t age = (tag - (apr_uint32_t)(bucket >> 3 * COUNT_BITS)) & TAG_MASK;
        if (age < BK_BREAKER_BUCKETS) {
            view->calls += count_calls(bucket);
            view->failures += count_failures(bucket);
            view->slow += count_slow(bucket);
        }
    }
}

static int reaches(int part, int whole, int rate)
{
    return (apr_int64_t)part * 100 >= (apr_int64_t)whole * rate;
}

static int is_too_much(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                       apr_int64_t now)
{
    bk_breaker_view_t view;

    sum_window(breaker, settings, now, &view);
    return view.calls >= settings->minimum_calls &&
           (reaches(view.failures, view.calls, settings->failure_rate) ||
            reaches(view.slow, view.calls, settings->slow_rate));
}

/* ---- probes -------------------------------------------------------------------------------------
 */

static apr_uint64_t pack_probe(int how, apr_uint32_t generation, apr_int64_t since)
{
    return (apr_uint64_t)how << 61 | (apr_uint64_t)generation << TIME_BITS |
           ((apr_uint64_t)since & TIME_MASK);
}

static int how_it_went(apr_uint64_t probe, apr_uint32_t generation)
{
    return generation_of(probe) == generation ? (int)(probe >> 61) : PROBE_FREE;
}

static int is_free(apr_uint64_t probe, apr_uint32_t generation, apr_int64_t now,
                   const bk_breaker_settings_t *settings)
{
    int how = how_it_went(probe, generation);

    return how == PROBE_FREE ||
           (how == PROBE_UNDER_WAY && now - since_of(probe) >= settings->probe_timeout);
}

/* @return the index of a free probe slot of this generation, or -1 */
static int take_probe(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                      apr_uint32_t generation, apr_int64_t now)
{
    int i;

    for (i = 0; i < settings->probes; i++) {
        apr_uint64_t probe = atomic_load(&breaker->probes[i]);
        if (is_free(probe, generation, now, settings) &&
            atomic_compare_exchange_strong(&breaker->probes[i], &probe,
                                           pack_probe(PROBE_UNDER_WAY, generation, now))) {
            return i;
        }
    }
    return -1;
}

static int all_went_well(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                         apr_uint32_t generation)
{
    int i;

    for (i = 0; i < settings->probes; i++) {
        if (how_it_went(atomic_load(&breaker->probes[i]), generation) != PROBE_WENT_WELL) {
            return 0;
        }
    }
    return 1;
}

/* Record the outcome of a probe, unless the probe was dropped and its slot taken by another.
 * @return whether it was recorded */
static int end_probe(bk_breaker_t *breaker, const bk_breaker_ticket_t *ticket, int how)
{
    apr_uint64_t mine = pack_probe(PROBE_UNDER_WAY, ticket->generation, ticket->start);

    return atomic_compare_exchange_strong(&breaker->probes[ticket->probe], &mine,
                                          pack_probe(how, ticket->generation, ticket->start));
}

static void leave_half_open(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                            apr_int64_t now, const bk_breaker_ticket_t *ticket, apr_uint64_t word,
                            bk_breaker_outcome_t outcome, int slow)
{
    if (outcome == BK_BREAKER_IGNORED) {
        (void)end_probe(breaker, ticket, PROBE_FREE);
    }
    else if (outcome == BK_BREAKER_FAILURE || slow) {
        if (end_probe(breaker, ticket, PROBE_FREE)) {
            (void)change_state(breaker, word, BK_BREAKER_OPEN, now);
        }
    }
    else if (end_probe(breaker, ticket, PROBE_WENT_WELL) &&
             all_went_well(breaker, settings, ticket->generation)) {
        (void)change_state(breaker, word, BK_BREAKER_CLOSED, now);
    }
}

/* ---- enter --------------------------------------------------------------------------------------
 */

static apr_int64_t let_in(bk_breaker_ticket_t *ticket, apr_uint64_t word, apr_int64_t now,
                          int probe, int counted)
{
    ticket->start = now;
    ticket->generation = generation_of(word);
    ticket->probe = probe;
    ticket->counted = counted;
    return 0;
}

static apr_int64_t refuse(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                          apr_uint64_t word, apr_int64_t now, apr_int64_t wait,
                          bk_breaker_ticket_t *ticket)
{
    atomic_fetch_add_explicit(&breaker->refused, 1, memory_order_relaxed);
    if (settings->dry_run) {
        return let_in(ticket, word, now, -1, 0);
    }
    return wait > 0 ? wait : 1;
}

static apr_int64_t enter_half_open(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                                   apr_uint64_t word, apr_int64_t now, bk_breaker_ticket_t *ticket)
{
    int probe = take_probe(breaker, settings, generation_of(word), now);

    if (probe >= 0) {
        return let_in(ticket, word, now, probe, 1);
    }
    /* The process that sent the last probe may have died before it could close the breaker. */
    if (all_went_well(breaker, settings, generation_of(word))) {
        (void)change_state(breaker, word, BK_BREAKER_CLOSED, now);
        return bk_breaker_enter(breaker, settings, now, ticket);
    }
    /* How long the probes will take is unknown: tell the caller to wait for slow_time. */
    return refuse(breaker, settings, word, now, settings->slow_time, ticket);
}

static apr_int64_t enter_open(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                              apr_uint64_t word, apr_int64_t now, bk_breaker_ticket_t *ticket)
{
    apr_int64_t left = since_of(word) + settings->open_time - now;

    if (left > 0) {
        return refuse(breaker, settings, word, now, left, ticket);
    }
    (void)change_state(breaker, word, BK_BREAKER_HALF_OPEN, now);
    /* The state has changed, by this caller or another one: look again. */
    return bk_breaker_enter(breaker, settings, now, ticket);
}

apr_int64_t bk_breaker_enter(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                             apr_int64_t now, bk_breaker_ticket_t *ticket)
{
    apr_uint64_t word = atomic_load(&breaker->state);

    switch (state_of(word)) {
    case BK_BREAKER_CLOSED:
        return let_in(ticket, word, now, -1, 1);
    case BK_BREAKER_OPEN:
        return enter_open(breaker, settings, word, now, ticket);
    case BK_BREAKER_HALF_OPEN:
        return enter_half_open(breaker, settings, word, now, ticket);
    case BK_BREAKER_FORCED_OPEN:
        return refuse(breaker, settings, word, now, settings->open_time, ticket);
    default:
        return let_in(ticket, word, now, -1, 0);
    }
}

/* ---- leave --------------------------------------------------------------------------------------
 */

static void count_total(bk_breaker_t *breaker, int failed, int slow)
{
    atomic_fetch_add_explicit(&breaker->calls[failed], 1, memory_order_relaxed);
    if (slow) {
        atomic_fetch_add_explicit(&breaker->slow, 1, memory_order_relaxed);
    }
}

static void leave_closed(bk_breaker_t *breaker, const bk_breaker_settings_t *settings,
                         apr_int64_t now, apr_uint64_t word, int failed, int slow)
{
    count_call(breaker, settings, now, failed, slow);
    if (is_too_much(breaker, settings, now)) {
        (void)change_state(breaker, word, BK_BREAKER_OPEN, now);
    }
}

void bk_breaker_leave(bk_breaker_t *breaker, const bk_breaker_settings_t *settings, apr_int64_t now,
                      const bk_breaker_ticket_t *ticket, bk_breaker_outcome_t outcome)
{
    apr_uint64_t word = atomic_load(&breaker->state);
    int failed = outcome == BK_BREAKER_FAILURE;
    int slow = outcome != BK_BREAKER_IGNORED && now - ticket->start >= settings->slow_time;

    if (outcome != BK_BREAKER_IGNORED) {
        count_total(breaker, failed, slow);
    }
    if (!ticket->counted || generation_of(word) != ticket->generation) {
        return;
    }
    if (ticket->probe >= 0) {
        leave_half_open(breaker, settings, now, ticket, word, outcome, slow);
    }
    else if (outcome != BK_BREAKER_IGNORED && state_of(word) == BK_BREAKER_CLOSED) {
        leave_closed(breaker, settings, now, word, failed, slow);
    }
}

/* ---- from outside -------------------------------------------------------------------------------
 */

void bk_breaker_init(bk_breaker_t *breaker, apr_int64_t now)
{
    apr_uint64_t unused = 0;

    (void)atomic_compare_exchange_strong(&breaker->state, &unused,
                                         pack_state(BK_BREAKER_CLOSED, 0, now));
}

void bk_breaker_set(bk_breaker_t *breaker, bk_breaker_state_t state, apr_int64_t now)
{
    while (!change_state(breaker, atomic_load(&breaker->state), state, now)) {
    }
}

void bk_breaker_look(bk_breaker_t *breaker, const bk_breaker_settings_t *settings, apr_int64_t now,
                     bk_breaker_view_t *view)
{
    apr_uint64_t word = atomic_load(&breaker->state);

    sum_window(breaker, settings, now, view);
    view->state = state_of(word);
    view->since = since_of(word);
}

const char *bk_breaker_state_name(bk_breaker_state_t state)
{
    static const char *const names[BK_BREAKER_STATES] = {"closed", "open", "half-open",
                                                         "forced-open", "disabled"};

    return names[state];
}
