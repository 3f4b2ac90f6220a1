/* bk_gate: a counting semaphore with a fair queue, for all processes of a host.
 *
 * A gate is in shared memory: a lock, and an array of tickets. A thread that calls bk_gate_enter()
 * takes a ticket, which names its process and says whether it is inside or waits. A thread that
 * leaves lets the next one in and wakes it, so no thread has to poll for room.
 *
 * Who is next:
 *   1. Ranks: all of the first rank go before all of the second, which has a queue of its own.
 *   2. Within a rank, clients take turns: each ticket gets a round number, one after the last round
 *      that was let in, or, if its client is already waiting, one after that client's last ticket.
 *      Within a round the first come is the first served. So if each client waits once, the order
 *      is first come, first served; and a client that sends a hundred requests delays only itself.
 *      (Start-time fair queueing, P. Goyal, H. Vin, H. Cheng, 1996, with a cost of one for each
 *      ticket.)
 *   3. Where a queue is full, the last ticket in this order is refused, which may be the new one.
 *
 * The ticket of a killed process is reclaimed by threads that need room, and by each waiting thread
 * twice a second. A ticket that was held for BK_GATE_STALE seconds longer than allowed is reclaimed
 * as well, since its pid may belong to another process by now. The lock is robust, there are no
 * counters beside the tickets, and each ticket changes its state by writing a single word: so
 * nothing has to be repaired when a process is killed while it holds the lock.
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

/* Some spare tickets, for threads that were refused and have not noticed yet. */
#define BK_GATE_TICKETS (2 * BK_GATE_PLACES + BK_GATE_RANKS * BK_GATE_QUEUE)

typedef struct bk_gate_ticket_t {
    _Atomic apr_int32_t pid;   /* process that holds it; 0: free */
    _Atomic apr_int32_t state; /* inside, waiting, refused */
    apr_int32_t rank;
    apr_int32_t rest;    /* padding */
    apr_uint64_t number; /* in the order in which they came */
    apr_uint64_t client;
    apr_uint64_t round;
    apr_int64_t until; /* when it should be returned at the latest, monotonic milliseconds */
    sem_t turn;
} bk_gate_ticket_t;

/** A gate, in shared memory that began as zeros. */
typedef struct bk_gate_t {
    bk_lock_t lock; /* protects all that follows */
    int is_ready;
    int used; /* tickets from this index on were never taken */
    apr_uint64_t number;
    apr_uint64_t round[BK_GATE_RANKS]; /* the last round that was let in */
    bk_gate_ticket_t tickets[BK_GATE_TICKETS];
} bk_gate_t;

/** A request to enter. */
typedef struct bk_gate_visit_t {
    int limit;                /* how many may be inside, 1 to BK_GATE_PLACES */
    int queue;                /* how many of this rank may wait, 0 to BK_GATE_QUEUE */
    int rank;                 /* 0 goes before 1 */
    apr_uint64_t client;      /* any number, the same for the same client */
    apr_interval_time_t wait; /* how long at most, in microseconds */
} bk_gate_visit_t;

/** What bk_gate_enter() returns for bk_gate_leave(). */
typedef struct bk_gate_pass_t {
    int ticket;
    int limit;
    apr_uint64_t number;
} bk_gate_pass_t;

extern const bk_layout_t bk_gate_layout, bk_gate_ticket_layout;

/**
 * Initialize a gate; an initialized gate is not changed. Called by one process, before others use
 * it.
 * @return APR_SUCCESS, or the system's error
 */
apr_status_t bk_gate_init(bk_gate_t *gate);

/**
 * Enter a gate, waiting in its queue if necessary.
 * @param pass  set if the result is 1
 * @return 1: entered, and the caller has to call bk_gate_leave(); 0: refused, or the time was up
 */
int bk_gate_enter(bk_gate_t *gate, const bk_gate_visit_t *visit, bk_gate_pass_t *pass);

/** Leave a gate that was entered by bk_gate_enter(), and let the next waiting thread in. */
void bk_gate_leave(bk_gate_t *gate, const bk_gate_pass_t *pass);

/** The number of waiting threads. For tests. */
int bk_gate_waiting(bk_gate_t *gate);

#endif
