/* bk_pgsql_environment: cleans the environment for libpq after a change of the user.
 *
 * libpq looks for certificates, keys, passwords and services below $HOME, and takes missing
 * parameters from the variables PG*. A daemon that root has started has root's environment: root's
 * files cannot be read by the user who connects, so that connections with TLS fail, or are made
 * without it.
 */
#ifndef BK_PGSQL_ENVIRONMENT_H
#define BK_PGSQL_ENVIRONMENT_H

/**
 * Set HOME to the home directory of the process's effective user. To be called before there are
 * threads.
 * @param kept  variables beginning with PG that are kept, ending in NULL: all others are removed;
 *              NULL: all are kept
 * @return how many were removed
 */
int bk_pgsql_environment(const char *const *kept);

#endif
