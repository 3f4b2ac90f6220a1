#include "bk_pgsql_environment.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* @return whether a variable, as "NAME=VALUE", is to be kept */
static int stays(const char *variable, const char *const *kept)
{
    for (; *kept; kept++) {
        size_t len = strlen(*kept);

        if (strncmp(variable, *kept, len) == 0 && variable[len] == '=') {
            return 1;
        }
    }
    return 0;
}

static void drop(const char *variable)
{
    char name[64];
    size_t len = strcspn(variable, "=");

    /* libpq has no longer names. */
    if (len < sizeof(name)) {
        memcpy(name, variable, len);
        name[len] = '\0';
        (void)unsetenv(name);
    }
}

static int drop_variables(const char *const *kept)
{
    int count = 0, i = 0;

    while (environ && environ[i]) {
        const char *variable = environ[i];

        if (strncmp(variable, "PG", 2) == 0 && !stays(variable, kept)) {
            drop(variable);
            count++;
        }
        /* After a removal, the next variable has this index. */
        if (environ[i] == variable) {
            i++;
        }
    }
    return count;
}

int bk_pgsql_environment(const char *const *kept)
{
    const struct passwd *user = getpwuid(geteuid());

    if (user && user->pw_dir && *user->pw_dir) {
        (void)setenv("HOME", user->pw_dir, 1);
    }
    else {
        (void)unsetenv("HOME");
    }
    return kept ? drop_variables(kept) : 0;
}
