/* admin_tokens: commands on tokens and sessions. */
#ifndef ADMIN_TOKENS_H
#define ADMIN_TOKENS_H

#include "admin_command.h"

/** Make a token for a user, and print it: this once. */
admin_command_t admin_tokens_make;

/** Print id, first characters, last use, end, scopes and label of a user's tokens. */
admin_command_t admin_tokens_list;

/** Revoke one of a user's tokens. */
admin_command_t admin_tokens_revoke;

/** Print id, beginning, last use and browser of a user's sessions by API v1. */
admin_command_t admin_tokens_sessions;

/** End one of a user's sessions. */
admin_command_t admin_tokens_end;

/** End all of a user's sessions; tokens stay. */
admin_command_t admin_tokens_log_out;

#endif
