#include "bk_consistency.h"

#include <strings.h>

static int says(const request_rec *r, const char *word)
{
    const char *value = apr_table_get(r->headers_in, BK_CONSISTENCY_HEADER);

    return value && strcasecmp(value, word) == 0;
}

int bk_consistency_is_strong(const request_rec *r)
{
    return says(r, "strong");
}

int bk_consistency_is_eventual(const request_rec *r)
{
    return says(r, "eventual");
}

int bk_consistency_is_known(const request_rec *r)
{
    return !apr_table_get(r->headers_in, BK_CONSISTENCY_HEADER) || bk_consistency_is_strong(r) ||
           bk_consistency_is_eventual(r);
}
