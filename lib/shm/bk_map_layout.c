#include "bk_map_private.h"

#define MAGIC APR_UINT64_C(0x3170616d2d6b6201) /* change it with the layout */
#define STRIPES 64
#define STRIPE_SIZE 65536 /* the smallest size of a stripe, bytes */

static const bk_layout_member_t header_members[] = {
    BK_LAYOUT_ONE(bk_map_header_t, magic, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_map_header_t, size, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_map_header_t, pages, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_map_header_t, stripes, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_map_header_t, buckets, BK_LAYOUT_ANEW),
    BK_LAYOUT_ONE(bk_map_header_t, key, BK_LAYOUT_ANEW),
};

static const bk_layout_member_t stripe_members[] = {
    BK_LAYOUT_ONE(bk_map_stripe_t, reclaims, BK_LAYOUT_ANEW),
    BK_LAYOUT_NESTED(bk_map_stripe_t, lock, &bk_lock_layout),
    BK_LAYOUT_NESTED(bk_map_stripe_t, list, &bk_slab_list_layout),
    BK_LAYOUT_ONE(bk_map_stripe_t, entries, BK_LAYOUT_ANEW),
};

static const bk_layout_member_t members[] = {
    {"header", 0, sizeof(bk_map_header_t), 0, 1, BK_LAYOUT_ANEW,
     &(const bk_layout_t)BK_LAYOUT(bk_map_header_t, MAGIC, header_members)},
    {"stripe", STRIPE_SIZE, sizeof(bk_map_stripe_t), 0, STRIPES, BK_LAYOUT_ANEW,
     &(const bk_layout_t)BK_LAYOUT(bk_map_stripe_t, 1, stripe_members)},
    {"page", BK_SLAB_PAGE, BK_SLAB_PAGE, 0, 1, BK_LAYOUT_ANEW, &bk_slab_page_layout},
    {"cell", BK_MAP_FIRST_DATA, BK_MAP_CELL, 0, BK_MAP_MORE_DATA, BK_LAYOUT_ANEW, NULL},
};

/* The layouts of the parts of a map, and the constants from which their positions follow. */
apr_uint64_t bk_map_fingerprint(void)
{
    static const bk_layout_t layout = {"bk_map", 1, 0, members,
                                       sizeof(members) / sizeof(members[0])};

    return bk_layout_fingerprint(&layout);
}

static apr_uint32_t power_of_two(apr_uint64_t at_most)
{
    apr_uint32_t power = 1;

    while (power <= at_most / 2 && power < 0x80000000u) {
        power *= 2;
    }
    return power;
}

/* Choose the sizes of a map: a bucket for each cell, or for every other one, since most entries
 * have one or two cells. */
static apr_status_t plan(bk_map_header_t *header, apr_uint64_t size)
{
    apr_uint64_t fixed, pages;

    header->size = size;
    header->stripes = power_of_two(size / STRIPE_SIZE);
    if (header->stripes > STRIPES) {
        header->stripes = STRIPES;
    }
    fixed = sizeof(bk_map_header_t) + header->stripes * sizeof(bk_map_stripe_t) + BK_SLAB_PAGE +
            4 * BK_MEMORY_LINE;
    if (size < BK_MAP_LEAST) {
        return APR_EINVAL;
    }
    pages = (size - fixed) / (BK_SLAB_PAGE_COST + BK_SLAB_PAGE / BK_MAP_CELL * 4);
    if (pages * (BK_SLAB_PAGE / BK_MAP_CELL) >= APR_UINT32_MAX) {
        return APR_EINVAL;
    }
    header->pages = (apr_uint32_t)pages;
    header->buckets = power_of_two(pages * (BK_SLAB_PAGE / BK_MAP_CELL) / header->stripes);
    return APR_SUCCESS;
}

static apr_status_t make_stripes(bk_map_t *map)
{
    apr_uint32_t i;
    apr_status_t rv = APR_SUCCESS;

    for (i = 0; rv == APR_SUCCESS && i < map->header->stripes; i++) {
        map->stripes[i].list.owner = i + 1;
        rv = bk_lock_init(&map->stripes[i].lock);
    }
    return rv;
}

apr_status_t bk_map_attach(bk_map_t *map, bk_memory_t memory, apr_interval_time_t wait)
{
    apr_uint64_t size = memory.size;
    bk_map_header_t *header = bk_memory_take(&memory, sizeof(*header), BK_MEMORY_LINE);
    int is_new = header && header->magic == 0;
    apr_status_t rv;

    if (!header) {
        return APR_EINVAL;
    }
    if (!is_new && (header->magic != MAGIC || header->size != size)) {
        return APR_EMISMATCH;
    }
    if (is_new) {
        rv = plan(header, size);
        if (rv != APR_SUCCESS) {
            return rv;
        }
    }
    map->header = header;
    map->wait = wait;
    map->stripes = bk_memory_take(&memory, header->stripes * sizeof(*map->stripes), BK_MEMORY_LINE);
    map->buckets = bk_memory_take(
        &memory, (apr_uint64_t)header->stripes * header->buckets * sizeof(*map->buckets),
        BK_MEMORY_LINE);
    rv = bk_slab_attach(&map->slab, &memory, header->pages, BK_MAP_CELL);
    if (rv != APR_SUCCESS || !map->stripes || !map->buckets) {
        return APR_EINVAL;
    }
    if (is_new) {
        rv = make_stripes(map);
        if (rv == APR_SUCCESS) {
            rv = bk_hash_key_make(&header->key);
        }
        header->magic = rv == APR_SUCCESS ? MAGIC : 0;
    }
    return rv;
}
