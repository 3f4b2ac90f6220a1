/* bk_map_private: the layout of a map, for bk_map.c, bk_map_layout.c and bk_map_validate.c. */
#ifndef BK_MAP_PRIVATE_H
#define BK_MAP_PRIVATE_H

#include "bk_lock.h"
#include "bk_map.h"

#define BK_MAP_CELL 64

/** Indexes of the words of an entry's first cell; the first, BK_MAP_MORE, is in all cells. */
enum { BK_MAP_MORE, BK_MAP_NEXT, BK_MAP_TAG, BK_MAP_LENGTHS, BK_MAP_FIRST_DATA };
#define BK_MAP_MORE_DATA 1
#define BK_MAP_WORDS (BK_MAP_CELL / 4)

struct bk_map_header_t {
    apr_uint64_t magic; /* written last, when the map is complete */
    apr_uint64_t size;
    apr_uint32_t pages;
    apr_uint32_t stripes; /* a power of two */
    apr_uint32_t buckets; /* of each stripe; a power of two */
    bk_hash_key_t key;
};

/** Readers use the first cache line, which changes only when an entry is removed or replaced; the
 * second is for writers. */
struct bk_map_stripe_t {
    _Alignas(BK_MEMORY_LINE) _Atomic apr_uint64_t reclaims;
    _Alignas(BK_MEMORY_LINE) bk_lock_t lock;
    bk_slab_list_t list;
    _Atomic apr_uint32_t entries;
};

/** The stripe, bucket and tag of a key. */
typedef struct bk_map_place_t {
    bk_map_stripe_t *stripe;
    _Atomic apr_uint32_t *bucket;
    apr_uint32_t tag;
} bk_map_place_t;

bk_map_place_t bk_map_place(const bk_map_t *map, bk_map_bytes_t key);

/** The first bucket of a stripe. */
static inline _Atomic apr_uint32_t *bk_map_buckets(const bk_map_t *map,
                                                   const bk_map_stripe_t *stripe)
{
    return map->buckets + (apr_size_t)(stripe - map->stripes) * map->header->buckets;
}

static inline apr_uint32_t bk_map_get(const _Atomic apr_uint32_t *word)
{
    return atomic_load_explicit(word, memory_order_relaxed);
}

static inline _Atomic apr_uint32_t *bk_map_words(const bk_map_t *map, apr_uint32_t cell)
{
    return bk_slab_cell(&map->slab, cell);
}

/** The length of an entry's key, and of its value, from its word BK_MAP_LENGTHS. */
static inline apr_size_t bk_map_key_len(apr_uint32_t lengths)
{
    return lengths >> 16;
}

static inline apr_size_t bk_map_value_len(apr_uint32_t lengths)
{
    return lengths & 0xFFFF;
}

/** The number of cells for a key and value of @a len bytes together. */
static inline apr_uint32_t bk_map_cells(apr_size_t len)
{
    const apr_size_t first = (BK_MAP_WORDS - BK_MAP_FIRST_DATA) * 4;
    const apr_size_t more = (BK_MAP_WORDS - BK_MAP_MORE_DATA) * 4;

    return len <= first ? 1 : 1 + (apr_uint32_t)((len - first + more - 1) / more);
}

/**
 * Copy an entry.
 * @return 0 if the cells are no valid entry, which a reader without a lock may find
 */
int bk_map_copy(const bk_map_t *map, apr_uint32_t cell, bk_map_value_t *to);

/** The key of a copied entry. */
static inline bk_map_bytes_t bk_map_key_of(const bk_map_value_t *entry)
{
    return (bk_map_bytes_t){
        entry->data, (apr_size_t)((const char *)entry->value.bytes - (const char *)entry->data)};
}

/** Acquire a stripe's lock, and repair the stripe if its last owner died. */
apr_status_t bk_map_lock(const bk_map_t *map, bk_map_stripe_t *stripe);
void bk_map_unlock(bk_map_stripe_t *stripe);

#endif
