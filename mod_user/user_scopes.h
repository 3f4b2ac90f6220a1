/* user_scopes: the scopes that a token is given, as a text: separated by blanks, each once. */
#ifndef USER_SCOPES_H
#define USER_SCOPES_H

#include <apr_pools.h>

/** Characters of a scope at the most: "display:" and the id of a space. */
#define USER_SCOPES_LENGTH 136

/** Scopes of a token at the most: the five of bk_scope.h, and one display. */
#define USER_SCOPES_MOST 6

/** What those that can be given are called, for people. */
#define USER_SCOPES_NAMES "read, book, manage, admin, events and display:SPACE"

/**
 * Add a scope: one of bk_scope.h, or "display:" and the id of a space, of which a token has one at
 * the most, for a display hangs at one door. No route asks for that one yet, so it opens none.
 * @param scopes  the ones before, "" at first; set to them and this one, in @a p
 * @param name    UTF-8
 * @return 1; 0: there is no such scope, or it is a second display
 */
int user_scopes_add(const char **scopes, const char *name, apr_pool_t *p);

#endif
