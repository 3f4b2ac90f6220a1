/* admin_command: a command of bookable-admin on what a store has. */
#ifndef ADMIN_COMMAND_H
#define ADMIN_COMMAND_H

#include "admin_options.h"
#include "bk_db.h"

/**
 * @param db        attached for the store
 * @param words     the command and its arguments
 * @param settings  values of the options
 * @return EXIT_SUCCESS, or EXIT_FAILURE after an error message
 */
typedef int admin_command_t(bk_db_t *db, const char *const *words, const admin_settings_t *settings,
                            apr_pool_t *p);

#endif
