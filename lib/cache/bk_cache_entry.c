#include "bk_cache_entry.h"

#include <string.h>

/* Without padding, so that every byte is initialized and authenticated. */
typedef struct head_t {
    apr_uint64_t code[2]; /* over the name, the rest of the head, the body */
    apr_uint64_t origin;
    apr_uint64_t number;
    apr_int64_t owner;
    apr_uint64_t generation;
    apr_int64_t made;
    apr_uint32_t counter;
    apr_uint32_t body_len;
} head_t;

_Static_assert(sizeof(head_t) == BK_CACHE_ENTRY_HEAD, "BK_CACHE_ENTRY_HEAD is the head's size");

#define CODE_LEN sizeof(((head_t *)NULL)->code)

/* Constants of FNV-1a. */
#define BASIS APR_UINT64_C(14695981039346656037)
#define PRIME APR_UINT64_C(1099511628211)

apr_uint64_t bk_cache_entry_hash(const void *bytes, apr_size_t len)
{
    const unsigned char *byte = bytes, *end = byte + len;
    apr_uint64_t hash = BASIS;

    while (byte < end) {
        hash = (hash ^ *byte++) * PRIME;
    }
    return hash;
}

/* FNV-1a by words of eight bytes, because each cache hit computes it over the whole entry. The
 * upper half of the product is folded into the lower half, which multiplication alone would never
 * influence. */
static apr_uint64_t sum(apr_uint64_t hash, const void *bytes, apr_size_t len)
{
    const unsigned char *next = bytes, *end = next + len;

    for (; end - next >= (ptrdiff_t)sizeof(hash); next += sizeof(hash)) {
        apr_uint64_t word;

        memcpy(&word, next, sizeof(word));
        hash = (hash ^ word) * PRIME;
        hash ^= hash >> 32;
    }
    while (next < end) {
        hash = (hash ^ *next++) * PRIME;
    }
    return hash ^ hash >> 32;
}

/* The lengths are hashed first, so that the end of a name cannot be confused with the beginning of
 * an entry.
 * @param entry  begins with the bytes of its code, which are not hashed */
static void make_keyed_code(apr_uint64_t code[2], const bk_hash_key_t *key,
                            const bk_cache_entry_name_t *name, const unsigned char *entry,
                            apr_size_t len)
{
    const apr_uint64_t lens[] = {name->len, name->prefix};
    unsigned char bytes[sizeof(lens) + BK_CACHE_ENTRY_NAME + BK_CACHE_ENTRY_MOST], *end = bytes;

    memcpy(end, lens, sizeof(lens));
    end += sizeof(lens);
    memcpy(end, name->text, name->len);
    end += name->len;
    memcpy(end, entry + CODE_LEN, len - CODE_LEN);
    end += len - CODE_LEN;
    bk_hash_128(key, bytes, (apr_size_t)(end - bytes), code);
}

/* The checksum of an entry without a key, which detects damage only. */
static void make_sum(apr_uint64_t code[2], const bk_cache_entry_name_t *name,
                     const unsigned char *entry, apr_size_t len)
{
    code[0] = sum(sum(BASIS, name->text, name->len), entry + CODE_LEN, len - CODE_LEN);
    code[1] = (apr_uint64_t)name->len << 32 | name->prefix;
}

static inline void make_code(apr_uint64_t code[2], const bk_hash_key_t *key,
                             const bk_cache_entry_name_t *name, const unsigned char *entry,
                             apr_size_t len)
{
    if (key) {
        make_keyed_code(code, key, name, entry, len);
    }
    else {
        make_sum(code, name, entry, len);
    }
}

apr_size_t bk_cache_entry_write(unsigned char *to, const bk_cache_entry_t *entry,
                                const bk_hash_key_t *key, const bk_cache_entry_name_t *name,
                                const char *body, apr_size_t len)
{
    head_t head = {.origin = entry->version.origin,
                   .number = entry->version.number,
                   .owner = entry->owner,
                   .generation = entry->generation,
                   .made = entry->made,
                   .counter = entry->version.counter,
                   .body_len = (apr_uint32_t)len};

    memcpy(to, &head, sizeof(head));
    memcpy(to + sizeof(head), body, len);
    make_code(head.code, key, name, to, sizeof(head) + len);
    memcpy(to, head.code, CODE_LEN);
    return sizeof(head) + len;
}

/* Compares in constant time: otherwise the time would tell how much of a guessed code is right. */
static int same_code(const apr_uint64_t a[2], const apr_uint64_t b[2])
{
    return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
}

int bk_cache_entry_read(bk_cache_entry_t *entry, const unsigned char *bytes, apr_size_t len,
                        const bk_hash_key_t *key, const bk_cache_entry_name_t *name,
                        const char **body, apr_size_t *body_len)
{
    apr_uint64_t code[2];
    head_t head;

    if (len < sizeof(head) || len > BK_CACHE_ENTRY_MOST || name->len > BK_CACHE_ENTRY_NAME) {
        return 0;
    }
    memcpy(&head, bytes, sizeof(head));
    make_code(code, key, name, bytes, len);
    if (!same_code(code, head.code) || head.body_len != len - sizeof(head)) {
        return 0;
    }
    *entry = (bk_cache_entry_t){
        {head.origin, head.number, head.counter}, head.owner, head.generation, head.made};
    *body = (const char *)bytes + sizeof(head);
    *body_len = head.body_len;
    return 1;
}

int bk_cache_entry_is_fresh(const bk_cache_entry_t *entry, apr_int64_t now, apr_int64_t ttl)
{
    return entry->made > now - ttl && entry->made < now + ttl;
}
