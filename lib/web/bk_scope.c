#include "bk_scope.h"

#include <stddef.h>
#include <string.h>

static const struct {
    unsigned int scope;
    const char *name;
} scopes[] = {
    {BK_SCOPE_READ, "read"},   {BK_SCOPE_BOOK, "book"},     {BK_SCOPE_MANAGE, "manage"},
    {BK_SCOPE_ADMIN, "admin"}, {BK_SCOPE_EVENTS, "events"},
};

#define COUNT (sizeof(scopes) / sizeof(scopes[0]))

unsigned int bk_scope_of_name(const char *name)
{
    size_t i;

    for (i = 0; i < COUNT; i++) {
        if (strcmp(scopes[i].name, name) == 0) {
            return scopes[i].scope;
        }
    }
    return 0;
}

const char *bk_scope_name(unsigned int scope)
{
    size_t i;

    for (i = 0; i < COUNT; i++) {
        if (scopes[i].scope == scope) {
            return scopes[i].name;
        }
    }
    return NULL;
}
