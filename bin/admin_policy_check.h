/* admin_policy_check: says what a person could book in a space on a day, by the space's policy. */
#ifndef ADMIN_POLICY_CHECK_H
#define ADMIN_POLICY_CHECK_H

#include "admin_command.h"

/** Print a space's hours on a day, and from when to when somebody with the settings' user id and
 * groups could book, for how long; bookings that are there are not looked at. */
admin_command_t admin_policy_check;

#endif
