#include "bk_gate.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "bk_time.h"

static const bk_layout_member_t ticket_members[] = {
    BK_LAYOUT_ONE(bk_gate_ticket_t, pid, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_ticket_t, state, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_ticket_t, rank, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_ticket_t, rest, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_ticket_t, number, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_ticket_t, client, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_ticket_t, round, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_ticket_t, until, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_ticket_t, turn, BK_LAYOUT_ANEW),
};

const bk_layout_t bk_gate_ticket_layout = BK_LAYOUT(bk_gate_ticket_t, 1, ticket_members);

static const bk_layout_member_t members[] = {
    BK_LAYOUT_NESTED(bk_gate_t, lock, &bk_lock_layout),
    BK_LAYOUT_ONE(bk_gate_t, is_ready, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_t, used, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_t, number, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_gate_t, round, BK_LAYOUT_ANEW),
    BK_LAYOUT_ARRAY(bk_gate_t, tickets, &bk_gate_ticket_layout),
};

/* No member is copied to another layout: a thread returns its ticket to the gate that it entered.
 */
const bk_layout_t bk_gate_layout = BK_LAYOUT(bk_gate_t, 2, members);

enum { WAITING = 1, INSIDE, SENT_AWAY };

/* How often a waiting thread looks for tickets of killed processes. */
#define LOOK_MS 500

/* Far longer than any thread holds the lock, unless its process is stopped (SIGSTOP). */
#define LOCK_WAIT apr_time_from_sec(10)

/* ---- tickets ------------------------------------------------------------------------------------
 * Call with the lock held. A ticket's state and then its pid are written last.
 */

static int is_gone(const bk_gate_ticket_t *ticket, apr_int64_t now)
{
    return now - ticket->until > BK_GATE_STALE * 1000 ||
           (ticket->pid != getpid() && kill(ticket->pid, 0) != 0 && errno == ESRCH);
}

static void give_back(bk_gate_ticket_t *ticket)
{
    ticket->pid = 0;
}

/* @param state  only tickets in this state; 0: all */
static void take_back_gone(bk_gate_t *gate, int state, apr_int64_t now)
{
    int i;

    for (i = 0; i < gate->used; i++) {
        bk_gate_ticket_t *ticket = &gate->tickets[i];
        if (ticket->pid && (!state || ticket->state == state) && is_gone(ticket, now)) {
            give_back(ticket);
        }
    }
}

static bk_gate_ticket_t *find_free(bk_gate_t *gate, apr_int64_t now)
{
    int i;

    for (i = 0; i < gate->used; i++) {
        if (!gate->tickets[i].pid) {
            return &gate->tickets[i];
        }
    }
    if (gate->used < BK_GATE_TICKETS) {
        return &gate->tickets[gate->used++];
    }
    take_back_gone(gate, 0, now);
    for (i = 0; i < BK_GATE_TICKETS && gate->tickets[i].pid; i++) {
    }
    return i < BK_GATE_TICKETS ? &gate->tickets[i] : NULL;
}

static int is_in_line(const bk_gate_ticket_t *ticket, int rank)
{
    return ticket->pid && ticket->state == WAITING && ticket->rank == rank;
}

static apr_uint64_t next_round(const bk_gate_t *gate, const bk_gate_visit_t *visit)
{
    apr_uint64_t round = gate->round[visit->rank];
    int i;

    for (i = 0; i < gate->used; i++) {
        const bk_gate_ticket_t *ticket = &gate->tickets[i];
        if (is_in_line(ticket, visit->rank) && ticket->client == visit->client &&
            ticket->round > round) {
            round = ticket->round;
        }
    }
    return round + 1;
}

