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
int admin_users_password(bk_db_t *db, const char *id, apr_pool_t *p);

/** Print id, role and name of every user. */
int admin_users_list(bk_db_t *db, apr_pool_t *p);

#endif
