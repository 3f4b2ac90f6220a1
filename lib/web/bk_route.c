#include "bk_route.h"

#include <string.h>

#include <apr_strings.h>

/* Whether a segment of a pattern is the same text as the path's; both are set behind it if so. */
static int skip_same(const char **pattern, const char **path)
{
    const char *one = *pattern, *other = *path;

    while (*one == *other && *one && *one != '/') {
        one++;
        other++;
    }
    *pattern = one;
    *path = other;
    return (!*one || *one == '/') && (!*other || *other == '/');
}

/* Whether a path matches a pattern, segment by segment; both are empty or begin with '/'. Each
 * request asks this of dozens of patterns, nearly all of which differ soon. */
static int fits(const char *pattern, const char *path, const char **params, apr_pool_t *p)
{
    int count = 0;

    while (*pattern && *path) {
        pattern++;
        path++;
        if (*pattern == '{') {
            apr_size_t given = strcspn(path, "/");

            if (count == BK_ROUTE_PARAMS) {
                return 0;
            }
            params[count++] = apr_pstrmemdup(p, path, given);
            pattern += strcspn(pattern, "/");
            path += given;
        }
        else if (!skip_same(&pattern, &path)) {
            return 0;
        }
    }
    return !*pattern && !*path;
}

bk_scope_t bk_route_scope(const bk_route_t *route)
{
    if (route->scope != BK_SCOPE_DEFAULT) {
        return route->scope;
    }
    return strcmp(route->method, "GET") == 0 ? BK_SCOPE_READ : BK_SCOPE_SELF;
}

static const char *add_method(const char *allow, const char *method, apr_pool_t *p)
{
    const char *name = strcmp(method, "GET") == 0 ? "GET, HEAD" : method;

    if (!allow) {
        return name;
    }
    return strstr(allow, name) ? allow : apr_pstrcat(p, allow, ", ", name, NULL);
}

static int count_params(const char *pattern)
{
    int count = 0;

    for (; (pattern = strstr(pattern, "/{")); pattern++) {
        count++;
    }
    return count;
}

/* How many parameters the rows have at the least that fit a path. */
static int fewest_params(const bk_route_t *routes, const char *path, apr_pool_t *p)
{
    const char *unused[BK_ROUTE_PARAMS];
    const bk_route_t *route;
    int fewest = BK_ROUTE_PARAMS;

    for (route = routes; route->method && fewest > 0; route++) {
        if (fits(route->pattern, path, unused, p)) {
            int count = count_params(route->pattern);

            fewest = count < fewest ? count : fewest;
        }
    }
    return fewest;
}

void bk_route_find(const bk_route_t *routes, int names_first, const char *method, const char *path,
                   bk_route_match_t *match, apr_pool_t *p)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    int most = names_first ? fewest_params(routes, path, p) : BK_ROUTE_PARAMS;
    const bk_route_t *route;

    memset(match, 0, sizeof(*match));
    for (route = routes; route->method; route++) {
        const char *params[BK_ROUTE_PARAMS] = {NULL};
        if (!fits(route->pattern, path, params, p) || count_params(route->pattern) > most) {
            continue;
        }
        if (strcmp(route->method, wanted) == 0) {
            match->route = route;
            memcpy(match->params, params, sizeof(params));
            return;
        }
        match->allow = add_method(match->allow, route->method, p);
    }
}

/* ---- checking -----------------------------------------------------------------------------------
 */

/* Whether every path that matches @a pattern matches @a general too. */
static int covers(const char *general, const char *pattern)
{
    while (*general && *pattern) {
        apr_size_t wanted = strcspn(++general, "/");
        apr_size_t given = strcspn(++pattern, "/");

        if (*general != '{' && (given != wanted || memcmp(general, pattern, given) != 0)) {
            return 0;
        }
        general += wanted;
        pattern += given;
    }
    return !*general && !*pattern;
}

static const char *wrong_row(const bk_route_t *routes, const bk_route_t *row)
{
    const bk_route_t *before;

    if (*row->pattern && *row->pattern != '/') {
        return "does not begin with '/'";
    }
    if (count_params(row->pattern) > BK_ROUTE_PARAMS) {
        return "has too many parameters";
    }
    for (before = routes; before < row; before++) {
        if (strcmp(before->method, row->method) == 0 && covers(before->pattern, row->pattern)) {
            return "is behind a row that takes all its requests";
        }
    }
    return NULL;
}

const char *bk_route_wrong(const bk_route_t *routes, apr_pool_t *p)
{
    const bk_route_t *row;

    for (row = routes; row->method; row++) {
        const char *wrong = wrong_row(routes, row);

        if (wrong) {
            return apr_pstrcat(p, row->method, " '", row->pattern, "' ", wrong, NULL);
        }
    }
    return NULL;
}
