/* admin_users: users and their roles, by the same store as mod_user's.
 *
 * Each command returns EXIT_SUCCESS, or EXIT_FAILURE when what is wrong has been said.
 */
#ifndef ADMIN_USERS_H
#define ADMIN_USERS_H

#include "admin.h"
#include "bk_db.h"

/** Add a user of the settings' name, role and email, and print the new id. */
int admin_users_add(bk_db_t *db, const admin_settings_t *settings, apr_pool_t *p);

/** Give a user a role. */
int admin_users_grant(bk_db_t *db, const char *id, const char *role);

/** Set a user's password; sessions and tokens end. */
int admin_users_password(bk_db_t *db, const char *id, const admin_settings_t *settings,
                         apr_pool_t *p);

/** Give a user another name. */
int admin_users_rename(bk_db_t *db, const char *id, const char *name, apr_pool_t *p);

/** Disable a user, whose session and tokens end, or take that back. */
int admin_users_disable(bk_db_t *db, const char *id, int is_disabled);

/** Delete a user; bookings stay. */
int admin_users_delete(bk_db_t *db, const char *id);

/** Print id, role and name of every user, and of some that they are disabled. */
int admin_users_list(bk_db_t *db, apr_pool_t *p);

#endif
