#include "user_scopes.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_scope.h"
#include "bk_space_id.h"

#define DISPLAY "display:"

/* Whether one of the scopes is a name, or begins with it. */
static int has(const char *scopes, const char *name, int is_beginning)
{
    apr_size_t len = strlen(name);
    const char *at = scopes;

    while ((at = strstr(at, name))) {
        if ((at == scopes || at[-1] == ' ') && (is_beginning || !at[len] || at[len] == ' ')) {
            return 1;
        }
        at += len;
    }
    return 0;
}

static int is_display(const char *name)
{
    const char *id = name + strlen(DISPLAY);

    return strncmp(name, DISPLAY, strlen(DISPLAY)) == 0 && bk_space_id_ok(id, strlen(id));
}

int user_scopes_add(const char **scopes, const char *name, apr_pool_t *p)
{
    if (!bk_scope_of_name(name) && !is_display(name)) {
        return 0;
    }
    if (has(*scopes, name, 0)) {
        return 1;
    }
    if (is_display(name) && has(*scopes, DISPLAY, 1)) {
        return 0;
    }
    *scopes = apr_pstrcat(p, *scopes, **scopes ? " " : "", name, NULL);
    return 1;
}