static bk_gate_ticket_t *take_ticket(bk_gate_t *gate, const bk_gate_visit_t *visit,
                                     bk_gate_pass_t *pass, apr_int64_t now)
{
    bk_gate_ticket_t *ticket = find_free(gate, now);

    if (!ticket || sem_init(&ticket->turn, 1, 0) != 0) {
        return NULL;
    }
    ticket->rank = visit->rank;
    ticket->client = visit->client;
    ticket->round = next_round(gate, visit);
    ticket->number = ++gate->number;
    ticket->until = now + apr_time_as_msec(visit->wait);
    ticket->state = WAITING;
    ticket->pid = (apr_int32_t)getpid();
    *pass = (bk_gate_pass_t){(int)(ticket - gate->tickets), visit->limit, ticket->number};
    return ticket;
}

/* The ticket of a pass; NULL if it was reclaimed meanwhile. */
static bk_gate_ticket_t *ticket_of(bk_gate_t *gate, const bk_gate_pass_t *pass)
{
    bk_gate_ticket_t *ticket = &gate->tickets[pass->ticket];

    return ticket->pid == getpid() && ticket->number == pass->number ? ticket : NULL;
}

/* ---- the line -----------------------------------------------------------------------------------
 */

static int is_before(const bk_gate_ticket_t *a, const bk_gate_ticket_t *b)
{
    return a->round < b->round || (a->round == b->round && a->number < b->number);
}

static bk_gate_ticket_t *first_in_line(bk_gate_t *gate, int rank)
{
    bk_gate_ticket_t *first = NULL;
    int i;

    for (i = 0; i < gate->used; i++) {
        bk_gate_ticket_t *ticket = &gate->tickets[i];
        if (is_in_line(ticket, rank) && (!first || is_before(ticket, first))) {
            first = ticket;
        }
    }
    return first;
}

static bk_gate_ticket_t *last_in_line(bk_gate_t *gate, int rank)
{
    bk_gate_ticket_t *last = NULL;
    int i;

    for (i = 0; i < gate->used; i++) {
        bk_gate_ticket_t *ticket = &gate->tickets[i];
        if (is_in_line(ticket, rank) && (!last || is_before(last, ticket))) {
            last = ticket;
        }
    }
    return last;
}

static int count_in_line(const bk_gate_t *gate, int rank)
{
    int i, count = 0;

    for (i = 0; i < gate->used; i++) {
        count += is_in_line(&gate->tickets[i], rank);
    }
    return count;
}

static int count_inside(const bk_gate_t *gate)
{
    int i, count = 0;

    for (i = 0; i < gate->used; i++) {
        count += gate->tickets[i].pid && gate->tickets[i].state == INSIDE;
    }
    return count;
}

static bk_gate_ticket_t *next_of(bk_gate_t *gate)
{
    bk_gate_ticket_t *next = NULL;
    int rank;

    for (rank = 0; !next && rank < BK_GATE_RANKS; rank++) {
        next = first_in_line(gate, rank);
    }
    return next;
}

/* If this process is killed between the last two statements, the thread that was let in notices it
 * the next time it looks. */
static void let_in(bk_gate_t *gate, bk_gate_ticket_t *ticket, apr_int64_t now)
{
    if (ticket->round > gate->round[ticket->rank]) {
        gate->round[ticket->rank] = ticket->round;
    }
    ticket->until = now;
    ticket->state = INSIDE;
    (void)sem_post(&ticket->turn);
}

/* Let waiting threads in while there is room. */
static void move_up(bk_gate_t *gate, int limit, apr_int64_t now)
{
    int inside = count_inside(gate);

    while (inside < limit) {
        bk_gate_ticket_t *next = next_of(gate);
        if (!next) {
            return;
        }
        if (is_gone(next, now)) {
            give_back(next);
            continue;
        }
        let_in(gate, next, now);
        inside++;
    }
}

/* As move_up(), after reclaiming tickets of processes that are gone. */
static void look(bk_gate_t *gate, int limit, apr_int64_t now)
{
    if (count_inside(gate) >= limit) {
        take_back_gone(gate, INSIDE, now);
    }
    move_up(gate, limit, now);
}

/* If more threads wait than the queue allows, refuse the last in order: one of the client that has
 * most tickets. */
