/* bk_throttle: counts events per key and time window, for all processes of a host.
 *
 * Counters are in shared memory, in buckets of four words. Each word is a counter:
 *
 *     63          40 39    17    16    15       0
 *     [ fingerprint | window | spent |  count   ]
 *
 * A key (an account, an address) is hashed with a secret that was drawn when the memory was made,
 * so nobody can choose keys that fall into one bucket. Part of the hash chooses the bucket, part is
 * the fingerprint. The window is a number that is incremented each time the window's length has
 * passed, so a counter of an earlier window is free. Two keys with the same hash share a counter:
 * with 24 bits of fingerprint that is rare, and the effect is an undeserved wait.
 *
 * Where four other keys fill the bucket, the lowest counter is replaced, but never one that has
 * reached its limit: that one is marked as spent, and stays until the end of its window. Where all
 * four are spent, a fifth key cannot be counted and is treated as spent: otherwise an attacker who
 * can fill the table could guess without being counted.
 *
 * Words change by compare-and-swap, so there is no lock that a killed process could keep. Any
 * thread of any process may call.
 */
#ifndef BK_THROTTLE_H
#define BK_THROTTLE_H

#include <stdatomic.h>

#include <apr.h>

#include "bk_hash.h"
#include "bk_layout.h"

#define BK_THROTTLE_BUCKETS 4096
#define BK_THROTTLE_WAYS 4
#define BK_THROTTLE_MOST 65535 /* the highest count */

/** The counters, in shared memory that was zeros at first. */
typedef struct bk_throttle_t {
    bk_hash_key_t key;
    apr_uint64_t is_ready;
    _Atomic apr_uint64_t words[BK_THROTTLE_BUCKETS][BK_THROTTLE_WAYS];
} bk_throttle_t;

extern const bk_layout_t bk_throttle_layout; /* counters stay */

/** A time window. */
typedef struct bk_throttle_window_t {
    apr_uint32_t number;
    int left; /* seconds until the next one begins, at least 1 */
} bk_throttle_window_t;

/**
 * Initialize the counters; initialized counters are not changed. Called by one process, before
 * others use them.
 * @return APR_SUCCESS, or the error of the system's generator
 */
apr_status_t bk_throttle_init(bk_throttle_t *throttle);

/**
 * The window that contains a time.
 * @param now     seconds of a monotonic clock
 * @param length  of a window, in seconds, 1 or more
 */
bk_throttle_window_t bk_throttle_window(apr_int64_t now, apr_int64_t length);

/** The count of a key in a window. */
int bk_throttle_count(const bk_throttle_t *throttle, const char *key, bk_throttle_window_t window);

/**
 * Tell whether a key has reached its limit in a window.
 * @param limit  1 to BK_THROTTLE_MOST
 * @return 1: it has, or it cannot be counted
 */
int bk_throttle_is_spent(const bk_throttle_t *throttle, const char *key, int limit,
                         bk_throttle_window_t window);

/**
 * Increment the count of a key in a window.
 * @param limit  1 to BK_THROTTLE_MOST; at this count the counter is marked as spent
 */
void bk_throttle_add(bk_throttle_t *throttle, const char *key, int limit,
                     bk_throttle_window_t window);

/** Reset the count of a key in a window. */
void bk_throttle_clear(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window);

#endif
