#include "bk_random.h"

#include <apr_general.h>

apr_status_t bk_random_id(apr_int64_t *id)
{
    const apr_uint64_t count = BK_RANDOM_ID_LIMIT - 1;
    /* Draws at or above the largest multiple of count are rejected: they would make low ids more
     * likely. */
    const apr_uint64_t limit = UINT64_MAX - UINT64_MAX % count;
    apr_uint64_t draw;

    do {
        apr_status_t rv = apr_generate_random_bytes((unsigned char *)&draw, sizeof(draw));
        if (rv != APR_SUCCESS) {
            return rv;
        }
    } while (draw >= limit);
    *id = (apr_int64_t)(draw % count) + 1;
    return APR_SUCCESS;
}

apr_status_t bk_random_insert(apr_int64_t *id, apr_status_t (*insert)(void *baton), void *baton)
{
    apr_status_t rv = APR_EEXIST;
    int attempts;

    for (attempts = 0; rv == APR_EEXIST && attempts < BK_RANDOM_ATTEMPTS; attempts++) {
        rv = bk_random_id(id);
        if (rv == APR_SUCCESS) {
            rv = insert(baton);
        }
    }
    return rv;
}
