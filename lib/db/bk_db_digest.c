#include "bk_db_digest.h"

#include <string.h>

#include <openssl/evp.h>

/* Hash a value as its type, its length or number, and its bytes, so that different rows have
 * different input. */
static int add_value(EVP_MD_CTX *hash, const bk_db_value_t *value)
{
    apr_size_t len = value->text ? value->len : 0;
    apr_int64_t head[] = {(apr_int64_t)value->type,
                          value->type == BK_DB_INT ? value->number : (apr_int64_t)len};

    return EVP_DigestUpdate(hash, head, sizeof(head)) && EVP_DigestUpdate(hash, value->text, len);
}

static int hash_row(EVP_MD_CTX *hash, const bk_db_value_t *row, int columns, void *result)
{
    int i;

    if (!hash || !EVP_DigestInit_ex(hash, EVP_sha256(), NULL)) {
        return 0;
    }
    for (i = 0; i < columns; i++) {
        if (!add_value(hash, &row[i])) {
            return 0;
        }
    }
    return EVP_DigestFinal_ex(hash, result, NULL);
}

apr_status_t bk_db_digest_add(bk_db_digest_t *digest, const bk_db_value_t *row, int columns)
{
    uint64_t words[BK_DB_DIGEST_WORDS];
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    int done = hash_row(hash, row, columns, words);
    int i;

    EVP_MD_CTX_free(hash);
    if (!done) {
        return APR_EGENERAL;
    }
    for (i = 0; i < BK_DB_DIGEST_WORDS; i++) {
        digest->sums[i] += words[i];
    }
    digest->rows++;
    return APR_SUCCESS;
}

int bk_db_digest_equal(const bk_db_digest_t *one, const bk_db_digest_t *other)
{
    return one->rows == other->rows && memcmp(one->sums, other->sums, sizeof(one->sums)) == 0;
}
