/* admin_people: commands on people that the base API does not know: logins, accounts of programs,
 * identities of httpd's sign-on. */
#ifndef ADMIN_PEOPLE_H
#define ADMIN_PEOPLE_H

#include "admin_command.h"
#include "user_people.h"

/**
 * Find a user by what stands on the command line or in a file: an id, or else a login.
 * @param id  set to the user's
 * @return EXIT_SUCCESS, or EXIT_FAILURE after an error message
 */
int admin_people_find(bk_db_t *db, const char *user, apr_int64_t *id, apr_pool_t *p);

/** Print why a store did not do something. @return EXIT_SUCCESS if it did, or EXIT_FAILURE */
int admin_people_report(bk_db_t *db, apr_status_t rv);

/** Change an account that was read, for admin_people_change(). @return NULL, or what is wrong */
typedef const char *admin_people_apply_t(user_person_t *person, const char *const **groups,
                                         const char *what, apr_pool_t *p);

/**
 * Read a user, change the account, and write it, again and again until nobody came between.
 * @param user   an id or a login
 * @param apply  changes what was read; it may set the local groups, which are NULL before
 * @param what   passed to it
 * @return EXIT_SUCCESS, or EXIT_FAILURE after an error message
 */
int admin_people_change(bk_db_t *db, const char *user, admin_people_apply_t *apply,
                        const char *what, apr_pool_t *p);

/** Give a user the role of an auditor. */
int admin_people_make_auditor(bk_db_t *db, const char *user, apr_pool_t *p);

/** Add the account of a program: the settings' name is its login. */
admin_command_t admin_people_add_service;

/** Give a user a login. */
admin_command_t admin_people_login;

/** Link a user with an identity of sign-on; or, with --from, each user of a file. */
admin_command_t admin_people_link, admin_people_link_all;

/** Take the identity away. */
admin_command_t admin_people_unlink;

#endif
