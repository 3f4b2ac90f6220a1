#include "bk_map_private.h"

#include <string.h>

#define ATTEMPTS 64 /* invalid reads before the lock is taken */
#define STEPS 32    /* entries of a chain that are followed before the reclaim counter is checked */

bk_map_place_t bk_map_place(const bk_map_t *map, bk_map_bytes_t key)
{
    apr_uint64_t hash = bk_hash(&map->header->key, key.bytes, key.len);
    bk_map_place_t place;

    place.stripe = &map->stripes[hash & (map->header->stripes - 1)];
    place.bucket = bk_map_buckets(map, place.stripe) + ((hash >> 8) & (map->header->buckets - 1));
    place.tag = (apr_uint32_t)(hash >> 32);
    return place;
}

/* ---- cells --------------------------------------------------------------------------------------
 */

static void set(_Atomic apr_uint32_t *word, apr_uint32_t value)
{
    atomic_store_explicit(word, value, memory_order_relaxed);
}

static apr_size_t words_of(apr_size_t len)
{
    return (len + 3) / 4;
}

int bk_map_copy(const bk_map_t *map, apr_uint32_t cell, bk_map_value_t *to)
{
    _Atomic apr_uint32_t *words = bk_map_words(map, cell);
    apr_uint32_t lengths = bk_map_get(&words[BK_MAP_LENGTHS]);
    apr_size_t key_len = bk_map_key_len(lengths), value_len = bk_map_value_len(lengths);
    apr_size_t left = words_of(key_len + value_len), i = BK_MAP_FIRST_DATA;
    apr_uint32_t *next = to->data;

    if (key_len + value_len > BK_MAP_DATA) {
        return 0;
    }
    while (left > 0) {
        if (i == BK_MAP_WORDS) {
            cell = bk_map_get(&words[BK_MAP_MORE]);
            if (!bk_slab_holds(&map->slab, cell)) {
                return 0;
            }
            words = bk_map_words(map, cell);
            i = BK_MAP_MORE_DATA;
        }
        *next++ = bk_map_get(&words[i++]);
        left--;
    }
    to->value.bytes = (const char *)to->data + key_len;
    to->value.len = value_len;
    return 1;
}

/* The link to the entry of a key in a bucket's chain; NULL if the key is not there. A reader
 * without a lock may follow cells that are being reused; the caller then discards the result. */
static _Atomic apr_uint32_t *look(const bk_map_t *map, const bk_map_place_t *place,
                                  bk_map_bytes_t key, bk_map_value_t *entry, apr_uint64_t reclaims)
{
    _Atomic apr_uint32_t *link = place->bucket;
    apr_uint32_t cell, steps = 0;

    while ((cell = atomic_load_explicit(link, memory_order_acquire)) != 0) {
        _Atomic apr_uint32_t *words;

        if (!bk_slab_holds(&map->slab, cell) ||
            (++steps % STEPS == 0 && atomic_load(&place->stripe->reclaims) != reclaims)) {
            return NULL;
        }
        words = bk_map_words(map, cell);
        if (bk_map_get(&words[BK_MAP_TAG]) == place->tag && bk_map_copy(map, cell, entry) &&
            bk_map_key_of(entry).len == key.len && memcmp(entry->data, key.bytes, key.len) == 0) {
            return link;
        }
        link = &words[BK_MAP_NEXT];
    }
    return NULL;
}

static _Atomic apr_uint32_t *look_locked(const bk_map_t *map, const bk_map_place_t *place,
                                         bk_map_bytes_t key, bk_map_value_t *entry)
{
    return look(map, place, key, entry, atomic_load(&place->stripe->reclaims));
}

/* Increment the counter before unlinked cells are reused. A reader that sees any reuse also sees
 * the new count (acquire and release), and a reader that sees the new count also sees that no link
 * leads to these cells. */
static void begin_reclaim(bk_map_stripe_t *stripe)
{
    atomic_fetch_add_explicit(&stripe->reclaims, 1, memory_order_release);
    atomic_thread_fence(memory_order_release);
}

/* ---- the lock of a stripe -----------------------------------------------------------------------
 */

static void mark_entry(const bk_map_t *map, const bk_map_stripe_t *stripe, apr_uint32_t cell)
{
    while (cell && bk_slab_mark(&map->slab, stripe->list.owner, cell)) {
        cell = bk_map_get(&bk_map_words(map, cell)[BK_MAP_MORE]);
    }
}

/* Repair a stripe after its owner died: the chains of the buckets are always valid, and everything
 * else is rebuilt from them. */
