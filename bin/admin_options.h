/* admin_options: the options on bookable-admin's command line. */
#ifndef ADMIN_OPTIONS_H
#define ADMIN_OPTIONS_H

#include <apr_getopt.h>

/** The options that a command may use, as bits. */
enum {
    ADMIN_OPTIONS_DRIVER = 1 << 0,
    ADMIN_OPTIONS_PARAMS = 1 << 1,
    ADMIN_OPTIONS_TO_DRIVER = 1 << 2,
    ADMIN_OPTIONS_TO_PARAMS = 1 << 3,
    ADMIN_OPTIONS_NAME = 1 << 4,
    ADMIN_OPTIONS_ROLE = 1 << 5,
    ADMIN_OPTIONS_EMAIL = 1 << 6,
    ADMIN_OPTIONS_PASSWORD_MINIMUM = 1 << 7,
    ADMIN_OPTIONS_PASSWORD_LIST = 1 << 8,
    ADMIN_OPTIONS_USER = 1 << 9,
    ADMIN_OPTIONS_GROUPS = 1 << 10,
    ADMIN_OPTIONS_DRY_RUN = 1 << 11,
    ADMIN_OPTIONS_FROM = 1 << 12,
    ADMIN_OPTIONS_DESCRIPTION = 1 << 13,
    ADMIN_OPTIONS_LABEL = 1 << 14,
    ADMIN_OPTIONS_SCOPES = 1 << 15,
    ADMIN_OPTIONS_SPACES = 1 << 16,
    ADMIN_OPTIONS_DAYS = 1 << 17,
    ADMIN_OPTIONS_OLDER_THAN = 1 << 18,
    ADMIN_OPTIONS_ANONYMISE = 1 << 19
};

/** The values of the options; NULL if an option was not given. */
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
    const char *user;             /* an id */
    const char *groups;           /* names, with commas between */
    const char *from;             /* a file of a long list; "-": standard input */
    const char *description;      /* of a group */
    const char *label;            /* of a token, as are the next */
    const char *scopes;           /* separated by commas */
    const char *spaces;           /* the same */
    const char *days;             /* how long it is valid */
    const char *older_than;       /* days, with a d behind the number */
    unsigned int given;           /* ADMIN_OPTIONS_* that were on the command line */
} admin_settings_t;

/** What the command line asks for. */
typedef enum admin_options_asked_t {
    ADMIN_OPTIONS_COMMAND,
    ADMIN_OPTIONS_HELP,
    ADMIN_OPTIONS_VERSION,
    ADMIN_OPTIONS_WRONG /* there is an unknown option, or one without its value */
} admin_options_asked_t;

/**
 * Read the options, at any position among the other words.
 * @param state     of apr_getopt_init(); afterwards its ind and argv are at the first of the other
 *                  words
 * @param settings  only members of given options are set
 */
admin_options_asked_t admin_options_read(apr_getopt_t *state, admin_settings_t *settings);

/**
 * Refuse options that a command does not use, because the user expects them to have an effect.
 * @param command  for the message
 * @param used     ADMIN_OPTIONS_* that the command uses
 * @param p        for the message
 * @return EXIT_SUCCESS, or EXIT_FAILURE after a message that names the first unused option
 */
int admin_options_check(const admin_settings_t *settings, const char *command, unsigned int used,
                        apr_pool_t *p);

#endif
