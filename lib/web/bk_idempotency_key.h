/* bk_idempotency_key: the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header-07),
 * and the fingerprint by which a repeated request is recognized.
 *
 * The draft defines the value as a String of structured fields (RFC 8941, section 3.3.3):
 * "8e03978e", with the quotation marks. Most clients send the key without them; both forms are the
 * same key. Any thread may call.
 */
#ifndef BK_IDEMPOTENCY_KEY_H
#define BK_IDEMPOTENCY_KEY_H

#include <apr_errno.h>
#include <apr_pools.h>

/** The highest number of characters in a key. */
#define BK_IDEMPOTENCY_KEY_MOST 128

/** Size of a fingerprint in bytes (SHA-256). */
#define BK_IDEMPOTENCY_KEY_FINGERPRINT 32

typedef enum bk_idempotency_key_result_t {
    BK_IDEMPOTENCY_KEY_NONE, /* the header is missing */
    BK_IDEMPOTENCY_KEY_BAD,  /* the header is not a valid key */
    BK_IDEMPOTENCY_KEY_OK
} bk_idempotency_key_result_t;

/**
 * Parse the header: either a quoted string of printable ASCII, with parameters behind it that are
 * ignored; or printable ASCII without quotes, in which blank, quotation mark, backslash, comma and
 * semicolon are not allowed. A key has 1 to BK_IDEMPOTENCY_KEY_MOST characters.
 * @param header  its value; NULL if it is missing
 * @param key     set to the key without quotes and escapes, in @a p, if BK_IDEMPOTENCY_KEY_OK is
 *                returned
 */
bk_idempotency_key_result_t bk_idempotency_key_read(const char *header, const char **key,
                                                    apr_pool_t *p);

/**
 * Compute the fingerprint of a request. Of two requests with the same key, the second repeats the
 * first if their fingerprints are the same.
 * @param method       the request's method
 * @param route        the request's path, with the values of its parameters
 * @param body         the body as bk_json_canonical() writes it, so that bodies that mean the same
 *                     are the same; or the bytes of the body
 * @param len          its length in bytes
 * @param fingerprint  set
 * @return APR_SUCCESS; APR_EGENERAL if OpenSSL fails, as when memory is short
 */
apr_status_t bk_idempotency_key_fingerprint(
    const char *method, const char *route, const char *body, apr_size_t len,
    unsigned char fingerprint[BK_IDEMPOTENCY_KEY_FINGERPRINT]);

#endif
