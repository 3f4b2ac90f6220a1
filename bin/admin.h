/* admin: how bookable-admin says what is wrong. */
#ifndef ADMIN_H
#define ADMIN_H

#include <apr_general.h>

/**
 * Say what is wrong, on standard error.
 * @param why  the cause, or NULL
 * @return EXIT_FAILURE
 */
int admin_fail(const char *what, const char *why);

#endif
