/* bk_memory: a block of shared memory, and how the parts of a store divide it.
 *
 * Zeros at first. Whoever made the block keeps it; it lies at the same address in all processes
 * that use it. Called by the parent, before there are others.
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

/** All that a store asks of shared memory. Constant. */
typedef struct bk_memory_schema_t {
    const char *component; /* whose data it is: "user" */

    /** The fingerprint of all that lies in there (bk_layout_mix): data is served only by who would
     *  have laid it out in the same way. */
    apr_uint64_t (*fingerprint)(void);

    /** Make the store ready, or find it as those before left it.
     *  @param handle  set: what the store's verbs take first
     *  @param memory  all of it
     *  @param wait    how long a verb waits for other writers at most, in microseconds
     *  @param p       the handle lives here
     *  @return APR_EMISMATCH if the memory is laid out in another way; APR_EINVAL if it is too
     * small
     */
    apr_status_t (*attach)(void **handle, bk_memory_t memory, apr_interval_time_t wait,
                           apr_pool_t *p);
} bk_memory_schema_t;

/** A line of the processor's cache, on which whatever is taken begins. */
#define BK_MEMORY_LINE 64

/**
 * Take what lies at the beginning of a block.
 * @param alignment  a power of two
 * @return its address; NULL if there is not so much left
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

/** Take sixteenths of what is left of a block when it is first shared out.
 *  @param whole  the size of the block then */
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
