/* admin_copy: everything that the services keep in one database, into another. */
#ifndef ADMIN_COPY_H
#define ADMIN_COPY_H

#include <apr_pools.h>

#include "admin_options.h"

/**
 * Copy all tables, from the settings' database into their "to" one, compare, and print how many
 * rows there were of each. After a failure the target has the rows that it had before: none.
 * @return EXIT_SUCCESS, or EXIT_FAILURE when what is wrong has been said
 */
int admin_copy(const admin_settings_t *settings, apr_pool_t *p);

#endif
