#include "user_store_v1.h"

#include "bk_name.h"

apr_status_t user_store_v1_key(const char **key, const char *login, apr_pool_t *p)
{
    return bk_name_fold(key, login, p);
}
