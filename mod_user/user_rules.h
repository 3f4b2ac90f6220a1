/* user_rules: what holds for every user, however it is made: over HTTP or by bookable-admin.
 *
 * Knows no httpd. Any thread may call.
 */
#ifndef USER_RULES_H
#define USER_RULES_H

#include "user_store.h"

/**
 * Say what is wrong with a user name.
 * @param name  any bytes
 * @param len   how many
 * @return NULL: nothing; else a sentence
 */
const char *user_rules_name(const char *name, apr_size_t len);

/** Say what is wrong with an email address; whether it exists is not asked. @see user_rules_name
 */
const char *user_rules_email(const char *email, apr_size_t len);

/**
 * Add a user under an id drawn at random; one that is taken is drawn again.
 * @param user  all but the id, which is set
 * @return APR_SUCCESS, or the store's error
 */
apr_status_t user_rules_insert(const user_store_verbs_t *verbs, void *handle, user_t *user);

#endif
