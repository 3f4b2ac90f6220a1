/* Where a Redis is: no message about a URL shows the password in it. */
#include "fuzz.h"

#include "bk_redis_url.h"

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    char *text = fuzz_text(data, size);
    bk_redis_url_t url;
    const char *wrong;

    /* No file of this machine is to be read. */
    if (strstr(text, "file") || strchr(text, '%')) {
        free(text);
        return;
    }
    wrong = bk_redis_url_parse(&url, text, p);
    if (!wrong) {
        fuzz_assert(!url.host != !url.socket);
        fuzz_assert(!url.host || (url.port > 0 && url.port < 65536));
        fuzz_assert(url.db >= 0 && url.timeout > 0 && url.connect_timeout > 0);
        fuzz_assert(url.prefix && url.shown);
    }
    free(text);
}
