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
 * Of fixed size: what does not fit is refused (APR_ENOSPC), nothing gives way. A replacement that
 * is no larger than what it replaces always fits, up to BK_MAP_RESERVE cells.
 *
 * Writers take the lock of the key's stripe. They build an entry in cells that nobody else sees,
 * and publish it by one store: of a bucket, or of the link to the entry that it replaces. An entry
 * that is in the map never changes. So a writer may be killed at any instruction: its change is
 * made, or not. Cells that it held are in nobody's list then; who has the lock next is told that
 * its holder died (bk_lock), marks the cells that the buckets lead to and sweeps up the others.
 *
 * Readers take no lock. What can spoil a read is only that a cell is used anew while it is looked
 * at, and before a stripe's cells become free, its count of reclaims goes up: a reader whose stripe
 * has the same count before and after has read what was there. The count is never in between, so no
 * writer, alive or dead, makes readers wait. Only one that was overtaken again and again takes the
 * lock. The proof is that of H. Boehm, "Can seqlocks get along with programming language memory
 * models?" (2012), with the writes that spoil in place of all writes.
 *
 * Any thread of any process may call. Errors:
 *     APR_NOTFOUND  no such key
 *     APR_EEXIST    there is one
 *     APR_ENOSPC    no room
 *     APR_TIMEUP    other writers did not make way in time
 */
#ifndef BK_MAP_H
#define BK_MAP_H

#include "bk_hash.h"
#include "bk_memory.h"
#include "bk_slab.h"

/** Key and value have so many bytes together, at the most. */
#define BK_MAP_DATA 4080

/** Cells that only replacements may use, in each stripe. */
#define BK_MAP_RESERVE 32

/** A block of less is too small to be a map. */
#define BK_MAP_LEAST 32768

typedef struct bk_map_header_t bk_map_header_t;
typedef struct bk_map_stripe_t bk_map_stripe_t;

/** A process's view of a map; constant once it is attached. */
typedef struct bk_map_t {
    bk_map_header_t *header;
    bk_map_stripe_t *stripes;
    _Atomic apr_uint32_t *buckets;
    bk_slab_t slab;
    apr_interval_time_t wait;
} bk_map_t;

/** So many bytes; somebody else's. */
typedef struct bk_map_bytes_t {
    const void *bytes;
    apr_size_t len;
} bk_map_bytes_t;

/** Room for an entry that was read. */
typedef struct bk_map_value_t {
    bk_map_bytes_t value; /* lies in the data, behind the key */
    apr_uint32_t data[BK_MAP_DATA / 4];
} bk_map_value_t;

/** The fingerprint of how a map is laid out: see bk_layout.h. */
apr_uint64_t bk_map_fingerprint(void);

/**
 * Make a map of a block, or find it there.
 * @param map     set
 * @param memory  all of it is the map's
 * @param wait    how long a verb waits for the lock of a stripe at most, in microseconds
 * @return APR_EMISMATCH if something else is in there; APR_EINVAL if the block is too small or too
 * large; or the error of the system's generator, or of its locks
 *
 * In the parent, before other processes use the block.
 */
apr_status_t bk_map_attach(bk_map_t *map, bk_memory_t memory, apr_interval_time_t wait);

/** Find the value of a key; it is copied. */
apr_status_t bk_map_find(const bk_map_t *map, bk_map_bytes_t key, bk_map_value_t *found);

/** Add a key that is not there. */
apr_status_t bk_map_insert(const bk_map_t *map, bk_map_bytes_t key, bk_map_bytes_t value);

/** Add a key, or replace its value. */
apr_status_t bk_map_put(const bk_map_t *map, bk_map_bytes_t key, bk_map_bytes_t value);

/** Remove a key. */
apr_status_t bk_map_remove(const bk_map_t *map, bk_map_bytes_t key);

/**
 * Turn a value into another, with nobody else changing it meanwhile.
 * @param old    NULL: there is none
 * @param value  to be set to the new one, in memory of the function's own
 * @return APR_SUCCESS; anything else leaves the map as it is, and is what bk_map_update() returns
 */
typedef apr_status_t bk_map_change_t(void *baton, const bk_map_bytes_t *old, bk_map_bytes_t *value);
apr_status_t bk_map_update(const bk_map_t *map, bk_map_bytes_t key, bk_map_change_t *change,
                           void *baton);

/**
 * Give each entry to a function, which keeps it or not. A stripe's entries are seen as they are at
 * one moment, while its lock is held; the function must not change this map.
 * @return APR_SUCCESS; APR_TIMEUP: not all were seen
 */
typedef enum bk_map_fate_t { BK_MAP_KEEP, BK_MAP_REMOVE } bk_map_fate_t;
typedef bk_map_fate_t bk_map_visit_t(void *baton, bk_map_bytes_t key, bk_map_bytes_t value);
apr_status_t bk_map_each(const bk_map_t *map, bk_map_visit_t *visit, void *baton);

/** How many entries there are, as of about now. */
apr_uint64_t bk_map_count(const bk_map_t *map);

/**
 * Look at every cell: each has one owner, and is in one chain or one list; every key is in its
 * bucket, once; counts agree. For tests, and for who does not believe it.
 * @return NULL, or what is wrong, in @a p
 */
const char *bk_map_validate(const bk_map_t *map, apr_pool_t *p);

/** Key or value of a number, which has to stay where it is. */
static inline bk_map_bytes_t bk_map_int(const apr_int64_t *number)
{
    return (bk_map_bytes_t){number, sizeof(*number)};
}

#endif
