/* bookable-admin: what its commands have in common. */
#ifndef ADMIN_H
#define ADMIN_H

/** What was said on the command line, besides the command; NULL: nothing. */
typedef struct admin_settings_t {
    const char *driver; /* of the database, as in DBDriver */
    const char *params; /* as in DBDParams */
    const char *to_driver;
    const char *to_params;
    const char *name;
    const char *role;
    const char *email;
    const char *password_minimum; /* as in UserPasswordMinimum */
    const char *password_list;    /* as in UserPasswordList */
} admin_settings_t;

/**
 * Say what is wrong.
 * @param why  the cause, or NULL
 * @return EXIT_FAILURE
 */
int admin_fail(const char *what, const char *why);

#endif
