/* admin_password: a password from whoever runs bookable-admin. */
#ifndef ADMIN_PASSWORD_H
#define ADMIN_PASSWORD_H

#include <apr_pools.h>

#include "admin_options.h"

/**
 * Read a password, from the terminal, which does not show it, or else as the first line of standard
 * input, and hash it. It has to be as long as the settings say, and none of their list.
 * @return EXIT_SUCCESS, or EXIT_FAILURE when what is wrong has been said
 */
int admin_password_hash(const char **hash, const admin_settings_t *settings, apr_pool_t *p);

#endif
