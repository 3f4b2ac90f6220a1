#include "bk_map_private.h"

#include <string.h>

#include <apr_strings.h>

/* Validation marks cells as a repair does, and so finds cells that are in use twice. */

static const char *check_entry(const bk_map_t *map, const bk_map_stripe_t *stripe,
                               const _Atomic apr_uint32_t *bucket, apr_uint32_t cell)
{
    bk_map_value_t entry;
    bk_map_place_t place;
    apr_uint32_t more = cell, cells = 0;

    for (; more; more = bk_map_get(&bk_map_words(map, more)[BK_MAP_MORE]), cells++) {
        if (!bk_slab_mark(&map->slab, stripe->list.owner, more)) {
            return "a cell of an entry is in use twice, or another stripe's";
        }
    }
    if (!bk_map_copy(map, cell, &entry)) {
        return "an entry cannot be read";
    }
    if (cells != bk_map_cells(bk_map_key_of(&entry).len + entry.value.len)) {
        return "an entry has more cells, or fewer, than its length needs";
    }
    place = bk_map_place(map, bk_map_key_of(&entry));
    if (place.stripe != stripe || place.bucket != bucket ||
        place.tag != bk_map_get(&bk_map_words(map, cell)[BK_MAP_TAG])) {
        return "a key is not where its hash says";
    }
    return NULL;
}

/* Whether a later entry of the same bucket has the same key. */
static int is_doubled(const bk_map_t *map, apr_uint32_t cell)
{
    bk_map_value_t entry, other;
    bk_map_bytes_t key;

    (void)bk_map_copy(map, cell, &entry);
    key = bk_map_key_of(&entry);
    while ((cell = bk_map_get(&bk_map_words(map, cell)[BK_MAP_NEXT])) != 0) {
        if (bk_map_copy(map, cell, &other) && bk_map_key_of(&other).len == key.len &&
            memcmp(other.data, key.bytes, key.len) == 0) {
            return 1;
        }
    }
    return 0;
}

static const char *check_buckets(const bk_map_t *map, const bk_map_stripe_t *stripe)
{
    const _Atomic apr_uint32_t *buckets = bk_map_buckets(map, stripe);
    apr_uint32_t i, cell, entries = 0;

    for (i = 0; i < map->header->buckets; i++) {
        for (cell = bk_map_get(&buckets[i]); cell;
             cell = bk_map_get(&bk_map_words(map, cell)[BK_MAP_NEXT]), entries++) {
            const char *wrong = check_entry(map, stripe, &buckets[i], cell);

            if (wrong || is_doubled(map, cell)) {
                return wrong ? wrong : "a key is there twice";
            }
        }
    }
    return entries == bk_map_get(&stripe->entries) ? NULL : "the count of entries is wrong";
}

static const char *check_list(const bk_map_t *map, const bk_map_stripe_t *stripe)
{
    apr_uint32_t cell, count = 0;

    for (cell = stripe->list.first; cell;
         cell = bk_map_get(&bk_map_words(map, cell)[BK_MAP_MORE]), count++) {
        if (!bk_slab_mark(&map->slab, stripe->list.owner, cell)) {
            return "a free cell is in use, twice in the list, or another stripe's";
        }
    }
    return count == stripe->list.count ? NULL : "the count of free cells is wrong";
}

/* Check that every cell is marked, after all used and all free cells were marked. */
static const char *check_lost(const bk_map_t *map, const bk_map_stripe_t *stripe)
{
    apr_uint32_t page;

    for (page = 0; page < map->slab.pages; page++) {
        const bk_slab_page_t *row = &map->slab.table[page];
        apr_uint32_t owner = atomic_load(&row->owner);

        if (owner > map->header->stripes) {
            return "a page is nobody's that there is";
        }
        if (owner == stripe->list.owner && ~row->marks[0]) {
            return "a cell is lost: neither in use nor free";
        }
    }
    return NULL;
}

const char *bk_map_validate(const bk_map_t *map, apr_pool_t *p)
{
    apr_uint32_t i;

    for (i = 0; i < map->header->stripes; i++) {
        bk_map_stripe_t *stripe = &map->stripes[i];
        const char *wrong;

        if (bk_map_lock(map, stripe) != APR_SUCCESS) {
            return apr_psprintf(p, "stripe %u: its lock cannot be had", i);
        }
        bk_slab_unmark(&map->slab, stripe->list.owner);
        wrong = check_buckets(map, stripe);
        wrong = wrong ? wrong : check_list(map, stripe);
        wrong = wrong ? wrong : check_lost(map, stripe);
        bk_map_unlock(stripe);
        if (wrong) {
            return apr_psprintf(p, "stripe %u: %s", i, wrong);
        }
    }
    return NULL;
}
