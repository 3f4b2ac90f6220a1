/* Routes: each parameter is one segment of the path, in order. */
#include "fuzz.h"

#include "bk_route.h"

static const bk_route_t routes[] = {{"GET", "/health", BK_ROUTE_ANYONE, NULL, NULL, NULL},
                                    {"POST", "", BK_ROUTE_ANYONE, NULL, NULL, NULL},
                                    {"GET", "/slow/{id}", BK_ROUTE_ANYONE, NULL, NULL, NULL},
                                    {"GET", "/{id}", BK_ROUTE_ANYONE, NULL, NULL, NULL},
                                    {"DELETE", "/{id}", BK_ROUTE_ANYONE, NULL, NULL, NULL},
                                    {"PUT", "/{id}/role", BK_ROUTE_ANYONE, NULL, NULL, NULL},
                                    {"GET", "/{date}/{id}", BK_ROUTE_ANYONE, NULL, NULL, NULL},
                                    {NULL}};

/* The path of a pattern with its parameters put in again. */
static void rebuild(char *to, const char *pattern, const char *const *params)
{
    for (; *pattern; pattern++) {
        if (*pattern != '{') {
            *to++ = *pattern;
            continue;
        }
        to = stpcpy(to, *params++);
        pattern = strchr(pattern, '}');
    }
    *to = '\0';
}

static void fuzz_one(const uint8_t *data, size_t size, apr_pool_t *p)
{
    static const char *const methods[] = {"GET",    "HEAD",  "POST", "PUT",
                                          "DELETE", "PATCH", "get",  ""};
    const char *method = methods[size ? data[0] % FUZZ_ROWS(methods) : 0];
    char *path = fuzz_text(size ? data + 1 : data, size ? size - 1 : 0);
    bk_route_match_t match;

    if (*path && *path != '/') {
        free(path); /* behind a service's own path comes nothing, or a slash */
        return;
    }
    bk_route_find(routes, 0, method, path, &match, p);
    if (match.route) {
        char *again = malloc(strlen(path) + strlen(match.route->pattern) + 1);

        fuzz_assert(again);
        rebuild(again, match.route->pattern, match.params);
        fuzz_assert(strcmp(again, path) == 0);
        free(again);
    }
    else if (match.allow) {
        fuzz_assert(*match.allow);
    }
    free(path);
}
