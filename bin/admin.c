#include "admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int admin_fail(const char *what, const char *why)
{
    apr_size_t len = why ? strlen(why) : 0;

    /* libpq's messages end with a newline. */
    while (len > 0 && why[len - 1] == '\n') {
        len--;
    }
    fprintf(stderr, "bookable-admin: %s%s%.*s\n", what, why ? ": " : "", (int)len, why ? why : "");
    return EXIT_FAILURE;
}
