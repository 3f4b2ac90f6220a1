/* admin_policies: commands on policies, with mod_space's store. */
#ifndef ADMIN_POLICIES_H
#define ADMIN_POLICIES_H

#include "admin_options.h"
#include "bk_db.h"
#include "bk_zone.h"

/**
 * A command on policies.
 * @param db        attached for the store of spaces
 * @param words     the command and its arguments
 * @param settings  values of the options
 * @return EXIT_SUCCESS, or EXIT_FAILURE after an error message
 */
typedef int admin_policies_command_t(bk_db_t *db, const char *const *words,
                                     const admin_settings_t *settings, apr_pool_t *p);

/** Create the policies of a file, or replace those that are there, all or nothing; with --dry-run
 * only say what would be done. */
admin_policies_command_t admin_policies_import;

/** Print all policies, as import reads them. */
admin_policies_command_t admin_policies_export;

/** Find a time zone. @see bk_zone_open */
apr_status_t admin_policies_zone(const bk_zone_t **zone, const char *name);

#endif
