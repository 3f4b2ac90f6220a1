#include "bk_zones.h"

#include <http_config.h>

static bk_zone_cache_t *zones; /* NULL: it could not be made, and no zone is found */

static void make_cache(apr_pool_t *p, server_rec *s)
{
    if (bk_zone_cache_make(&zones, p) != APR_SUCCESS) {
        zones = NULL;
    }
}

void bk_zones_register(apr_pool_t *p)
{
    ap_hook_child_init(make_cache, NULL, NULL, APR_HOOK_MIDDLE);
}

apr_status_t bk_zones_open(const bk_zone_t **zone, const char *name)
{
    return zones ? bk_zone_open(zone, zones, name) : APR_NOTFOUND;
}