static void repair(const bk_map_t *map, bk_map_stripe_t *stripe)
{
    _Atomic apr_uint32_t *buckets = bk_map_buckets(map, stripe);
    apr_uint32_t i, cell, entries = 0;

    begin_reclaim(stripe);
    bk_slab_unmark(&map->slab, stripe->list.owner);
    for (i = 0; i < map->header->buckets; i++) {
        for (cell = bk_map_get(&buckets[i]); cell;
             cell = bk_map_get(&bk_map_words(map, cell)[BK_MAP_NEXT])) {
            mark_entry(map, stripe, cell);
            entries++;
        }
    }
    set(&stripe->entries, entries);
    bk_slab_sweep(&map->slab, &stripe->list);
}

apr_status_t bk_map_lock(const bk_map_t *map, bk_map_stripe_t *stripe)
{
    int is_orphan;
    apr_status_t rv = bk_lock_acquire_orphan(&stripe->lock, map->wait, &is_orphan);

    if (is_orphan) {
        repair(map, stripe);
        bk_lock_mend(&stripe->lock);
    }
    return rv;
}

void bk_map_unlock(bk_map_stripe_t *stripe)
{
    bk_lock_release(&stripe->lock);
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static apr_status_t find_locked(const bk_map_t *map, const bk_map_place_t *place,
                                bk_map_bytes_t key, bk_map_value_t *found)
{
    apr_status_t rv = bk_map_lock(map, place->stripe);

    if (rv == APR_SUCCESS) {
        rv = look_locked(map, place, key, found) ? APR_SUCCESS : APR_NOTFOUND;
        bk_map_unlock(place->stripe);
    }
    return rv;
}

apr_status_t bk_map_find(const bk_map_t *map, bk_map_bytes_t key, bk_map_value_t *found)
{
    const bk_map_place_t place = bk_map_place(map, key);
    int attempts;

    for (attempts = 0; attempts < ATTEMPTS; attempts++) {
        apr_uint64_t before = atomic_load_explicit(&place.stripe->reclaims, memory_order_acquire);
        int is_there = look(map, &place, key, found, before) != NULL;

        atomic_thread_fence(memory_order_acquire);
        if (atomic_load_explicit(&place.stripe->reclaims, memory_order_relaxed) == before) {
            return is_there ? APR_SUCCESS : APR_NOTFOUND;
        }
    }
    return find_locked(map, &place, key, found);
}

/* ---- writing; with the lock of the stripe -------------------------------------------------------
 */

/* Build an entry in new cells, which the caller has reserved in the free list. */
static apr_uint32_t build(const bk_map_t *map, const bk_map_place_t *place, bk_map_bytes_t key,
                          bk_map_bytes_t value, apr_uint32_t next)
{
    apr_uint32_t data[BK_MAP_DATA / 4], cell = bk_slab_pop(&map->slab, &place->stripe->list);
    _Atomic apr_uint32_t *words = bk_map_words(map, cell);
    apr_size_t count = words_of(key.len + value.len), i = BK_MAP_FIRST_DATA, done;
    const apr_uint32_t first = cell;

    if (count > 0) {
        data[count - 1] = 0;
    }
    memcpy(data, key.bytes, key.len);
    memcpy((char *)data + key.len, value.bytes, value.len);
    /* A reader that sees anything written from here on also sees the reclaim that freed the cell.
     */
    atomic_thread_fence(memory_order_release);
    set(&words[BK_MAP_NEXT], next);
    set(&words[BK_MAP_TAG], place->tag);
    set(&words[BK_MAP_LENGTHS], (apr_uint32_t)(key.len << 16 | value.len));
    for (done = 0; done < count; done++) {
        if (i == BK_MAP_WORDS) {
            cell = bk_slab_pop(&map->slab, &place->stripe->list);
            set(&words[BK_MAP_MORE], cell);
            words = bk_map_words(map, cell);
            i = BK_MAP_MORE_DATA;
        }
        set(&words[i++], data[done]);
    }
    set(&words[BK_MAP_MORE], 0);
    return first;
}

/* Free an entry that is unlinked. */
static void reclaim(const bk_map_t *map, bk_map_stripe_t *stripe, apr_uint32_t cell)
{
    begin_reclaim(stripe);
    while (cell) {
        apr_uint32_t more = bk_map_get(&bk_map_words(map, cell)[BK_MAP_MORE]);

        bk_slab_push(&map->slab, &stripe->list, cell);
        cell = more;
    }
}

/* Write an entry in place of another one (whose link is given), or as a new one (NULL). */
static apr_status_t write_entry(const bk_map_t *map, const bk_map_place_t *place,
                                bk_map_bytes_t key, bk_map_bytes_t value,
                                _Atomic apr_uint32_t *link, const bk_map_value_t *old)
{
    bk_map_stripe_t *stripe = place->stripe;
    apr_uint32_t needed, next, replaced = 0;
    apr_status_t rv;

    if (key.len + value.len > BK_MAP_DATA) {
        return APR_ENOSPC;
    }
    needed = bk_map_cells(key.len + value.len);
    if (!link || needed > bk_map_cells(key.len + old->value.len)) {
        needed += BK_MAP_RESERVE;
    }
    rv = bk_slab_reserve(&map->slab, &stripe->list, needed);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (link) {
        replaced = bk_map_get(link);
        next = bk_map_get(&bk_map_words(map, replaced)[BK_MAP_NEXT]);
    }
    else {
        link = place->bucket;
        next = bk_map_get(link);
        set(&stripe->entries, bk_map_get(&stripe->entries) + 1);
    }
    atomic_store_explicit(link, build(map, place, key, value, next), memory_order_release);
    if (replaced) {
        reclaim(map, stripe, replaced);
    }
    return APR_SUCCESS;
}

static void remove_entry(const bk_map_t *map, bk_map_stripe_t *stripe, _Atomic apr_uint32_t *link)
{
    apr_uint32_t cell = bk_map_get(link);

    atomic_store_explicit(link, bk_map_get(&bk_map_words(map, cell)[BK_MAP_NEXT]),
                          memory_order_release);
    set(&stripe->entries, bk_map_get(&stripe->entries) - 1);
    reclaim(map, stripe, cell);
}

/* ---- the verbs ----------------------------------------------------------------------------------
 */

static apr_status_t write_key(const bk_map_t *map, bk_map_bytes_t key, bk_map_bytes_t value,
                              int replace)
{
    const bk_map_place_t place = bk_map_place(map, key);
    _Atomic apr_uint32_t *link;
    bk_map_value_t old;
    apr_status_t rv = bk_map_lock(map, place.stripe);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    link = look_locked(map, &place, key, &old);
    rv = link && !replace ? APR_EEXIST : write_entry(map, &place, key, value, link, &old);
    bk_map_unlock(place.stripe);
    return rv;
}

apr_status_t bk_map_insert(const bk_map_t *map, bk_map_bytes_t key, bk_map_bytes_t value)
{
    return write_key(map, key, value, 0);
}

apr_status_t bk_map_put(const bk_map_t *map, bk_map_bytes_t key, bk_map_bytes_t value)
{
    return write_key(map, key, value, 1);
}

apr_status_t bk_map_remove(const bk_map_t *map, bk_map_bytes_t key)
{
    const bk_map_place_t place = bk_map_place(map, key);
    _Atomic apr_uint32_t *link;
    bk_map_value_t old;
    apr_status_t rv = bk_map_lock(map, place.stripe);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    link = look_locked(map, &place, key, &old);
    if (link) {
        remove_entry(map, place.stripe, link);
    }
    bk_map_unlock(place.stripe);
    return link ? APR_SUCCESS : APR_NOTFOUND;
}

apr_status_t bk_map_update(const bk_map_t *map, bk_map_bytes_t key, bk_map_change_t *change,
                           void *baton)
{
    const bk_map_place_t place = bk_map_place(map, key);
    _Atomic apr_uint32_t *link;
    bk_map_bytes_t value;
    bk_map_value_t old;
    apr_status_t rv = bk_map_lock(map, place.stripe);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    link = look_locked(map, &place, key, &old);
    rv = change(baton, link ? &old.value : NULL, &value);
    if (rv == APR_SUCCESS) {
        rv = write_entry(map, &place, key, value, link, &old);
    }
    bk_map_unlock(place.stripe);
    return rv;
}

static void visit_bucket(const bk_map_t *map, bk_map_stripe_t *stripe, _Atomic apr_uint32_t *link,
                         bk_map_visit_t *visit, void *baton)
{
    bk_map_value_t entry;
    apr_uint32_t cell;

    while ((cell = bk_map_get(link)) != 0 && bk_map_copy(map, cell, &entry)) {
        if (visit(baton, bk_map_key_of(&entry), entry.value) == BK_MAP_REMOVE) {
            remove_entry(map, stripe, link);
        }
        else {
            link = &bk_map_words(map, cell)[BK_MAP_NEXT];
        }
    }
}

apr_status_t bk_map_each(const bk_map_t *map, bk_map_visit_t *visit, void *baton)
{
    apr_uint32_t i, bucket;
    apr_status_t rv = APR_SUCCESS;

    for (i = 0; i < map->header->stripes; i++) {
        bk_map_stripe_t *stripe = &map->stripes[i];

        rv = bk_map_lock(map, stripe);
        if (rv != APR_SUCCESS) {
            return rv;
        }
        for (bucket = 0; bucket < map->header->buckets; bucket++) {
            visit_bucket(map, stripe, bk_map_buckets(map, stripe) + bucket, visit, baton);
        }
        bk_map_unlock(stripe);
    }
    return rv;
}

apr_uint64_t bk_map_count(const bk_map_t *map)
{
    apr_uint64_t count = 0;
    apr_uint32_t i;

    for (i = 0; i < map->header->stripes; i++) {
        count += bk_map_get(&map->stripes[i].entries);
    }
    return count;
}
