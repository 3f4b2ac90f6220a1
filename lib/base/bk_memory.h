/* bk_memory: a block of shared memory, and how the parts of a store divide it.
 *
 * A new block is all zeros. Its creator owns it; it has the same address in all processes that use
 * it. The parent process calls these functions, before it starts children.
 */
#ifndef BK_MEMORY_H
#define BK_MEMORY_H

#include <apr_errno.h>
#include <apr_general.h>
#include <apr_pools.h>
#include <apr_time.h>

typedef struct bk_memory_t {
    char *base;
    apr_uint64_t size; /* bytes */
} bk_memory_t;

/** What a store needs of shared memory. Constant. */
typedef struct bk_memory_schema_t {
    const char *component; /* whose data it is: "user" */

    /** The fingerprint of the layout of all its records (bk_layout_mix): a module does not serve
     * data of another layout. */
    apr_uint64_t (*fingerprint)(void);

    /**
     * Initialize the store in new memory, or attach to a store that is there already.
     * @param handle  set to the first argument of the store's verbs
     * @param memory  the whole block
     * @param wait    how long a verb waits for locks at most, in microseconds
     * @param p       the handle lives here
     * @return APR_EMISMATCH if the memory is laid out in another way; APR_EINVAL if it is too small
     */
    apr_status_t (*attach)(void **handle, bk_memory_t memory, apr_interval_time_t wait,
                           apr_pool_t *p);
} bk_memory_schema_t;

/** Bytes of a cache line of the processor; each part of a store begins on one. */
#define BK_MEMORY_LINE 64

/**
 * Take @a size bytes from the beginning of a block.
 * @param alignment  a power of two
 * @return their address; NULL if the block has fewer left
 */
static inline void *bk_memory_take(bk_memory_t *block, apr_uint64_t size, apr_uint64_t alignment)
{
    apr_uint64_t gap = (alignment - ((apr_uintptr_t)block->base & (alignment - 1))) % alignment;
    char *taken = block->base + gap;

    if (gap > block->size || size > block->size - gap) {
        return NULL;
    }
    block->base = taken + size;
    block->size -= gap + size;
    return taken;
}

/**
 * Take a number of sixteenths of a block's original size.
 * @param whole  the size of the block before anything was taken
 */
static inline bk_memory_t bk_memory_share(bk_memory_t *block, apr_uint64_t whole, int sixteenths)
{
    bk_memory_t share = {block->base, whole / 16 * (apr_uint64_t)sixteenths};

    if (share.size > block->size) {
        share.size = block->size;
    }
    block->base += share.size;
    block->size -= share.size;
    return share;
}

#endif
