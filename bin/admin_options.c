#include "admin_options.h"

#include <stddef.h>
#include <stdlib.h>

#include <apr_strings.h>

#include "admin.h"

/* The options that only some commands use. The index in this table determines an option's bit and
 * its number for getopt. */
static const struct {
    const char *name;
    size_t member; /* of the settings, where it has a value */
    int is_flag;   /* it has none: it is given, or not */
} options[] = {
    {"driver", offsetof(admin_settings_t, driver)},
    {"params", offsetof(admin_settings_t, params)},
    {"to-driver", offsetof(admin_settings_t, to_driver)},
    {"to-params", offsetof(admin_settings_t, to_params)},
    {"name", offsetof(admin_settings_t, name)},
    {"role", offsetof(admin_settings_t, role)},
    {"email", offsetof(admin_settings_t, email)},
    {"password-minimum", offsetof(admin_settings_t, password_minimum)},
    {"password-list", offsetof(admin_settings_t, password_list)},
    {"user", offsetof(admin_settings_t, user)},
    {"groups", offsetof(admin_settings_t, groups)},
    {"dry-run", 0, 1},
    {"from", offsetof(admin_settings_t, from)},
    {"description", offsetof(admin_settings_t, description)},
    {"label", offsetof(admin_settings_t, label)},
    {"scopes", offsetof(admin_settings_t, scopes)},
    {"spaces", offsetof(admin_settings_t, spaces)},
    {"days", offsetof(admin_settings_t, days)},
    {"older-than", offsetof(admin_settings_t, older_than)},
    {"anonymise", 0, 1},
};

enum { OPTIONS = sizeof(options) / sizeof(options[0]) };
_Static_assert(ADMIN_OPTIONS_ANONYMISE == 1 << (OPTIONS - 1), "a bit for each option");

/* Numbers for getopt, above all letters: of the options of every command, and of the first of the
 * others. */
enum { HELP = 256, VERSION, FIRST };

admin_options_asked_t admin_options_read(apr_getopt_t *state, admin_settings_t *settings)
{
    apr_getopt_option_t known[OPTIONS + 3] = {{"help", HELP, 0, ""}, {"version", VERSION, 0, ""}};
    const char *value;
    apr_status_t rv;
    int option;

    for (option = 0; option < OPTIONS; option++) {
        known[option + 2] = (apr_getopt_option_t){options[option].name, FIRST + option,
                                                  !options[option].is_flag, ""};
    }
    state->interleave = 1;
    while ((rv = apr_getopt_long(state, known, &option, &value)) == APR_SUCCESS) {
        if (option < FIRST) {
            return option == HELP ? ADMIN_OPTIONS_HELP : ADMIN_OPTIONS_VERSION;
        }
        if (!options[option - FIRST].is_flag) {
            *(const char **)((char *)settings + options[option - FIRST].member) = value;
        }
        settings->given |= 1U << (option - FIRST);
    }
    return rv == APR_EOF ? ADMIN_OPTIONS_COMMAND : ADMIN_OPTIONS_WRONG;
}

int admin_options_check(const admin_settings_t *settings, const char *command, unsigned int used,
                        apr_pool_t *p)
{
    int i;

    for (i = 0; i < OPTIONS; i++) {
        if (settings->given & ~used & 1U << i) {
            return admin_fail(apr_psprintf(p, "%s does not use --%s", command, options[i].name),
                              NULL);
        }
    }
    return EXIT_SUCCESS;
}
