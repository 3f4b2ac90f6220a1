/* bk_route: which handler answers a method and a path.
 *
 * A service has one constant table of routes. A pattern is the path behind the service's own, in
 * segments; "{name}" takes any one segment, an empty one too, so that the handler can say what is
 * wrong with it:
 *
 *     { "GET",  "",                  ... }    /user
 *     { "GET",  "/{userId}",         ... }    /user/6036687152
 *     { "PUT",  "/{userId}/role",    ... }    /user/6036687152/role
 *
 * The first row that fits wins: literal patterns stand before those with parameters, and
 * bk_route_wrong() tells of one that does not. Tables are constant, so every function may be called
 * by any thread.
 */
#ifndef BK_ROUTE_H
#define BK_ROUTE_H

#include <apr_pools.h>

#include "bk_error.h"

/** Parameters of a pattern, at the most: of a row that has more bk_route_wrong() tells. */
#define BK_ROUTE_PARAMS 4

struct bk_request_t;

/** Who may call a route. */
typedef enum bk_route_caller_t {
    BK_ROUTE_ANYONE,
    BK_ROUTE_USER, /* somebody with a live session */
    BK_ROUTE_ADMIN /* somebody with a live session and the role */
} bk_route_caller_t;

typedef struct bk_route_t {
    const char *method; /* "GET" also serves HEAD */
    const char *pattern;
    bk_route_caller_t caller;
    int (*path)(struct bk_request_t *request); /* checks the parameters, before any body is read:
                                                  BK_CONTINUE, or the request's result; or NULL */
    const bk_error_t *schema; /* answered for a body that is no JSON object; NULL: takes no body */
    int (*handler)(struct bk_request_t *request); /* the request's result */
    int group; /* of the store's verbs, that the handler calls: 0, the core, which each store has; a
                  store without it has the route answered 501 */
} bk_route_t;

typedef struct bk_route_match_t {
    const bk_route_t *route;             /* NULL: no route has this method */
    const char *params[BK_ROUTE_PARAMS]; /* the segments that stood for parameters, in order */
    const char *allow;                   /* every method the path has, as in Allow; NULL: none */
} bk_route_match_t;

/**
 * Find the route of a request.
 * @param routes  the table, ending in a row without a method
 * @param method  HEAD finds GET
 * @param path    the decoded path behind the service's own: empty, or beginning with '/'
 * @param match   filled in; its texts live in @a p. Without a route, allow tells a wrong method
 *                (set) from an unknown path (NULL)
 */
void bk_route_find(const bk_route_t *routes, const char *method, const char *path,
                   bk_route_match_t *match, apr_pool_t *p);

/**
 * Look for a row that can never be found, as who wrote it did not mean: its pattern has too many
 * parameters or does not begin with '/', or a row before it takes all its requests. For when a
 * server starts.
 * @return NULL, or which row it is and why, in @a p
 */
const char *bk_route_wrong(const bk_route_t *routes, apr_pool_t *p);

#endif
