/* bk_map: a hash map of bytes to bytes in shared memory, for all processes of a host.
 *
 *     [ header | stripe | stripe | ... | buckets | slab of cells (bk_slab) ]
 *       sizes    lock                    index of
 *       hash     free cells              a first cell,
 *       key      reclaims                or 0
 *
 *     an entry is a chain of cells of 64 bytes, in words of 32 bits:
 *
 *       first    | more | next | tag | key length, value length | 48 bytes of key and value |
 *       others   | more | 60 bytes                                                          |
 *
 *     more: the entry's next cell; next: the next entry of its bucket; tag: 32 bits of the hash
 *
 * A map has a fixed size: what does not fit is refused (APR_ENOSPC), and no entry is evicted. A
 * replacement that is no larger than the old entry always fits, up to BK_MAP_RESERVE cells.
 *
 * Writers take the lock of the key's stripe. They build an entry in cells that no reader can reach,
 * and publish it by one atomic store: to a bucket, or to the link to the entry that it replaces.
 * Published entries never change. So a writer may be killed at any instruction: its change is
 * either made or not. Cells that it had taken are then in no list; the next owner of the lock is
 * told that the last one died (bk_lock), marks the cells that the buckets lead to and sweeps the
 * others back.
 *
 * Readers take no lock. The only danger is that a cell is reused while it is being read; but before
 * cells are freed, the stripe's counter of reclaims is incremented: a read is valid if the counter
 * is the same before and after. There is no "write in progress" state, so no writer, alive or dead,
 * makes readers wait. Only a reader whose reads were invalid many times takes the lock. The proof
 * is that of H. Boehm, "Can seqlocks get along with programming language memory models?" (2012),
 * applied to reclaims instead of all writes.
 *
 * Any thread of any process may call. Errors:
 *     APR_NOTFOUND  no such key
 *     APR_EEXIST    the key exists
 *     APR_ENOSPC    no room
 *     APR_TIMEUP    other writers did not make way in time
 */
#ifndef BK_MAP_H
#define BK_MAP_H

#include "bk_hash.h"
#include "bk_memory.h"
#include "bk_slab.h"

/** The most bytes that a key and its value have together. */
#define BK_MAP_DATA 4080

/** Cells of each stripe that are reserved for replacements. */
#define BK_MAP_RESERVE 32

/** The size in bytes of the smallest map. */
#define BK_MAP_LEAST 32768

typedef struct bk_map_header_t bk_map_header_t;
typedef struct bk_map_stripe_t bk_map_stripe_t;

/** A process's handle of a map; constant after bk_map_attach(). */
typedef struct bk_map_t {
    bk_map_header_t *header;
    bk_map_stripe_t *stripes;
    _Atomic apr_uint32_t *buckets;
    bk_slab_t slab;
    apr_interval_time_t wait;
} bk_map_t;

/** Bytes that the caller owns. */
typedef struct bk_map_bytes_t {
    const void *bytes;
    apr_size_t len;
} bk_map_bytes_t;

/** Buffer for an entry that was read. */
typedef struct bk_map_value_t {
    bk_map_bytes_t value; /* points into data, behind the key */
    apr_uint32_t data[BK_MAP_DATA / 4];
} bk_map_value_t;

/** The fingerprint of a map's layout: see bk_layout.h. */
apr_uint64_t bk_map_fingerprint(void);

/**
 * Initialize a map in a block of zeros, or attach to the one that is there.
 * @param map     set
 * @param memory  the block; the map uses all of it
 * @param wait    how long a verb waits for the lock of a stripe at most, in microseconds
 * @return APR_EMISMATCH if the block has other content; APR_EINVAL if it is too small or too large;
 *         or the error of the system's random generator, or of its locks
 *
 * Called by the parent, before other processes use the block.
 */
apr_status_t bk_map_attach(bk_map_t *map, bk_memory_t memory, apr_interval_time_t wait);

/** Find the value of a key, and copy it. */
apr_status_t bk_map_find(const bk_map_t *map, bk_map_bytes_t key, bk_map_value_t *found);

/** Add a key that is not there. */
apr_status_t bk_map_insert(const bk_map_t *map, bk_map_bytes_t key, bk_map_bytes_t value);

/** Add a key, or replace its value. */
apr_status_t bk_map_put(const bk_map_t *map, bk_map_bytes_t key, bk_map_bytes_t value);

/** Remove a key. */
apr_status_t bk_map_remove(const bk_map_t *map, bk_map_bytes_t key);

/**
 * Change a value atomically.
 * @param old    the value; NULL if the key does not exist
 * @param value  to be set to the new value, in memory that the function owns
 * @return APR_SUCCESS; for any other result the map is not changed, and bk_map_update() returns it
 */
typedef apr_status_t bk_map_change_t(void *baton, const bk_map_bytes_t *old, bk_map_bytes_t *value);
apr_status_t bk_map_update(const bk_map_t *map, bk_map_bytes_t key, bk_map_change_t *change,
                           void *baton);

/**
 * Call a function for each entry, which keeps or removes it. The entries of a stripe are visited
 * while its lock is held, so they are a consistent snapshot; the function must not change this map.
 * @return APR_SUCCESS; APR_TIMEUP: not all entries were visited
 */
typedef enum bk_map_fate_t { BK_MAP_KEEP, BK_MAP_REMOVE } bk_map_fate_t;
typedef bk_map_fate_t bk_map_visit_t(void *baton, bk_map_bytes_t key, bk_map_bytes_t value);
apr_status_t bk_map_each(const bk_map_t *map, bk_map_visit_t *visit, void *baton);

/** The approximate number of entries. */
apr_uint64_t bk_map_count(const bk_map_t *map);

/**
 * Validate every cell: each has one owner, and is in one chain or one list; every key is in its
 * bucket, once; counts agree. For tests.
 * @return NULL, or what is wrong, in @a p
 */
const char *bk_map_validate(const bk_map_t *map, apr_pool_t *p);

/** A number as key or value; the number has to live as long as the result. */
static inline bk_map_bytes_t bk_map_int(const apr_int64_t *number)
{
    return (bk_map_bytes_t){number, sizeof(*number)};
}

#endif
