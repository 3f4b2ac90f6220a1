/* Entries of a cache that others write to: what was kept is found, and nothing else is believed. */
#include "fuzz.h"

#include "bk_cache_entry.h"

static void read_any(const uint8_t *data, size_t size, apr_uint64_t key)
{
    unsigned char *copy = malloc(size ? size : 1);
    bk_cache_entry_t entry;
    const char *body;
    apr_size_t len;

    fuzz_assert(copy);
    memcpy(copy, data, size);
    if (bk_cache_entry_read(&entry, copy, size, key, &body, &len)) {
        fuzz_assert((const unsigned char *)body >= copy && len <= size);
        fuzz_assert((const unsigned char *)body + len <= copy + size);
    }
    free(copy);
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = {data, data + size};
    apr_uint64_t key = fuzz_number(&input, 8);
    bk_cache_entry_t entry = {.owner = (apr_int64_t)fuzz_number(&input, 4), .generation = key};
    bk_cache_entry_t found;
    const char *body;
    apr_size_t at = (apr_size_t)fuzz_number(&input, 2), len, kept;
    apr_size_t rest = (apr_size_t)(input.end - input.next);
    unsigned char *bytes = malloc(BK_CACHE_ENTRY_HEAD + rest);

    fuzz_assert(bytes);
    read_any(data, size, key);
    kept = bk_cache_entry_write(bytes, &entry, key, (const char *)input.next, rest);
    fuzz_assert(bk_cache_entry_read(&found, bytes, kept, key, &body, &len));
    fuzz_assert(len == rest && memcmp(body, input.next, len) == 0 && found.owner == entry.owner);
    fuzz_assert(!bk_cache_entry_read(&found, bytes, kept, key + 1, &body, &len));
    /* A byte that was changed, and one that is missing. */
    bytes[at % kept] ^= 1;
    fuzz_assert(!bk_cache_entry_read(&found, bytes, kept, key, &body, &len));
    bytes[at % kept] ^= 1;
    fuzz_assert(!bk_cache_entry_read(&found, bytes, kept - 1, key, &body, &len));
    free(bytes);
}
