/* Entries of a cache that others write to: what was kept is found, and nothing else is believed. */
#include "fuzz.h"

#include "bk_cache_entry.h"

static const bk_hash_key_t key = {1, 2}, another_key = {1, 3};

static void read_any(const uint8_t *data, size_t size, const bk_cache_entry_name_t *name)
{
    unsigned char *copy = malloc(size ? size : 1);
    bk_cache_entry_t entry;
    const char *body;
    apr_size_t len;

    fuzz_assert(copy);
    memcpy(copy, data, size);
    if (bk_cache_entry_read(&entry, copy, size, &key, name, &body, &len)) {
        fuzz_assert((const unsigned char *)body >= copy && len <= size);
        fuzz_assert((const unsigned char *)body + len <= copy + size);
    }
    free(copy);
}

static int is_read(const unsigned char *bytes, size_t size, const bk_hash_key_t *with,
                   const char *text, apr_size_t len)
{
    const bk_cache_entry_name_t name = {text, len, 0};
    bk_cache_entry_t entry;
    const char *body;

    return bk_cache_entry_read(&entry, bytes, size, with, &name, &body, &len);
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    fuzz_input_t input = {data, data + size};
    apr_uint64_t number = fuzz_number(&input, 8);
    bk_cache_entry_t entry = {.owner = (apr_int64_t)fuzz_number(&input, 4), .generation = number};
    bk_cache_entry_t found;
    const char *text = (const char *)data, *body;
    bk_cache_entry_name_t name = {text, size < BK_CACHE_ENTRY_NAME ? size : BK_CACHE_ENTRY_NAME, 0};
    apr_size_t at = (apr_size_t)fuzz_number(&input, 2), len, kept;
    apr_size_t rest = (apr_size_t)(input.end - input.next);
    unsigned char *bytes;

    if (rest > BK_CACHE_ENTRY_MOST - BK_CACHE_ENTRY_HEAD) {
        rest = BK_CACHE_ENTRY_MOST - BK_CACHE_ENTRY_HEAD;
    }
    bytes = malloc(BK_CACHE_ENTRY_HEAD + rest);
    fuzz_assert(bytes);
    read_any(data, size, &name);
    kept = bk_cache_entry_write(bytes, &entry, &key, &name, (const char *)input.next, rest);
    fuzz_assert(bk_cache_entry_read(&found, bytes, kept, &key, &name, &body, &len));
    fuzz_assert(len == rest && memcmp(body, input.next, len) == 0 && found.owner == entry.owner);
    fuzz_assert(!is_read(bytes, kept, &another_key, text, name.len));
    fuzz_assert(!name.len || !is_read(bytes, kept, &key, text, name.len - 1));
    /* A byte that was changed, and one that is missing. */
    bytes[at % kept] ^= 1;
    fuzz_assert(!is_read(bytes, kept, &key, text, name.len));
    bytes[at % kept] ^= 1;
    fuzz_assert(!is_read(bytes, kept - 1, &key, text, name.len));
    free(bytes);
}
