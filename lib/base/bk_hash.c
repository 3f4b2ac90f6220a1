#include "bk_hash.h"

#include <string.h>

typedef struct state_t {
    apr_uint64_t v0, v1, v2, v3;
} state_t;

static inline apr_uint64_t rotate(apr_uint64_t word, int bits)
{
    return word << bits | word >> (64 - bits);
}

/* One SipRound. */
static inline void mix(state_t *s)
{
    s->v0 += s->v1;
    s->v1 = rotate(s->v1, 13) ^ s->v0;
    s->v0 = rotate(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate(s->v1, 17) ^ s->v2;
    s->v2 = rotate(s->v2, 32);
}

static inline void take_in(state_t *s, apr_uint64_t word)
{
    s->v3 ^= word;
    mix(s);
    mix(s);
    s->v0 ^= word;
}

/* Eight bytes as a little-endian number: memcpy() compiles to one instruction, a loop to thirty. */
static inline apr_uint64_t read_word(const unsigned char *bytes)
{
    apr_uint64_t word;

    memcpy(&word, bytes, sizeof(word));
    return APR_IS_BIGENDIAN ? __builtin_bswap64(word) : word;
}

/* Fewer than eight bytes as a little-endian number. */
static inline apr_uint64_t read_rest(const unsigned char *bytes, apr_size_t len)
{
    apr_uint64_t word = 0;

    while (len-- > 0) {
        word = word << 8 | bytes[len];
    }
    return word;
}

static state_t begin(const bk_hash_key_t *key)
{
    return (state_t){
        key->k0 ^ APR_UINT64_C(0x736f6d6570736575), key->k1 ^ APR_UINT64_C(0x646f72616e646f6d),
        key->k0 ^ APR_UINT64_C(0x6c7967656e657261), key->k1 ^ APR_UINT64_C(0x7465646279746573)};
}

/* Works on a copy of the state, which the compiler keeps in registers. */
static void take_in_all(state_t *state, const void *bytes, apr_size_t len)
{
    const unsigned char *next = bytes, *end = next + (len & ~(apr_size_t)7);
    state_t s = *state;

    for (; next < end; next += 8) {
        take_in(&s, read_word(next));
    }
    take_in(&s, (apr_uint64_t)len << 56 | read_rest(next, len & 7));
    *state = s;
}

static apr_uint64_t give_out(state_t *s)
{
    mix(s);
    mix(s);
    mix(s);
    mix(s);
    return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

apr_uint64_t bk_hash(const bk_hash_key_t *key, const void *bytes, apr_size_t len)
{
    state_t s = begin(key);

    take_in_all(&s, bytes, len);
    s.v2 ^= 0xff;
    return give_out(&s);
}

void bk_hash_128(const bk_hash_key_t *key, const void *bytes, apr_size_t len, apr_uint64_t hash[2])
{
    state_t s = begin(key);

    s.v1 ^= 0xee;
    take_in_all(&s, bytes, len);
    s.v2 ^= 0xee;
    hash[0] = give_out(&s);
    s.v1 ^= 0xdd;
    hash[1] = give_out(&s);
}

apr_status_t bk_hash_key_make(bk_hash_key_t *key)
{
    return apr_generate_random_bytes((unsigned char *)key, sizeof(*key));
}
