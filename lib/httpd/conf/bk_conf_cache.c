#include "bk_conf_cache.h"

#include "bk_value.h"

void bk_conf_cache_init(bk_conf_cache_t *conf)
{
    conf->provider = NULL;
    conf->instance = NULL;
    conf->key = NULL;
    conf->name = NULL;
    conf->ttl = BK_VALUE_UNSET;
}

void bk_conf_cache_merge(bk_conf_cache_t *merged, const bk_conf_cache_t *base,
                         const bk_conf_cache_t *own)
{
    merged->provider = base->provider; /* the main server's */
    merged->instance = base->instance;
    merged->key = base->key;
    merged->name = own->name ? own->name : base->name;
    merged->ttl = bk_value_default(own->ttl, base->ttl);
}
