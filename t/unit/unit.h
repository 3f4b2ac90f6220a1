/* unit: what every unit test starts from.
 *
 * A group of tests gets a pool as *state: unit_pool_open and unit_pool_close go around it.
 * Randomness comes from a generator with a fixed seed, so that a failure comes back when the test
 * runs again.
 */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <apr_general.h>
#include <apr_pools.h>

#define UNIT_ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* An assertion that says in its own words which row of a table it was. */
#define assert_that(condition, ...) \
    do {                            \
        if (!(condition)) {         \
            fail_msg(__VA_ARGS__);  \
        }                           \
    } while (0)

static inline int unit_pool_open(void **state)
{
    apr_pool_t *p;

    if (apr_initialize() != APR_SUCCESS || apr_pool_create(&p, NULL) != APR_SUCCESS) {
        return -1;
    }
    *state = p;
    return 0;
}

static inline int unit_pool_close(void **state)
{
    apr_pool_destroy(*state);
    apr_terminate();
    return 0;
}

/* xorshift64* (Vigna): good enough to choose test cases with. */
static inline uint64_t unit_random(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * UINT64_C(2685821657736338717);
}

/* From low to high, both included. */
static inline int64_t unit_random_in(uint64_t *seed, int64_t low, int64_t high)
{
    return low + (int64_t)(unit_random(seed) % ((uint64_t)(high - low) + 1));
}

#endif
