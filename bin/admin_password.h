/* admin_password: reads a password from the user of bookable-admin. */
#ifndef ADMIN_PASSWORD_H
#define ADMIN_PASSWORD_H

#include <apr_pools.h>

#include "admin_options.h"

/**
 * Read a password, from the terminal without echo, or else as the first line of standard input, and
 * hash it. It has to have the minimum length of the settings, and must not be on their list.
 * @return EXIT_SUCCESS, or EXIT_FAILURE after an error message
 */
int admin_password_hash(const char **hash, const admin_settings_t *settings, apr_pool_t *p);

#endif
