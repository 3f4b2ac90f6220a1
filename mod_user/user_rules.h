/* user_rules: what holds for every user, however it is made: over HTTP or by bookable-admin.
 *
 * Knows no httpd. Any thread may call.
 */
#ifndef USER_RULES_H
#define USER_RULES_H

#include "bk_password_list.h"
#include "user_store.h"

/** How many characters a password has at least, where nothing else is said. */
#define USER_PASSWORD_MINIMUM 8

/**
 * Say what is wrong with a user name.
 * @param name  any bytes
 * @param len   how many
 * @return NULL: nothing; else a sentence
 */
const char *user_rules_name(const char *name, apr_size_t len);

/** Names that nobody but administrators may have, where nothing else is said; ending in NULL. */
extern const char *const user_rules_reserved[];

/**
 * Say what is wrong with a name that is to be a user's from now on, and bring it into the form in
 * which it is stored. Users whose names are older than these rules keep them.
 * @param name      any bytes; set to the form (NFC)
 * @param reserved  names that only an administrator may have, ending in NULL; what looks like one
 *                  of them, nobody
 * @param is_admin  whether the user is, or becomes, an administrator
 * @return NULL: nothing; else a sentence
 */
const char *user_rules_new_name(const char **name, const char *const *reserved, int is_admin,
                                apr_pool_t *p);

/** The form in which a name that somebody gives is stored; the name itself, if it has none.
 * @return it, or a copy in @a p */
const char *user_rules_normal(const char *name, apr_pool_t *p);

/** Whether a name that somebody gives is that of a user: as it is, or in its form. */
int user_rules_is_name(const user_t *user, const char *name, apr_pool_t *p);

/**
 * Say what is wrong with a password that is to be a user's from now on, but for its length in
 * bytes.
 * @param minimum  how many characters it has at least
 * @param list     none of these; NULL: any
 * @return NULL: nothing; else a sentence
 */
const char *user_rules_password(const char *password, int minimum, const bk_password_list_t *list,
                                apr_pool_t *p);

/** Say what is wrong with an email address; whether it exists is not asked. @see user_rules_name
 */
const char *user_rules_email(const char *email, apr_size_t len);

/**
 * Add a user under an id drawn at random; one that is taken is drawn again.
 * @param user       all but the id, which is set
 * @param is_unique  whether nobody else may have the name
 * @return APR_SUCCESS, or the store's error; USER_NAME_TAKEN
 */
apr_status_t user_rules_insert(const user_store_verbs_t *verbs, void *handle, user_t *user,
                               int is_unique);

#endif
