#include "bk_cursor.h"

#include <string.h>

#include <apr_encode.h>
#include <apr_strings.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

/* Version and purpose of the signed bytes: nothing else that is signed with the key may begin with
 * these. */
static const unsigned char magic[] = {'b', 'k', 'c', '1'};

#define DIGEST_LEN 8
#define SIGNATURE_LEN 16
#define HEAD_LEN (sizeof(magic) + DIGEST_LEN)
#define MOST (HEAD_LEN + BK_CURSOR_POSITION + SIGNATURE_LEN)
#define TEXT_MOST ((MOST + 2) / 3 * 4)

typedef struct bytes_t {
    unsigned char at[MOST];
    apr_size_t len;
} bytes_t;

/* Append bytes. @return 0 if they do not fit */
static int add(bytes_t *bytes, const void *what, apr_size_t len)
{
    if (len > sizeof(bytes->at) - SIGNATURE_LEN - bytes->len) {
        return 0;
    }
    memcpy(bytes->at + bytes->len, what, len);
    bytes->len += len;
    return 1;
}

/* Digest of the filter, by which a cursor of another list is recognized.
 * @return 0 if OpenSSL fails */
static int digest_filter(const char *filter, unsigned char digest[EVP_MAX_MD_SIZE])
{
    unsigned int len;

    return EVP_Digest(filter, strlen(filter), digest, &len, EVP_sha256(), NULL);
}

/* @return the HMAC, in @a code; NULL if OpenSSL fails */
static const unsigned char *sign(const bk_hash_key_t *key, const unsigned char *bytes,
                                 apr_size_t len, unsigned char code[EVP_MAX_MD_SIZE])
{
    unsigned int code_len;

    return HMAC(EVP_sha256(), key, sizeof(*key), bytes, len, code, &code_len);
}

static const char *encode(const bytes_t *bytes, apr_pool_t *p)
{
    return apr_pencode_base64_binary(p, bytes->at, (apr_ssize_t)bytes->len,
                                     APR_ENCODE_BASE64URL | APR_ENCODE_NOPADDING, NULL);
}

const char *bk_cursor_make(const bk_hash_key_t *key, const char *filter, const char *const *values,
                           int count, apr_pool_t *p)
{
    unsigned char code[EVP_MAX_MD_SIZE];
    bytes_t bytes = {.len = 0};
    int i;

    if (!digest_filter(filter, code)) {
        return NULL;
    }
    add(&bytes, magic, sizeof(magic));
    add(&bytes, code, DIGEST_LEN);
    for (i = 0; i < count; i++) {
        if (!add(&bytes, values[i], strlen(values[i]) + 1)) {
            return NULL;
        }
    }
    if (!sign(key, bytes.at, bytes.len, code)) {
        return NULL;
    }
    memcpy(bytes.at + bytes.len, code, SIGNATURE_LEN);
    bytes.len += SIGNATURE_LEN;
    return encode(&bytes, p);
}

/* Decode a text. It has to be the text that its bytes encode to: otherwise the unused bits of its
 * last character could be changed unnoticed. */
static int decode(bytes_t *bytes, const char *text, apr_pool_t *p)
{
    apr_size_t len = strlen(text), decoded_len = 0;
    const unsigned char *decoded;

    if (len > TEXT_MOST) {
        return 0;
    }
    decoded = apr_pdecode_base64_binary(p, text, (apr_ssize_t)len, APR_ENCODE_NONE, &decoded_len);
    if (!decoded || decoded_len < HEAD_LEN + SIGNATURE_LEN || decoded_len > MOST) {
        return 0;
    }
    memcpy(bytes->at, decoded, decoded_len);
    bytes->len = decoded_len;
    return strcmp(encode(bytes, p), text) == 0;
}

static int is_signed(const bytes_t *bytes, const bk_hash_key_t *key)
{
    unsigned char code[EVP_MAX_MD_SIZE];
    apr_size_t len = bytes->len - SIGNATURE_LEN;

    return memcmp(bytes->at, magic, sizeof(magic)) == 0 && sign(key, bytes->at, len, code) &&
           CRYPTO_memcmp(bytes->at + len, code, SIGNATURE_LEN) == 0;
}

/* @return 0 if there are not exactly @a count values */
static int read_values(const bytes_t *bytes, const char **values, int count, apr_pool_t *p)
{
    apr_size_t len = bytes->len - HEAD_LEN - SIGNATURE_LEN;
    const char *next = apr_pmemdup(p, bytes->at + HEAD_LEN, len), *end = next + len;
    int i;

    for (i = 0; i < count; i++) {
        const char *nul = memchr(next, '\0', (apr_size_t)(end - next));

        if (!nul) {
            return 0;
        }
        values[i] = next;
        next = nul + 1;
    }
    return next == end;
}

bk_cursor_read_t bk_cursor_read(const bk_hash_key_t *key, const char *filter, const char *text,
                                const char **values, int count, apr_pool_t *p)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    bytes_t bytes;

    if (!decode(&bytes, text, p) || !is_signed(&bytes, key) || !digest_filter(filter, digest)) {
        return BK_CURSOR_INVALID;
    }
    if (memcmp(bytes.at + sizeof(magic), digest, DIGEST_LEN) != 0) {
        return BK_CURSOR_OTHER_LIST;
    }
    return read_values(&bytes, values, count, p) ? BK_CURSOR_OK : BK_CURSOR_OTHER_LIST;
}
