/* bk_shards: counters in shared memory that many processes add to.
 *
 * There are several copies (shards) of each record of counters, each on cache lines of its own. A
 * child adds to one of them, and a reader sums them up: so the children seldom write to the same
 * cache line. Any thread may add and sum.
 *
 *     typedef struct shard_t {
 *         _Atomic apr_uint64_t hits, misses;
 *         char rest[BK_SHARDS_REST(2)];
 *     } shard_t;
 *     shard_t shards[BK_SHARDS];
 *
 *     bk_shards_add(&shards[bk_shards_own()].hits, 1);
 *     sum = bk_shards_sum(&shards[0].hits, sizeof(shards[0]));
 */
#ifndef BK_SHARDS_H
#define BK_SHARDS_H

#include <stdatomic.h>

#include <httpd.h>

#include "bk_memory.h"

/** The number of copies of a record. */
#define BK_SHARDS 8

/** The bytes from the end of so many counters to the end of the cache line. */
#define BK_SHARDS_REST(count) (BK_MEMORY_LINE - (count) * sizeof(apr_uint64_t) % BK_MEMORY_LINE)

/** Register the child_init hook. Called once, from bk_server_register(). */
void bk_shards_register(apr_pool_t *p);

/** The number of the shard that this child adds to. */
int bk_shards_own(void);

static inline void bk_shards_add(_Atomic apr_uint64_t *counter, apr_uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/**
 * The sum over all shards.
 * @param first   the counter in the first shard
 * @param stride  bytes from one shard to the next
 */
apr_uint64_t bk_shards_sum(_Atomic apr_uint64_t *first, apr_size_t stride);

#endif
