/* admin_groups: commands on groups of people. */
#ifndef ADMIN_GROUPS_H
#define ADMIN_GROUPS_H

#include "admin_command.h"

/** Print the name, the source and the number of people of each group. */
admin_command_t admin_groups_list;

/** Print the ids of a group's local members. */
admin_command_t admin_groups_show;

/** Make a local group, or write it anew, with exactly the members that --from lists. */
admin_command_t admin_groups_set;

/** Delete a local group. */
admin_command_t admin_groups_delete;

/** Put a user into a local group, or take the user out. */
admin_command_t admin_groups_join, admin_groups_leave;

#endif
