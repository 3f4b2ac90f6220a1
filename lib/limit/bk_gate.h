/* bk_gate: at most so many at once, for all processes of a host, and the others in line.
 *
 * A gate lies in shared memory: a lock, and tickets. Who comes takes a ticket, which says who holds
 * it and whether that one is inside or waits. Who leaves lets the next one in and wakes it: nobody
 * looks at intervals whether there is room.
 *
 * Who is next:
 *   1. Ranks: all of the first rank go before all of the second, which has a queue of its own.
 *   2. Within a rank, clients in turn: each ticket gets a round, the one after the last round that
 *      was let in, or, where its client waits already, the one after that client's last. Of the
 * same round, who came first. So where each client waits once it is first come, first served; and
 *      one client that sends a hundred waits behind itself, not the others behind it. (Start-time
 *      fair queueing, P. Goyal, H. Vin, H. Cheng, 1996, with a cost of one for each ticket.)
 *   3. Where a queue is full, the last in line is sent away, who may be the one that has just come.
 *
 * Whoever is killed leaves a ticket whose process is gone; who needs the room, and each that waits,
 * twice a second, takes such back. One that was held for BK_GATE_STALE seconds longer than allowed
 * is taken back as well, since a pid may have been given to somebody else meanwhile. The lock is
 * robust, and nothing is counted but by looking at the tickets, each of which is one word's change
 * away from its next state: there is nothing to mend after a kill within it.
 *
 * Any thread of any process may call.
 */
#ifndef BK_GATE_H
#define BK_GATE_H

#include <semaphore.h>
#include <stdatomic.h>

#include <apr_errno.h>
#include <apr_time.h>

#include "bk_layout.h"
#include "bk_lock.h"

#define BK_GATE_PLACES 64
#define BK_GATE_QUEUE 1024 /* of each rank */
#define BK_GATE_RANKS 2
#define BK_GATE_STALE 60

/* Some to spare, for those that were sent away and have not noticed yet. */
#define BK_GATE_TICKETS (2 * BK_GATE_PLACES + BK_GATE_RANKS * BK_GATE_QUEUE)

typedef struct bk_gate_ticket_t {
    _Atomic apr_int32_t pid;   /* who holds it; 0: nobody */
    _Atomic apr_int32_t state; /* inside, waiting, sent away */
    apr_int32_t rank;
    apr_int32_t rest;    /* padding */
    apr_uint64_t number; /* in the order in which they came */
    apr_uint64_t client;
    apr_uint64_t round;
    apr_int64_t
        until; /* when it should have been given back, milliseconds of the monotonic clock */
    sem_t turn;
} bk_gate_ticket_t;

/** A gate, in shared memory that began as zeros. */
typedef struct bk_gate_t {
    bk_lock_t lock; /* of all that follows */
    int is_ready;
    int used; /* tickets from here on were never taken */
    apr_uint64_t number;
    apr_uint64_t round[BK_GATE_RANKS]; /* the last that was let in */
    bk_gate_ticket_t tickets[BK_GATE_TICKETS];
} bk_gate_t;

/** Somebody who wants to go in. */
typedef struct bk_gate_visit_t {
    int limit;                /* how many may be inside, 1 to BK_GATE_PLACES */
    int queue;                /* how many of this rank may wait, 0 to BK_GATE_QUEUE */
    int rank;                 /* 0 goes before 1 */
    apr_uint64_t client;      /* on whose behalf: any number, the same for the same client */
    apr_interval_time_t wait; /* how long at most, in microseconds */
} bk_gate_visit_t;

/** What to give back when one leaves. */
typedef struct bk_gate_pass_t {
    int ticket;
    int limit;
    apr_uint64_t number;
} bk_gate_pass_t;

extern const bk_layout_t bk_gate_layout, bk_gate_ticket_layout;

/**
 * Prepare a gate; one that is ready stays as it is. Called by one process, before others use it.
 * @return APR_SUCCESS, or the system's error
 */
apr_status_t bk_gate_init(bk_gate_t *gate);

/**
 * Go in, waiting in line if need be.
 * @param pass  set, if the result is 1
 * @return 1: inside, to be ended by bk_gate_leave(); 0: sent away, or the time was up
 */
int bk_gate_enter(bk_gate_t *gate, const bk_gate_visit_t *visit, bk_gate_pass_t *pass);

/** Go out, and let the next one in. */
void bk_gate_leave(bk_gate_t *gate, const bk_gate_pass_t *pass);

/** How many wait. For tests. */
int bk_gate_waiting(bk_gate_t *gate);

#endif
