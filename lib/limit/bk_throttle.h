/* bk_throttle: how often something happened lately, for all processes of a host.
 *
 * Counters lie in shared memory, in buckets of four words. A word is a counter:
 *
 *     63          40 39    17    16    15       0
 *     [ fingerprint | window | spent |  count   ]
 *
 * The key (an account, an address) is hashed, under a key that was drawn when the memory was made:
 * nobody can choose keys that meet in one bucket. Part of the hash chooses the bucket, part is the
 * fingerprint. A window is a number that goes up by one each time the window's length has passed,
 * so a counter of an earlier window is free. Two keys with the same hash share a counter: with 24
 * bits of fingerprint that is rare, and costs somebody a wait.
 *
 * Where four other keys fill the bucket, the lowest counter gives way, but none that has reached
 * its limit: such a one is marked as spent, and stays to the end of its window. Where all four are
 * spent, a fifth key cannot be counted, and passes for spent: who could fill the table so far would
 * else guess without being counted.
 *
 * Words change by compare-and-swap: no lock that a killed process could keep. Any thread of any
 * process may call.
 */
#ifndef BK_THROTTLE_H
#define BK_THROTTLE_H

#include <stdatomic.h>

#include <apr.h>

#include "bk_hash.h"
#include "bk_layout.h"

#define BK_THROTTLE_BUCKETS 4096
#define BK_THROTTLE_WAYS 4
#define BK_THROTTLE_MOST 65535 /* a counter goes no further */

/** The counters, in shared memory that began as zeros. */
typedef struct bk_throttle_t {
    bk_hash_key_t key;
    apr_uint64_t is_ready;
    _Atomic apr_uint64_t words[BK_THROTTLE_BUCKETS][BK_THROTTLE_WAYS];
} bk_throttle_t;

extern const bk_layout_t bk_throttle_layout; /* its counters stay */

/** A moment, as throttles see it. */
typedef struct bk_throttle_window_t {
    apr_uint32_t number;
    int left; /* seconds until the next one begins, at least 1 */
} bk_throttle_window_t;

/**
 * Prepare counters; those that are ready stay as they are. Called by one process, before others use
 * them.
 * @return APR_SUCCESS, or the error of the system's generator
 */
apr_status_t bk_throttle_init(bk_throttle_t *throttle);

/**
 * The window of a moment.
 * @param now     seconds, of a monotonic clock
 * @param length  of a window, in seconds, 1 or more
 */
bk_throttle_window_t bk_throttle_window(apr_int64_t now, apr_int64_t length);

/** How often a key was counted in a window. */
int bk_throttle_count(const bk_throttle_t *throttle, const char *key, bk_throttle_window_t window);

/**
 * Tell whether a key has reached its limit in a window.
 * @param limit  1 to BK_THROTTLE_MOST
 * @return 1: it has, or it could not be counted if it had
 */
int bk_throttle_is_spent(const bk_throttle_t *throttle, const char *key, int limit,
                         bk_throttle_window_t window);

/** Count a key. @see bk_throttle_is_spent */
void bk_throttle_add(bk_throttle_t *throttle, const char *key, int limit,
                     bk_throttle_window_t window);

/** Forget what was counted of a key. */
void bk_throttle_clear(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window);

#endif
