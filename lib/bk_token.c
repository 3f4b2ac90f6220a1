#include "bk_token.h"

#include <string.h>

#include <apr_encode.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <openssl/evp.h>

#define TOKEN_BYTES 32

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

apr_status_t bk_token_digest(const char *token, unsigned char digest[BK_TOKEN_DIGEST])
{
    return EVP_Digest(token, strlen(token), digest, NULL, EVP_sha256(), NULL) ? APR_SUCCESS
                                                                              : APR_EGENERAL;
}
