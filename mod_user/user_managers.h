/* user_managers: who, besides administrators and auditors, looks people up (UserManagers).
 *
 * Who manages a space is said in the space, and known to the space service. The user service does
 * not ask it, for it asks the user service: an administrator names here those who may look people
 * up.
 */
#ifndef USER_MANAGERS_H
#define USER_MANAGERS_H

#include "user_config.h"
#include "user_private.h"

/** What the directive takes, for a message. */
#define USER_MANAGERS_WANTED "None, or one or more of group:NAME and user:ID"

/** Tell whether a text names a group or a person. */
int user_managers_is_name(const char *text);

/** Tell whether the caller of a request is one of those. */
int user_managers_has(const bk_request_t *request);

#endif
