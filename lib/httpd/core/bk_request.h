/* bk_request: a request on its way through a service. */
#ifndef BK_REQUEST_H
#define BK_REQUEST_H

#include <httpd.h>

#include "bk_credentials.h"
#include "bk_json.h"
#include "bk_lock.h"
#include "bk_service.h"

struct bk_conf_t;
struct bk_store_t;

/** Somebody whose credentials were found good. */
typedef struct bk_caller_t {
    apr_int64_t id;   /* user id; 0: nobody was asked for */
    const char *name; /* user name */
    int is_admin;
} bk_caller_t;

/** A request on its way through a service; lives as long as the request. */
typedef struct bk_request_t {
    request_rec *r;
    const struct bk_conf_t *conf;
    const bk_api_t *api;       /* that it came to */
    const char *path;          /* the URL path of that: what stands before its patterns */
    const char *const *params; /* the segments of the path that stand for parameters, decoded */
    apr_int64_t id;            /* the numeric one of them, where the route's path check sets it */
    const bk_json_t *body;     /* the object that was sent; NULL on routes that take none */
    int is_body_read;          /* or as much of it as will be */
    const bk_credentials_t *credentials; /* by bk_request_credentials() */
    bk_caller_t caller;                  /* set on routes that ask for one */
    const struct bk_store_t *store;      /* set by bk_store_acquire() */
    void *handle;                        /* what the store's verbs take first */
    void *lease;                         /* what the store wants back when the request is handled */
    int is_behind;   /* the store is a standby, now and when it is acquired again */
    bk_lock_t *turn; /* at reading the store for the cache: see bk_cache.h */
    /* how what others wait for is given back; NULL where the request has none of it */
    void (*leave_store)(struct bk_request_t *request);
    void (*leave_cache)(struct bk_request_t *request);
} bk_request_t;

/** Steps on a request's way return this where nothing was answered and the next step may follow;
 * all else they return is the request's result, and goes back to httpd as it is. */
#define BK_CONTINUE (-100)

/** The note of a request that has the URL which a rule has made of the one that was asked for. */
#define BK_REQUEST_REWRITTEN "bookable-rewritten"

/** Begin a request. Until it is known to which API it comes, it is the service's first one's.
 *  @param conf  bk_conf() of its server */
void bk_request_begin(bk_request_t *request, request_rec *r, const struct bk_conf_t *conf);

/** What Content-Length says, in bytes; -1: there is none. httpd has refused what is no number. */
apr_int64_t bk_request_length(const request_rec *r);

/** What the Authorization header says; read once, in the request's pool. */
const bk_credentials_t *bk_request_credentials(bk_request_t *request);

/** Give back what others wait for, the turn at reading the store and the store itself, if the
 *  request has them. Called before an answer is sent, for its client may take its time. */
void bk_request_let_go(bk_request_t *request);

#endif
