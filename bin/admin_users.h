/* admin_users: users and their roles, by the same store as mod_user's. */
#ifndef ADMIN_USERS_H
#define ADMIN_USERS_H

#include "admin_options.h"
#include "bk_db.h"

/**
 * A command.
 * @param db        ready for the store of users
 * @param words     the command itself, and behind it what it is about: an id, a role or a name
 * @param settings  what the options say
 * @return EXIT_SUCCESS, or EXIT_FAILURE when what is wrong has been said
 */
typedef int admin_users_command_t(bk_db_t *db, const char *const *words,
                                  const admin_settings_t *settings, apr_pool_t *p);

/** Add a user of the settings' name, role and email, and print the new id. */
admin_users_command_t admin_users_add;

/** Give a user a role. */
admin_users_command_t admin_users_grant;

/** Set a user's password; sessions and tokens end. */
admin_users_command_t admin_users_password;

/** Give a user another name. */
admin_users_command_t admin_users_rename;

/** Let a user not log in any more; session and tokens end. */
admin_users_command_t admin_users_disable;

/** Let a user who was disabled log in again. */
admin_users_command_t admin_users_enable;

/** Delete a user; bookings stay. */
admin_users_command_t admin_users_delete;

/** Print id, role and name of every user, and of some that they are disabled. */
admin_users_command_t admin_users_list;

#endif
