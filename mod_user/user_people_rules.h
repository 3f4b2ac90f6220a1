/* user_people_rules: the rules for people and groups, over HTTP and in bookable-admin.
 *
 * Does not depend on httpd. Any thread may call.
 */
#ifndef USER_PEOPLE_RULES_H
#define USER_PEOPLE_RULES_H

#include "user_groups.h"

/** The names of roles; the last element is NULL. */
extern const char *const user_people_rules_roles[];

/** The name of an account's role. */
const char *user_people_rules_role(const user_v1_t *account);

/** Give an account a role. @return 0: there is none of that name */
int user_people_rules_set_role(user_v1_t *account, const char *role);

/**
 * Check a login, and set it in the form in which it is stored: the rules are those for names.
 * @param reserved  names that only an administrator may have, ending in NULL
 * @return NULL: nothing; else a sentence
 */
const char *user_people_rules_set_login(user_v1_t *account, const char *login,
                                        const char *const *reserved, apr_pool_t *p);

/** Characters of a displayed name, at the most. */
#define USER_PEOPLE_RULES_NAME 100

/** Check a displayed name. @see user_rules_name */
const char *user_people_rules_display_name(const char *name);

/** Bytes of an identity, at the most. */
#define USER_PEOPLE_RULES_IDENTITY 255

/** Check the identity by which httpd's sign-on knows somebody. @see user_rules_name */
const char *user_people_rules_identity(const char *identity);

/**
 * The local groups of a person who is to be in certain groups: all of them, but those that sign-on
 * brings and nobody gave otherwise. They go when sign-on no longer brings them.
 * @param person  as it was read; NULL: a new one
 * @param given   names, ending in NULL
 * @return names, ending in NULL, each once
 */
const char *const *user_people_rules_local(const user_person_t *person, const char *const *given,
                                           apr_pool_t *p);

/** Whether a list of names, separated by commas, has a name. @param list  or NULL */
int user_people_rules_has(const char *list, const char *name);

/** Add a person with a random id. If the id is taken, another one is drawn.
 *  @return as user_people_verbs_t.add */
apr_status_t user_people_rules_add(const user_people_verbs_t *verbs, void *handle,
                                   user_v1_t *account, const char *const *groups);

#endif
