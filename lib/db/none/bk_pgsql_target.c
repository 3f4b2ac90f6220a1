/* Stands for lib/db/bk_pgsql_target.c in a build without PostgreSQL: no connection string is right.
 */
#include "bk_pgsql_target.h"

static const char *const without =
    "this build is without PostgreSQL (it was configured with --without-pgsql)";

bk_pgsql_target_t *bk_pgsql_target(const char *params, const char **why, apr_pool_t *p)
{
    *why = without;
    return NULL;
}

const char *bk_pgsql_target_refused(const bk_pgsql_target_t *target, apr_pool_t *p)
{
    return without;
}
