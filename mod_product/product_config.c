#include "bk_conf.h"
#include "bk_directives.h"
#include "product_private.h"

void *product_config_create(apr_pool_t *p, server_rec *s)
{
    product_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_conf_init(&conf->common);
    return conf;
}

void *product_config_merge(apr_pool_t *p, void *base_conf, void *own_conf)
{
    const product_conf_t *base = base_conf, *own = own_conf;
    product_conf_t *conf = apr_pcalloc(p, sizeof(*conf));

    bk_conf_merge(&conf->common, &base->common, &own->common);
    return conf;
}

const command_rec product_config_commands[] = {
    BK_DIRECTIVES("Product"), BK_DIRECTIVES_CACHE, BK_DIRECTIVES_CACHE_TTL("Product"), {NULL}};
