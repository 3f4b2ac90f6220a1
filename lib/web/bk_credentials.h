/* bk_credentials: parses the Authorization header (RFC 9110, section 11.6.2).
 *
 * The credentials are only parsed here; the user service verifies them. Any thread may call.
 */
#ifndef BK_CREDENTIALS_H
#define BK_CREDENTIALS_H

#include <apr_pools.h>

typedef enum bk_credentials_scheme_t {
    BK_CREDENTIALS_NONE,  /* missing, malformed or of an unknown scheme */
    BK_CREDENTIALS_BASIC, /* RFC 7617: name and secret are set */
    BK_CREDENTIALS_BEARER /* RFC 6750: secret is set */
} bk_credentials_scheme_t;

typedef struct bk_credentials_t {
    bk_credentials_scheme_t scheme;
    const char *name;   /* not empty */
    const char *secret; /* not empty */
} bk_credentials_t;

/**
 * Parse an Authorization header.
 * @param header       its value, or NULL if there is none
 * @param credentials  set to the result; its texts live in @a p
 */
void bk_credentials_read(const char *header, bk_credentials_t *credentials, apr_pool_t *p);

#endif
