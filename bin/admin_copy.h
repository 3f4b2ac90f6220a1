/* admin_copy: copies the data of all services from one database to another. */
#ifndef ADMIN_COPY_H
#define ADMIN_COPY_H

#include <apr_pools.h>

#include "admin_options.h"

/**
 * Copy all tables from the database of --params to that of --to-params, compare them, and print the
 * number of rows of each. After a failure the target is as empty as before.
 * @return EXIT_SUCCESS, or EXIT_FAILURE after an error message
 */
int admin_copy(const admin_settings_t *settings, apr_pool_t *p);

#endif
