/* The Authorization header. */
#include "fuzz.h"

#include "bk_credentials.h"

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *text = fuzz_text(data, size);
    bk_credentials_t credentials;

    bk_credentials_read(text, &credentials, p);
    switch (credentials.scheme) {
    case BK_CREDENTIALS_BASIC:
        fuzz_assert(*credentials.name && *credentials.secret);
        fuzz_assert(!strchr(credentials.name, ':'));
        fuzz_assert(strlen(credentials.name) + strlen(credentials.secret) < size);
        break;
    case BK_CREDENTIALS_BEARER:
        fuzz_assert(*credentials.secret && strstr(text, credentials.secret));
        break;
    case BK_CREDENTIALS_NONE:
        break;
    }
    free(text);
}
