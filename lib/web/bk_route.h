/* bk_route: finds the route, and so the handler, of a method and a path.
 *
 * A service has a constant table of routes. A pattern is the path below the service's own, in
 * segments. "{name}" is a parameter, which matches any one segment, also an empty one, so that the
 * handler can report what is wrong with it:
 *
 *     { "GET",  "",                  ... }    /user
 *     { "GET",  "/{userId}",         ... }    /user/6036687152
 *     { "PUT",  "/{userId}/role",    ... }    /user/6036687152/role
 *
 * The base API's rows give their members in order; those of API v1 name them, because they have
 * more:
 *
 *     {.method = "GET", .pattern = "/spaces", .caller = BK_ROUTE_USER, .query = list_rows,
 *      .handler = list_spaces}
 *
 * The first row that matches wins, so literal patterns have to come before patterns with
 * parameters; bk_route_wrong() checks that. Any thread may call.
 */
#ifndef BK_ROUTE_H
#define BK_ROUTE_H

#include <apr_pools.h>

#include "bk_error.h"
#include "bk_input.h"
#include "bk_scope.h"

/** The highest number of parameters in a pattern; bk_route_wrong() reports a row with more. */
#define BK_ROUTE_PARAMS 4

struct bk_request_t;

/** Who may call a route. */
typedef enum bk_route_caller_t {
    BK_ROUTE_ANYONE,
    BK_ROUTE_USER,    /* a user whose session has not ended */
    BK_ROUTE_ADMIN,   /* an administrator whose session has not ended */
    BK_ROUTE_AUDITOR, /* an administrator or an auditor */
    BK_ROUTE_GUEST    /* anyone; but credentials that are sent are checked, and set the caller */
} bk_route_caller_t;

/* Flags of a route of API v1 */
#define BK_ROUTE_PATCH 0x01         /* the body is a merge patch (RFC 7396) */
#define BK_ROUTE_IF_MATCH 0x02      /* without If-Match 428; a PUT may have If-None-Match instead */
#define BK_ROUTE_OPTIONAL_BODY 0x04 /* without a body, all members count as absent */
#define BK_ROUTE_IDEMPOTENT 0x10    /* creates, by bk_idempotency_make() */
#define BK_ROUTE_READ_TO_BOOK 0x20  /* a token that changes something reads it, too: it must */
#define BK_ROUTE_RAW_BODY 0x08      /* of any media type: the handler calls bk_body_bytes() */
#define BK_ROUTE_ALL_SPACES 0x40    /* is about no certain space: no token for certain spaces may */

typedef struct bk_route_t {
    const char *method; /* "GET" also serves HEAD */
    const char *pattern;
    bk_route_caller_t caller;
    int (*path)(struct bk_request_t *request); /* checks the parameters before the body is read:
                                                  BK_CONTINUE, or the request's result; or NULL */
    const bk_error_t *schema; /* the error for a body that is no JSON object; NULL: takes no body */
    int (*handler)(struct bk_request_t *request); /* returns the request's result */
    int group; /* the group of store verbs that the handler calls; 0 is BK_STORE_CORE, which every
                  store has. If the store lacks the group, the route is answered 501 */
    bk_scope_t scope; /* what a token must have for it, if the route has a caller */

    /* The rest is for routes of API v1 only; but those of the base API may have
     * BK_ROUTE_IDEMPOTENT and BK_ROUTE_ALL_SPACES */
    const bk_input_row_t *query;   /* the parameters of the query string; NULL: it has none */
    const bk_input_row_t *members; /* the members of the body; NULL: takes none, or reads it raw */
    unsigned int flags;            /* BK_ROUTE_PATCH and so on */
    apr_off_t body_limit;          /* bytes; 0: BookableBodyLimit */
} bk_route_t;

typedef struct bk_route_match_t {
    const bk_route_t *route;             /* NULL: no route matches */
    const char *params[BK_ROUTE_PARAMS]; /* the values of the parameters, in order */
    const char *allow; /* all methods of the path, as in Allow; NULL: unknown path */
} bk_route_match_t;

/**
 * Find the route of a request.
 * @param routes  the table, which ends in a row without a method
 * @param names_first  whether a segment that a row names is no value of another row's parameter,
 *                whatever the method; else each method goes to the first row that takes it
 * @param method  HEAD finds GET
 * @param path    the decoded path below the service's own: empty, or beginning with '/'
 * @param match   receives the result; its texts live in @a p. If there is no route, allow is set
 *                for a wrong method, and NULL for an unknown path
 */
void bk_route_find(const bk_route_t *routes, int names_first, const char *method, const char *path,
                   bk_route_match_t *match, apr_pool_t *p);

/** What a token must have for a route: one bit, never BK_SCOPE_DEFAULT. */
bk_scope_t bk_route_scope(const bk_route_t *route);

/**
 * Check a table, when the server starts, for a row that no request can reach: its pattern has too
 * many parameters or does not begin with '/', or an earlier row matches all its requests.
 * @return NULL, or a text in @a p that names the row and the reason
 */
const char *bk_route_wrong(const bk_route_t *routes, apr_pool_t *p);

#endif
