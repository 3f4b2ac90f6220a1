/* admin: error messages of bookable-admin. */
#ifndef ADMIN_H
#define ADMIN_H

#include <apr_general.h>

/**
 * Print an error message on standard error.
 * @param why  the cause, or NULL
 * @return EXIT_FAILURE
 */
int admin_fail(const char *what, const char *why);

#endif
