#include "bk_cache_entry.h"

#include <string.h>

/* Without holes, so that every byte of it is written and checked. */
typedef struct head_t {
    apr_uint64_t sum; /* of the key, the rest of the head, the body */
    apr_uint64_t key;
    apr_uint64_t origin;
    apr_uint64_t number;
    apr_int64_t owner;
    apr_uint64_t generation;
    apr_uint32_t counter;
    apr_uint32_t body_len;
} head_t;

_Static_assert(sizeof(head_t) == BK_CACHE_ENTRY_HEAD, "BK_CACHE_ENTRY_HEAD is the head's size");

apr_uint64_t bk_cache_entry_hash(apr_uint64_t seed, const void *bytes, apr_size_t len)
{
    const unsigned char *byte = bytes, *end = byte + len;
    apr_uint64_t hash = seed ? seed : APR_UINT64_C(14695981039346656037);

    while (byte < end) {
        hash = (hash ^ *byte++) * APR_UINT64_C(1099511628211);
    }
    return hash;
}

/* The same by words of eight bytes, as each hit pays for the sum of all that it found. The upper
 * half is folded into the lower one, which a multiplication alone would never reach. */
static apr_uint64_t hash_words(apr_uint64_t hash, const char *bytes, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i + sizeof(hash) <= len; i += sizeof(hash)) {
        apr_uint64_t word;

        memcpy(&word, bytes + i, sizeof(word));
        hash = (hash ^ word) * APR_UINT64_C(1099511628211);
        hash ^= hash >> 32;
    }
    return bk_cache_entry_hash(hash, bytes + i, len - i);
}

static apr_uint64_t sum_of(const head_t *head, const char *body)
{
    apr_uint64_t hash =
        hash_words(1, (const char *)head + sizeof(head->sum), sizeof(*head) - sizeof(head->sum));

    return hash_words(hash, body, head->body_len);
}

apr_size_t bk_cache_entry_write(unsigned char *to, const bk_cache_entry_t *entry, apr_uint64_t key,
                                const char *body, apr_size_t len)
{
    head_t head = {.key = key,
                   .origin = entry->version.origin,
                   .number = entry->version.number,
                   .owner = entry->owner,
                   .generation = entry->generation,
                   .counter = entry->version.counter,
                   .body_len = (apr_uint32_t)len};

    head.sum = sum_of(&head, body);
    memcpy(to, &head, sizeof(head));
    memcpy(to + sizeof(head), body, len);
    return sizeof(head) + len;
}

int bk_cache_entry_read(bk_cache_entry_t *entry, const unsigned char *bytes, apr_size_t len,
                        apr_uint64_t key, const char **body, apr_size_t *body_len)
{
    const char *found = (const char *)bytes + sizeof(head_t);
    head_t head;

    if (len < sizeof(head)) {
        return 0;
    }
    memcpy(&head, bytes, sizeof(head));
    if (head.key != key || head.body_len != len - sizeof(head) ||
        head.sum != sum_of(&head, found)) {
        return 0;
    }
    *entry =
        (bk_cache_entry_t){{head.origin, head.number, head.counter}, head.owner, head.generation};
    *body = found;
    *body_len = head.body_len;
    return 1;
}
