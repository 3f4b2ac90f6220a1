#include "booking_v1_place.h"

#include "bk_conf.h"
#include "bk_hash.h"
#include "bk_text.h"

#define ROUNDS 4

/* A Feistel network of four rounds is a pseudorandom permutation of 64 bits, if the function of a
 * round is pseudorandom (Luby and Rackoff, 1988): here it is SipHash under the server's key. */
static apr_uint32_t mix(const bk_request_t *request, apr_uint32_t half, apr_uint32_t number)
{
    const apr_uint32_t words[] = {0x706c6163, number, half}; /* "plac": of nothing else */

    return (apr_uint32_t)bk_hash(request->conf->key, words, sizeof(words));
}

static apr_uint64_t encipher(const bk_request_t *request, apr_uint64_t id)
{
    apr_uint32_t left = (apr_uint32_t)(id >> 32), right = (apr_uint32_t)id, i;

    for (i = 0; i < ROUNDS; i++) {
        apr_uint32_t next = left ^ mix(request, right, i);

        left = right;
        right = next;
    }
    return (apr_uint64_t)left << 32 | right;
}

static apr_uint64_t decipher(const bk_request_t *request, apr_uint64_t sealed)
{
    apr_uint32_t left = (apr_uint32_t)(sealed >> 32), right = (apr_uint32_t)sealed, i;

    for (i = ROUNDS; i > 0; i--) {
        apr_uint32_t before = right ^ mix(request, left, i - 1);

        right = left;
        left = before;
    }
    return (apr_uint64_t)left << 32 | right;
}

static const char *text_of(const bk_request_t *request, apr_int64_t number)
{
    return bk_text_of_int(number, apr_palloc(request->r->pool, BK_TEXT_INT));
}

void booking_v1_place_write(const bk_request_t *request, const booking_v1_t *row,
                            const char *at[BOOKING_V1_PLACE_VALUES])
{
    at[0] = text_of(request, row->start_ns);
    at[1] = text_of(request, (apr_int64_t)encipher(request, (apr_uint64_t)row->id));
}

int booking_v1_place_read(const bk_request_t *request, const char *const *at, apr_int64_t *start_ns,
                          apr_int64_t *id)
{
    apr_int64_t sealed;

    if (!bk_text_int(at[0], start_ns) || !bk_text_int(at[1], &sealed)) {
        return 0;
    }
    *id = (apr_int64_t)decipher(request, (apr_uint64_t)sealed);
    return 1;
}
