/* bk_throttle: how often something failed lately, for all processes of a host.
 *
 * Counters lie in shared memory, in buckets of four words. A word is a counter:
 *
 *     63          40 39          16 15       0
 *     [ fingerprint |    window    |  count  ]
 *
 * The key (an account, an address) is hashed: part of the hash chooses the bucket, part is the
 * fingerprint. A window is a number that goes up by one each time the window's length has passed,
 * so a counter of an earlier window is free. Where four other keys fill the bucket, the lowest
 * counter gives way. Two keys with the same hash share a counter: with 24 bits of fingerprint that
 * is rare, and costs somebody a wait.
 *
 * Words change by compare-and-swap: no lock that a killed process could keep. Any thread of any
 * process may call.
 */
#ifndef BK_THROTTLE_H
#define BK_THROTTLE_H

#include <stdatomic.h>

#include <apr.h>

#include "bk_layout.h"

#define BK_THROTTLE_BUCKETS 4096
#define BK_THROTTLE_WAYS 4

/** The counters, in shared memory that began as zeros. */
typedef struct bk_throttle_t {
    _Atomic apr_uint64_t words[BK_THROTTLE_BUCKETS][BK_THROTTLE_WAYS];
} bk_throttle_t;

extern const bk_layout_t bk_throttle_layout; /* its counters stay */

/** A moment, as throttles see it. */
typedef struct bk_throttle_window_t {
    apr_uint32_t number;
    int left; /* seconds until the next one begins, at least 1 */
} bk_throttle_window_t;

/**
 * The window of a moment.
 * @param now     seconds, of a monotonic clock
 * @param length  of a window, in seconds, 1 or more
 */
bk_throttle_window_t bk_throttle_window(apr_int64_t now, apr_int64_t length);

/** How often a key failed in a window. */
int bk_throttle_count(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window);

/** Count a failure of a key. */
void bk_throttle_add(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window);

/** Forget the failures of a key. */
void bk_throttle_clear(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window);

#endif
