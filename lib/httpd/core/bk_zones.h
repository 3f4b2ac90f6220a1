/* bk_zones: the time zones that a module has opened, each once in a child of httpd. */
#ifndef BK_ZONES_H
#define BK_ZONES_H

#include <apr_pools.h>
#include <httpd.h>

#include "bk_zone.h"

/** Register the hook that makes the cache in each child. Called once, from register_hooks. */
void bk_zones_register(apr_pool_t *p);

/** Find a zone by its name. Any thread may call. @see bk_zone_open */
apr_status_t bk_zones_open(const bk_zone_t **zone, const char *name);

#endif
