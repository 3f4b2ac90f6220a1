/* Stands for lib/db/bk_pgsql.c in a build without PostgreSQL. As no connection string is right
 * there (bk_pgsql_target.c beside this file), nobody gets as far as to call any of these. */
#include "bk_pgsql.h"

#include <apr_strings.h>

bk_pgsql_t *bk_pgsql(const bk_pgsql_target_t *target, apr_pool_t *p)
{
    bk_pgsql_t *pgsql = apr_pcalloc(p, sizeof(*pgsql));

    pgsql->target = target;
    apr_cpystrn(pgsql->why, "this build is without PostgreSQL", sizeof(pgsql->why));
    return pgsql;
}

apr_status_t bk_pgsql_connect(bk_pgsql_t *pgsql, apr_int64_t timeout)
{
    return APR_ENOTIMPL;
}

int bk_pgsql_is_connected(const bk_pgsql_t *pgsql)
{
    return 0;
}
