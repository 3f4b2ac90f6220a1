#include "bk_paths.h"

#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "bk_service.h"

/* The name of the paths in the pool of the configuration, where all modules find them. */
#define KEY "bookable-paths"

/* A path at which a service answers. */
typedef struct answers_t {
    const server_rec *s;
    const char *service;
    const char *path;
    const char *const *collections; /* below it, ending in NULL; NULL: all that is below it */
} answers_t;

static apr_array_header_t *all_paths(apr_pool_t *pconf)
{
    void *list = NULL;

    apr_pool_userdata_get(&list, KEY, pconf);
    if (!list) {
        list = apr_array_make(pconf, 8, sizeof(answers_t));
        apr_pool_userdata_setn(list, KEY, NULL, pconf);
    }
    return list;
}

/* The directive that sets a path: UserPath of the service "user". */
static const char *directive_of(const answers_t *one, apr_pool_t *p)
{
    return apr_psprintf(p, "%c%sPath", apr_toupper(*one->service), one->service + 1);
}

/* Whether a path is that of API v1, or is within one of its collections. */
static int is_within(const char *path, const answers_t *v1)
{
    apr_size_t len = strlen(v1->path), i, name;

    if (strncmp(path, v1->path, len) != 0 || (path[len] && path[len] != '/')) {
        return 0;
    }
    for (i = 0; path[len] && v1->collections[i]; i++) {
        name = strlen(v1->collections[i]);
        if (strncmp(path + len + 1, v1->collections[i], name) == 0 &&
            (!path[len + 1 + name] || path[len + 1 + name] == '/')) {
            return 1;
        }
    }
    return !path[len];
}

/* @param one  of the base API @return NULL: neither hides the other */
static const char *compare(const answers_t *one, const answers_t *other, apr_pool_t *p)
{
    if (other->collections) {
        return is_within(one->path, other)
                   ? apr_psprintf(p, "%s is not right: must be no path of API v1 (got '%s')",
                                  directive_of(one, p), one->path)
                   : NULL;
    }
    return strcmp(one->path, other->path) == 0
               ? apr_psprintf(p, "%s is not right: must differ from %s (got '%s')",
                              directive_of(one, p), directive_of(other, p), one->path)
               : NULL;
}

/* Collections differ between services: two of API v1 never hide each other. Where a service is
 * checked twice, it meets itself. */
static const char *compare_both(const answers_t *one, const answers_t *other, apr_pool_t *p)
{
    if (one->s != other->s || (one->collections && other->collections) ||
        (one->collections == other->collections && strcmp(one->service, other->service) == 0)) {
        return NULL;
    }
    return one->collections ? compare(other, one, p) : compare(one, other, p);
}

static const char *add(apr_array_header_t *list, const answers_t *one, apr_pool_t *p)
{
    const char *wrong = NULL;
    int i;

    for (i = 0; i < list->nelts && !wrong; i++) {
        wrong = compare_both(one, &APR_ARRAY_IDX(list, i, answers_t), p);
    }
    APR_ARRAY_PUSH(list, answers_t) = *one;
    return wrong;
}

const char *bk_paths_check(const server_rec *s, const bk_conf_t *conf, apr_pool_t *pconf)
{
    apr_array_header_t *list = all_paths(pconf);
    const char *wrong = NULL;
    const bk_api_t *api;

    for (api = bk_service()->apis; api->routes && !wrong; api++) {
        const answers_t one = {s, bk_service()->name, bk_conf_api_path(conf, api),
                               api->collections};

        wrong = *one.path ? add(list, &one, pconf) : NULL;
    }
    return wrong;
}

/* Whether a path lies below another. */
static int is_below(const char *path, const char *other)
{
    apr_size_t len = strlen(other);

    return strncmp(path, other, len) == 0 && path[len] == '/';
}

/* API v1 has the paths of its collections only, and none of another API may lie below those. */
static const char *const *find_inner(const answers_t *one, const apr_array_header_t *list,
                                     apr_pool_t *pconf)
{
    apr_array_header_t *inner = apr_array_make(pconf, 2, sizeof(const char *));
    int i;

    for (i = 0; i < list->nelts && !one->collections; i++) {
        const answers_t *other = &APR_ARRAY_IDX(list, i, answers_t);

        if (other->s == one->s && is_below(other->path, one->path)) {
            APR_ARRAY_PUSH(inner, const char *) = other->path;
        }
    }
    if (!inner->nelts) {
        return NULL;
    }
    APR_ARRAY_PUSH(inner, const char *) = NULL;
    return (const char *const *)inner->elts;
}

void bk_paths_note_inner(const server_rec *s, bk_conf_t *conf, apr_pool_t *pconf)
{
    const bk_api_t *apis = bk_service()->apis;
    int i;

    for (i = 0; i < BK_SERVICE_APIS && apis[i].routes; i++) {
        const answers_t one = {s, bk_service()->name, conf->paths[i], apis[i].collections};

        conf->inner[i] = *one.path ? find_inner(&one, all_paths(pconf), pconf) : NULL;
    }
}
