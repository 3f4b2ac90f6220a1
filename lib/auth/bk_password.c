#include "bk_password.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_md5.h>
#include <apr_strings.h>

#include "bk_background.h"

#define SALT_BYTES 16
#define HASH_BYTES 64 /* "$2y$", two digits, "$", 53 characters, NUL, and spare bytes */

/* Arguments and result of a hash, which runs in bk_background_run(): it takes a quarter of a second
 * of CPU time. */
typedef struct hashing_t {
    const char *password;
    int cost;              /* cost of a new hash */
    char hash[HASH_BYTES]; /* the new hash */
    const char *known;     /* the hash to compare with, or NULL */
    apr_status_t rv;
} hashing_t;

static void encode_it(void *data)
{
    hashing_t *hashing = data;
    unsigned char salt[SALT_BYTES];

    hashing->rv = apr_generate_random_bytes(salt, sizeof(salt));
    if (hashing->rv == APR_SUCCESS) {
        hashing->rv = apr_bcrypt_encode(hashing->password, (unsigned int)hashing->cost, salt,
                                        sizeof(salt), hashing->hash, HASH_BYTES);
    }
}

static void compare_it(void *data)
{
    hashing_t *hashing = data;

    hashing->rv = apr_password_validate(hashing->password, hashing->known);
}

apr_status_t bk_password_hash(const char **hash, const char *password, int cost, apr_pool_t *p)
{
    hashing_t hashing = {.password = password, .cost = cost};

    bk_background_run(encode_it, &hashing);
    if (hashing.rv == APR_SUCCESS) {
        *hash = apr_pstrdup(p, hashing.hash);
    }
    return hashing.rv;
}

int bk_password_matches(const char *password, const char *hash)
{
    hashing_t hashing = {.password = password, .known = hash};

    /* apr_password_validate() compares a hash of unknown format as a plain-text password. */
    if (strlen(password) > BK_PASSWORD_BYTES || !bk_password_cost(hash)) {
        return 0;
    }
    bk_background_run(compare_it, &hashing);
    return hashing.rv == APR_SUCCESS;
}

static void waste(const char *password, int cost)
{
    hashing_t hashing = {.password = password, .cost = cost};

    bk_background_run(encode_it, &hashing);
}

/* A hash at cost n takes 2^n rounds. So one hash at cost n and then one at each cost from n to m -
 * 1 take together as long as one at cost m. */
int bk_password_check(const char *password, const char *hash, int cost)
{
    int spent = hash ? bk_password_cost(hash) : 0;

    if (spent < BK_PASSWORD_COST_MIN) {
        waste(password, cost);
        return 0;
    }
    if (bk_password_matches(password, hash)) {
        return 1;
    }
    for (; spent < cost; spent++) {
        waste(password, spent);
    }
    return 0;
}

int bk_password_cost(const char *hash)
{
    return strncmp(hash, "$2y$", 4) == 0 ? atoi(hash + 4) : 0;
}
