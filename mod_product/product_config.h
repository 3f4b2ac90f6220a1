/* product_config: mod_product's settings, which are only those that all services have. */
#ifndef PRODUCT_CONFIG_H
#define PRODUCT_CONFIG_H

#include "bk_conf.h"

typedef struct product_conf_t {
    bk_conf_t common; /* must be the first member: bk_conf() casts to it */
} product_conf_t;

void *product_config_create(apr_pool_t *p, server_rec *s);
void *product_config_merge(apr_pool_t *p, void *base, void *own);
extern const command_rec product_config_commands[];

#endif
