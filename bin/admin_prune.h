/* admin_prune: the command that deletes or anonymises old bookings. */
#ifndef ADMIN_PRUNE_H
#define ADMIN_PRUNE_H

#include "admin_options.h"

/** Delete or anonymise, and print how many. @return EXIT_SUCCESS, or EXIT_FAILURE after an error
 * message */
int admin_prune(const admin_settings_t *settings, apr_pool_t *p);

#endif
