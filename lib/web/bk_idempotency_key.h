/* bk_idempotency_key: the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header-07),
 * and what makes a request the same as one before.
 *
 * The draft wants a String of structured fields (RFC 8941, section 3.3.3): "\"8e03978e\"". Most
 * clients send the characters bare, and both are read as the same key. Any thread may call.
 */
#ifndef BK_IDEMPOTENCY_KEY_H
#define BK_IDEMPOTENCY_KEY_H

#include <apr_errno.h>
#include <apr_pools.h>

/** Characters of a key at the most. */
#define BK_IDEMPOTENCY_KEY_MOST 128

/** Bytes of a fingerprint (SHA-256). */
#define BK_IDEMPOTENCY_KEY_FINGERPRINT 32

typedef enum bk_idempotency_key_result_t {
    BK_IDEMPOTENCY_KEY_NONE, /* the header is not there */
    BK_IDEMPOTENCY_KEY_BAD,  /* it is there, and is no key */
    BK_IDEMPOTENCY_KEY_OK
} bk_idempotency_key_result_t;

/**
 * Read the header: a quoted string of printable ASCII, behind which parameters may stand that mean
 * nothing; or bare characters of ASCII, none of them a blank, a quote, a backslash, a comma or a
 * semicolon. 1 to BK_IDEMPOTENCY_KEY_MOST of them.
 * @param header  its value; NULL: it is not there
 * @param key     set to the key without its quotes and escapes, in @a p, where
 *                BK_IDEMPOTENCY_KEY_OK is returned
 */
bk_idempotency_key_result_t bk_idempotency_key_read(const char *header, const char **key,
                                                    apr_pool_t *p);

/**
 * The fingerprint of a request: of two with one key, it tells whether the second is the first
 * again.
 * @param method       as in the request
 * @param route        the path, with all that its parameters say
 * @param body         a text that is the same for bodies that mean the same: bk_json_canonical();
 * or the bytes themselves
 * @param len          its length in bytes
 * @param fingerprint  set
 * @return APR_EGENERAL if there was no memory to hash it
 */
apr_status_t bk_idempotency_key_fingerprint(
    const char *method, const char *route, const char *body, apr_size_t len,
    unsigned char fingerprint[BK_IDEMPOTENCY_KEY_FINGERPRINT]);

#endif
