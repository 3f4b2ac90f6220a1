/* bk_pgsql_environment: what libpq finds in the environment of a process that became another
 * user's.
 *
 * libpq looks for certificates, keys, passwords and services below $HOME, and takes whatever a
 * connection string does not say from the variables PG*. A daemon that root started has root's: its
 * files cannot be read by the user who connects, which ends a connection with TLS, or has it made
 * without.
 */
#ifndef BK_PGSQL_ENVIRONMENT_H
#define BK_PGSQL_ENVIRONMENT_H

/**
 * Have HOME be the home of the user whose rights the process has now, as the system knows it.
 * Before there are threads.
 * @param kept  variables that begin with PG and stay, ending in NULL: all others go; NULL: all stay
 * @return how many went
 */
int bk_pgsql_environment(const char *const *kept);

#endif
