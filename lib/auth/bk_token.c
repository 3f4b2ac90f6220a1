#include "bk_token.h"

#include <pthread.h>
#include <string.h>

#include <apr_encode.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <openssl/evp.h>

#define TOKEN_BYTES 32

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *sha256; /* for the life of the process */

apr_status_t bk_token_make(const char **token, apr_pool_t *p)
{
    unsigned char bytes[TOKEN_BYTES];
    apr_status_t rv = apr_generate_random_bytes(bytes, sizeof(bytes));

    if (rv != APR_SUCCESS) {
        return rv;
    }
    *token = apr_pstrcat(p, "bk_",
                         apr_pencode_base64_binary(p, bytes, sizeof(bytes),
                                                   APR_ENCODE_URL | APR_ENCODE_NOPADDING, NULL),
                         NULL);
    return APR_SUCCESS;
}

/* Fetched once, because OpenSSL's look-up by name takes as long as computing the digest. */
static void find_sha256(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

apr_status_t bk_token_digest(const char *token, unsigned char digest[BK_TOKEN_DIGEST])
{
    pthread_once(&once, find_sha256);
    return sha256 && EVP_Digest(token, strlen(token), digest, NULL, sha256, NULL) ? APR_SUCCESS
                                                                                  : APR_EGENERAL;
}
