/* admin_password: a password from whoever runs bookable-admin. */
#ifndef ADMIN_PASSWORD_H
#define ADMIN_PASSWORD_H

#include <apr_pools.h>

/**
 * Read a password, from the terminal, which does not show it, or else as the first line of standard
 * input, and hash it.
 * @return EXIT_SUCCESS, or EXIT_FAILURE when what is wrong has been said
 */
int admin_password_hash(const char **hash, apr_pool_t *p);

#endif
