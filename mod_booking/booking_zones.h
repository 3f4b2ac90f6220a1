/* booking_zones: the time zones that the booking service has opened, each once in a child. */
#ifndef BOOKING_ZONES_H
#define BOOKING_ZONES_H

#include <apr_pools.h>
#include <httpd.h>

#include "bk_zone.h"

/** Register the hook that makes the cache in each child. Called once, from register_hooks. */
void booking_zones_register(apr_pool_t *p);

/** Find a zone by its name. Any thread may call. @see bk_zone_open */
apr_status_t booking_zones_open(const bk_zone_t **zone, const char *name);

#endif
