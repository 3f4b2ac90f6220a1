#include "bk_password.h"

#include <stdlib.h>
#include <string.h>

#include <apr_general.h>
#include <apr_md5.h>
#include <apr_strings.h>

#define SALT_BYTES 16
#define HASH_BYTES 64 /* "$2y$", two digits, "$", 53 characters, NUL, and a little room */

static apr_status_t encode(const char *password, int cost, char hash[HASH_BYTES])
{
    unsigned char salt[SALT_BYTES];
    apr_status_t rv = apr_generate_random_bytes(salt, sizeof(salt));

    if (rv != APR_SUCCESS) {
        return rv;
    }
    return apr_bcrypt_encode(password, (unsigned int)cost, salt, sizeof(salt), hash, HASH_BYTES);
}

apr_status_t bk_password_hash(const char **hash, const char *password, int cost, apr_pool_t *p)
{
    char text[HASH_BYTES];
    apr_status_t rv = encode(password, cost, text);

    if (rv == APR_SUCCESS) {
        *hash = apr_pstrdup(p, text);
    }
    return rv;
}

int bk_password_matches(const char *password, const char *hash)
{
    /* apr_password_validate() takes a text it does not know as a plain password. */
    return strlen(password) <= BK_PASSWORD_BYTES && bk_password_cost(hash) &&
           apr_password_validate(password, hash) == APR_SUCCESS;
}

void bk_password_waste(const char *password, int cost)
{
    char text[HASH_BYTES];

    (void)encode(password, cost, text);
}

int bk_password_cost(const char *hash)
{
    return strncmp(hash, "$2y$", 4) == 0 ? atoi(hash + 4) : 0;
}
