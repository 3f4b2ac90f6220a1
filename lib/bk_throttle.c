#include "bk_throttle.h"

static const bk_layout_member_t members[] = {
    BK_LAYOUT_ONE(bk_throttle_t, words, BK_LAYOUT_STAYS),
};

/* The number stands for how the words are packed and what is hashed, too. */
const bk_layout_t bk_throttle_layout = BK_LAYOUT(bk_throttle_t, 1, members);

#define FIELD_MASK 0xFFFFFFu
#define COUNT_MASK 0xFFFFu

typedef struct slot_t {
    _Atomic apr_uint64_t *ways;
    apr_uint64_t label; /* a counter's fingerprint and window, in place */
} slot_t;

/* FNV-1a, 64 bits (Fowler, Noll, Vo). Somebody who makes keys collide shares a counter of theirs.
 */
static apr_uint64_t hash(const char *key)
{
    apr_uint64_t h = APR_UINT64_C(0xcbf29ce484222325);

    for (; *key; key++) {
        h = (h ^ (unsigned char)*key) * APR_UINT64_C(0x100000001b3);
    }
    return h;
}

static slot_t slot_of(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window)
{
    apr_uint64_t h = hash(key);
    slot_t slot;

    slot.ways = throttle->words[(h >> 40) % BK_THROTTLE_BUCKETS];
    slot.label = (h & FIELD_MASK) << 40 | (apr_uint64_t)(window.number & FIELD_MASK) << 16;
    return slot;
}

static int is_counter(apr_uint64_t word, const slot_t *slot)
{
    return (word & ~(apr_uint64_t)COUNT_MASK) == slot->label && (word & COUNT_MASK) != 0;
}

static int is_free(apr_uint64_t word, bk_throttle_window_t window)
{
    return (word & COUNT_MASK) == 0 || ((word >> 16) & FIELD_MASK) != (window.number & FIELD_MASK);
}

bk_throttle_window_t bk_throttle_window(apr_int64_t now, apr_int64_t length)
{
    bk_throttle_window_t window;

    window.number = (apr_uint32_t)(now / length);
    window.left = (int)(length - now % length);
    return window;
}

int bk_throttle_count(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window)
{
    slot_t slot = slot_of(throttle, key, window);
    int i;

    for (i = 0; i < BK_THROTTLE_WAYS; i++) {
        apr_uint64_t word = atomic_load(&slot.ways[i]);
        if (is_counter(word, &slot)) {
            return (int)(word & COUNT_MASK);
        }
    }
    return 0;
}

/* The way to count in: the key's own, else a free one, else the one with the lowest count. */
static int choose_way(const slot_t *slot, bk_throttle_window_t window, apr_uint64_t *seen)
{
    apr_uint64_t lowest = 0;
    int i, chosen = -1;

    for (i = 0; i < BK_THROTTLE_WAYS; i++) {
        apr_uint64_t word = atomic_load(&slot->ways[i]);
        apr_uint64_t rank = is_free(word, window) ? 0 : word & COUNT_MASK;
        if (is_counter(word, slot)) {
            *seen = word;
            return i;
        }
        if (chosen < 0 || rank < lowest) {
            chosen = i;
            lowest = rank;
            *seen = word;
        }
    }
    return chosen;
}

void bk_throttle_add(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window)
{
    slot_t slot = slot_of(throttle, key, window);
    apr_uint64_t seen = 0, next;
    int way;

    do {
        way = choose_way(&slot, window, &seen);
        if (!is_counter(seen, &slot)) {
            next = slot.label | 1;
        }
        else if ((seen & COUNT_MASK) == COUNT_MASK) {
            return;
        }
        else {
            next = seen + 1;
        }
    } while (!atomic_compare_exchange_weak(&slot.ways[way], &seen, next));
}

void bk_throttle_clear(bk_throttle_t *throttle, const char *key, bk_throttle_window_t window)
{
    slot_t slot = slot_of(throttle, key, window);
    int i;

    for (i = 0; i < BK_THROTTLE_WAYS; i++) {
        apr_uint64_t word = atomic_load(&slot.ways[i]);
        while (is_counter(word, &slot) && !atomic_compare_exchange_weak(&slot.ways[i], &word, 0)) {
        }
    }
}
