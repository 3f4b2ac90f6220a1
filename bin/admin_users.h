/* admin_users: commands on users and their roles, with mod_user's store. */
#ifndef ADMIN_USERS_H
#define ADMIN_USERS_H

#include "admin_command.h"

/** Add a user with the settings' name, role and email, and print the new id. */
admin_command_t admin_users_add;

/** Give a user a role. */
admin_command_t admin_users_grant;

/** Set a user's password; sessions and tokens end. */
admin_command_t admin_users_password;

/** Give a user another name. */
admin_command_t admin_users_rename;

/** Disable a user, who can no longer log in; session and tokens end. */
admin_command_t admin_users_disable;

/** Enable a disabled user, who can log in again. */
admin_command_t admin_users_enable;

/** Delete a user; bookings stay. */
admin_command_t admin_users_delete;

/** Print id, role and name of every user, and the state of disabled ones. */
admin_command_t admin_users_list;

#endif
