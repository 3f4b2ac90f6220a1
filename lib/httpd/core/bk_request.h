/* bk_request: a request while a service handles it. */
#ifndef BK_REQUEST_H
#define BK_REQUEST_H

#include <httpd.h>

#include "bk_credentials.h"
#include "bk_json.h"
#include "bk_lock.h"
#include "bk_service.h"

struct bk_conf_t;
struct bk_store_t;

typedef enum bk_role_t {
    BK_ROLE_MEMBER,
    BK_ROLE_ADMIN,  /* is_admin is set too */
    BK_ROLE_AUDITOR /* reads what administrators read, and changes nothing but their own account */
} bk_role_t;

/** A user whose credentials have been verified. */
typedef struct bk_caller_t {
    apr_int64_t id;      /* user id; 0: nobody, because the route asks for no credentials */
    const char *name;    /* user name */
    const char *display; /* what API v1 calls the user; NULL: the user name */
    int is_admin;
    bk_role_t role;
    const char *const *groups; /* names of the user's groups; NULL if there are none */
    int group_count;
    unsigned int scopes;       /* bits of bk_scope_t; BK_SCOPE_ALL for sessions and passwords */
    const char *const *spaces; /* ids of the only spaces that the token is for, ending in NULL;
                                  NULL: all */
    int by_cookie;             /* the credentials came as a cookie */
} bk_caller_t;

/** A request while a service handles it; lives as long as the request. */
typedef struct bk_request_t {
    request_rec *r;
    const struct bk_conf_t *conf;
    const bk_api_t *api;       /* the API that the request is for */
    const char *path;          /* the API's URL path, which precedes its routes' patterns */
    const char *const *params; /* the path's parameters, decoded */
    apr_int64_t id;            /* the numeric parameter, if the route's path check sets it */
    const bk_route_t *route;   /* NULL: none has been found */
    const bk_input_t *query;   /* the parameters of a route of API v1 */
    const bk_input_t *input;   /* the members of its body; NULL on routes without a body */
    const bk_json_t *body;     /* the object that was sent; NULL on routes without a body */
    int is_body_read;          /* no more of the body will be read */
    const char *cookie;        /* a session's token that came as a cookie; NULL: there is none */
    const bk_credentials_t *credentials; /* set by bk_request_credentials() */
    bk_caller_t caller;                  /* set on routes that need a caller */
    const char *known; /* who the caller is, for calls on the caller's behalf: the URL path of who
                          said so, a newline, and what was said; NULL: nobody was asked */
    const struct bk_store_t *store; /* set by bk_store_acquire() */
    void *handle;                   /* the first argument of the store's functions */
    void *lease;                    /* the argument of the store's release() */
    const char *cache_control; /* of a successful answer; NULL: as bk_answer_protect() has it */
    int is_behind;             /* the store is a standby, also when it is acquired again */
    bk_lock_t *cache_lock;     /* for a read on behalf of the cache: see bk_cache.h */
    /* release what other requests wait for; NULL if the request does not hold it */
    void (*release_store)(struct bk_request_t *request);
    void (*release_cache)(struct bk_request_t *request);
    /* go on after the body had to be waited for; NULL: there is nothing to be done.
     * @param waited      milliseconds
     * @param had_store   the store was released meanwhile
     * @return BK_CONTINUE; else the handler's result */
    int (*resume)(struct bk_request_t *request, apr_int64_t waited, int had_store);
} bk_request_t;

/** A step returns this if it has sent no answer and the next step may follow; any other value is
 * the handler's result, which httpd gets unchanged. */
#define BK_CONTINUE (-100)

/** The name of the note (r->notes) with the URL that a RewriteRule has made of the requested one.
 */
#define BK_REQUEST_REWRITTEN "bookable-rewritten"

/**
 * Initialize a request, for the service's first API, until its own is known.
 * @param conf  of the request's server
 */
void bk_request_begin(bk_request_t *request, request_rec *r, const struct bk_conf_t *conf);

/** The value of Content-Length, in bytes; -1: there is none. httpd has refused values that are no
 * numbers. */
apr_int64_t bk_request_length(const request_rec *r);

/** The request's id: X-Request-Id, or mod_unique_id's. @return valid UTF-8; NULL: there is none */
const char *bk_request_id(const request_rec *r);

/** The credentials in the Authorization header, or those of the cookie, which count as a bearer
 * token; parsed once, in the request's pool. */
const bk_credentials_t *bk_request_credentials(bk_request_t *request);

/** Release what other requests wait for, if the request holds it: the lock of the cache and the
 * store. Called before an answer is sent, because its client may be slow to read it. */
void bk_request_release(bk_request_t *request);

#endif
