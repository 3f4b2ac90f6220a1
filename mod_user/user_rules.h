/* user_rules: the rules for names, passwords and email addresses, over HTTP and in bookable-admin.
 *
 * Does not depend on httpd. Any thread may call.
 */
#ifndef USER_RULES_H
#define USER_RULES_H

#include "bk_password_list.h"
#include "user_store.h"

/** Default of the shortest password, in characters. */
#define USER_PASSWORD_MINIMUM 8

/**
 * Check a user name.
 * @param name  any bytes
 * @param len   its length in bytes
 * @return NULL: nothing; else a sentence
 */
const char *user_rules_name(const char *name, apr_size_t len);

/** Default of the names that only administrators may have; the last element is NULL. */
extern const char *const user_rules_reserved[];

/**
 * Check a new name, and convert it to the form in which it is stored. Users whose names were given
 * before these rules keep them.
 * @param name      any bytes, ending in NUL; set to the name in NFC
 * @param reserved  names that only an administrator may have; the last element is NULL. A name that
 *                  looks like one of them is refused for all users
 * @param is_admin  whether the user is, or becomes, an administrator
 * @return NULL: nothing; else a sentence
 */
const char *user_rules_new_name(const char **name, const char *const *reserved, int is_admin,
                                apr_pool_t *p);

/**
 * Normalize a name that a client sent, as for storing (NFC).
 * @return the name itself if it is normalized already or cannot be; else a copy in @a p
 */
const char *user_rules_normal(const char *name, apr_pool_t *p);

/** Whether a name that a client sent is the user's, as it is or normalized. */
int user_rules_is_name(const user_t *user, const char *name, apr_pool_t *p);

/**
 * Check a new password.
 * @param minimum  the shortest length in characters
 * @param list     common passwords, which are refused; NULL for none
 * @return NULL: nothing; else a sentence
 */
const char *user_rules_password(const char *password, int minimum, const bk_password_list_t *list,
                                apr_pool_t *p);

/** Characters of a group's name, at the most. */
#define USER_RULES_GROUP_MOST 64

/**
 * Check the name of a group: 1 to 64 of the characters a to z, 0 to 9, '.', '_' and '-', of which
 * the first is a letter or digit.
 * @see user_rules_name
 */
const char *user_rules_group(const char *name, apr_size_t len);

/** Bytes of an email address, at the most: RFC 5321, section 4.5.3.1.3, less the angle brackets. */
#define USER_RULES_EMAIL_MOST 254

/** Check the syntax of an email address. @see user_rules_name */
const char *user_rules_email(const char *email, apr_size_t len);

/**
 * Add a user with a random id. If the id is taken, another one is drawn.
 * @param user       the user; the id is set here
 * @param is_unique  whether to refuse a name that another user has
 * @return APR_SUCCESS; USER_NAME_TAKEN; or the store's error
 */
apr_status_t user_rules_insert(const user_store_verbs_t *verbs, void *handle, user_t *user,
                               int is_unique);

#endif
