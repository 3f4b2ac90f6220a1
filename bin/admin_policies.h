/* admin_policies: commands on policies, with mod_space's store. */
#ifndef ADMIN_POLICIES_H
#define ADMIN_POLICIES_H

#include "admin_command.h"
#include "bk_zone.h"

/** Create the policies of a file, or replace those that are there, all or nothing; with --dry-run
 * only say what would be done. */
admin_command_t admin_policies_import;

/** Print all policies, as import reads them. */
admin_command_t admin_policies_export;

/** Find a time zone. @see bk_zone_open */
apr_status_t admin_policies_zone(const bk_zone_t **zone, const char *name);

#endif
