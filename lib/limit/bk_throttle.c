#include "bk_throttle.h"

#include <string.h>

static const bk_layout_member_t members[] = {
    BK_LAYOUT_ONE(bk_throttle_t, key, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_throttle_t, is_ready, BK_LAYOUT_STAYS),
    BK_LAYOUT_ONE(bk_throttle_t, words, BK_LAYOUT_STAYS),
};

/* Increment the number also when the packing of the words, or what is hashed, changes. */
const bk_layout_t bk_throttle_layout = BK_LAYOUT(bk_throttle_t, 2, members);

#define FINGERPRINT_MASK 0xFFFFFFu
#define WINDOW_MASK 0x7FFFFFu
#define WINDOW_SHIFT 17
#define SPENT ((apr_uint64_t)1 << 16)
#define COUNT_MASK 0xFFFFu

typedef struct slot_t {
    _Atomic apr_uint64_t *ways;
    apr_uint64_t label; /* a counter's fingerprint and window, shifted into position */
} slot_t;

apr_status_t bk_throttle_init(bk_throttle_t *throttle)
{
    apr_status_t rv = APR_SUCCESS;

    if (!throttle->is_ready) {
        rv = bk_hash_key_make(&throttle->key);
        throttle->is_ready = rv == APR_SUCCESS;
    }
    return rv;
}

static slot_t slot_of(const bk_throttle_t *throttle, const char *key, bk_throttle_window_t window)
{
    apr_uint64_t h = bk_hash(&throttle->key, key, strlen(key));
    slot_t slot;

    slot.ways = (_Atomic apr_uint64_t *)throttle->words[(h >> 40) % BK_THROTTLE_BUCKETS];
    slot.label = (h & FINGERPRINT_MASK) << 40 | (apr_uint64_t)(window.number & WINDOW_MASK)
                                                    << WINDOW_SHIFT;
    return slot;
}

static int is_counter(apr_uint64_t word, const slot_t *slot)
{
    return (word & ~(SPENT | COUNT_MASK)) == slot->label && (word & COUNT_MASK) != 0;
}

static int is_free(apr_uint64_t word, bk_throttle_window_t window)
{
    return (word & COUNT_MASK) == 0 ||
           ((word >> WINDOW_SHIFT) & WINDOW_MASK) != (window.number & WINDOW_MASK);
}

bk_throttle_window_t bk_throttle_window(apr_int64_t now, apr_int64_t length)
{
    bk_throttle_window_t window;

    window.number = (apr_uint32_t)(now / length);
    window.left = (int)(length - now % length);
    return window;
}

/* The counter of a bucket to use: the key's own, else a free one, else the one with the lowest
 * count; -1: all four are spent by other keys. */
static int choose_way(const slot_t *slot, bk_throttle_window_t window, apr_uint64_t *seen)
{
    apr_uint64_t lowest = SPENT;
    int i, chosen = -1;

    for (i = 0; i < BK_THROTTLE_WAYS; i++) {
        apr_uint64_t word = atomic_load(&slot->ways[i]);
        apr_uint64_t rank = is_free(word, window) ? 0 : word & (SPENT | COUNT_MASK);
        if (is_counter(word, slot)) {
            *seen = word;
            return i;
        }
        if (rank < lowest) {
            chosen = i;
            lowest = rank;
            *seen = word;
        }
    }
    return chosen;
}

int bk_throttle_count(const bk_throttle_t *throttle, const char *key, bk_throttle_window_t window)
{
    slot_t slot = slot_of(throttle, key, window);
    apr_uint64_t word = 0;

    return choose_way(&slot, window, &word) >= 0 && is_counter(word, &slot)
               ? (int)(word & COUNT_MASK)
               : 0;
}

int bk_throttle_is_spent(const bk_throttle_t *throttle, const char *key, int limit,
                         bk_throttle_window_t window)
{
    slot_t slot = slot_of(throttle, key, window);
    apr_uint64_t word = 0;

    if (choose_way(&slot, window, &word) < 0) {
        return 1;
    }
    return is_counter(word, &slot) && (int)(word & COUNT_MASK) >= limit;
}

static apr_uint64_t count_up(const slot_t *slot, apr_uint64_t word, int limit)
{
    apr_uint64_t count = is_counter(word, slot) ? word & COUNT_MASK : 0;

    if (count < BK_THROTTLE_MOST) {
        count++;
    }
    return slot->label | ((int)count >= limit ? SPENT : 0) | count;
}

void bk_throttle_add(bk_throttle_t *throttle, const char *key, int limit,
                     bk_throttle_window_t window)
{
    slot_t slot = slot_of(throttle, key, window);
    apr_uint64_t seen = 0;
    int way;

    do {
        way = choose_way(&slot, window, &seen);
    } while (way >= 0 &&
             !atomic_compare_exchange_weak(&slot.ways[way], &seen, count_up(&slot, seen, limit)));
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