static void shorten_line(bk_gate_t *gate, int rank, int queue, apr_int64_t now)
{
    bk_gate_ticket_t *last;

    if (count_in_line(gate, rank) <= queue) {
        return;
    }
    take_back_gone(gate, WAITING, now);
    if (count_in_line(gate, rank) > queue) {
        last = last_in_line(gate, rank);
        last->state = SENT_AWAY;
        (void)sem_post(&last->turn);
    }
}

/* ---- from outside -------------------------------------------------------------------------------
 */

/* @return 1: inside; 0: not inside, and the ticket is returned; -1: wait further */
static int settle(bk_gate_t *gate, const bk_gate_pass_t *pass, apr_int64_t deadline)
{
    apr_int64_t now = bk_time_monotonic_ms();
    bk_gate_ticket_t *ticket;

    if (bk_lock_acquire(&gate->lock, LOCK_WAIT) != APR_SUCCESS) {
        return now < deadline ? -1 : 0; /* the ticket is reclaimed later */
    }
    look(gate, pass->limit, now);
    ticket = ticket_of(gate, pass);
    if (ticket && ticket->state == WAITING && now < deadline) {
        bk_lock_release(&gate->lock);
        return -1;
    }
    if (ticket && ticket->state != INSIDE) {
        give_back(ticket);
        ticket = NULL;
    }
    bk_lock_release(&gate->lock);
    return ticket != NULL;
}

static int wait_in_line(bk_gate_t *gate, const bk_gate_pass_t *pass, apr_int64_t deadline)
{
    sem_t *turn = &gate->tickets[pass->ticket].turn;
    int result;

    while ((result = settle(gate, pass, deadline)) < 0) {
        apr_int64_t left = deadline - bk_time_monotonic_ms();
        struct timespec wake =
            bk_lock_deadline(apr_time_from_msec(left < LOOK_MS ? left : LOOK_MS));
        (void)sem_clockwait(turn, CLOCK_MONOTONIC, &wake);
    }
    return result;
}

apr_status_t bk_gate_init(bk_gate_t *gate)
{
    apr_status_t rv = APR_SUCCESS;

    if (!gate->is_ready) {
        rv = bk_lock_init(&gate->lock);
        gate->is_ready = rv == APR_SUCCESS;
    }
    return rv;
}

int bk_gate_enter(bk_gate_t *gate, const bk_gate_visit_t *visit, bk_gate_pass_t *pass)
{
    apr_int64_t now = bk_time_monotonic_ms(), deadline = now + apr_time_as_msec(visit->wait);
    bk_gate_ticket_t *ticket;

    if (bk_lock_acquire(&gate->lock, LOCK_WAIT) != APR_SUCCESS) {
        return 0;
    }
    ticket = take_ticket(gate, visit, pass, now);
    if (ticket) {
        look(gate, visit->limit, now);
        shorten_line(gate, visit->rank, visit->queue, now);
    }
    bk_lock_release(&gate->lock);
    return ticket && wait_in_line(gate, pass, deadline);
}

void bk_gate_leave(bk_gate_t *gate, const bk_gate_pass_t *pass)
{
    bk_gate_ticket_t *ticket;

    if (bk_lock_acquire(&gate->lock, LOCK_WAIT) != APR_SUCCESS) {
        return;
    }
    /* A ticket that was held for too long may have been reclaimed. */
    ticket = ticket_of(gate, pass);
    if (ticket) {
        give_back(ticket);
        move_up(gate, pass->limit, bk_time_monotonic_ms());
    }
    bk_lock_release(&gate->lock);
}

int bk_gate_waiting(bk_gate_t *gate)
{
    int rank, count = 0;

    if (bk_lock_acquire(&gate->lock, LOCK_WAIT) != APR_SUCCESS) {
        return -1;
    }
    for (rank = 0; rank < BK_GATE_RANKS; rank++) {
        count += count_in_line(gate, rank);
    }
    bk_lock_release(&gate->lock);
    return count;
}
