/* bk_idempotency: requests that create something, and may be repeated (Idempotency-Key).
 *
 * A route with BK_ROUTE_IDEMPOTENT lets its handler create like this:
 *
 *     static apr_status_t make(bk_request_t *request, void *baton, bk_idempotency_made_t *made)
 *     {
 *         rv = verbs->insert(request->handle, ...);      errors are the handler's to answer
 *         *made = (bk_idempotency_made_t){location, version, text, len, 0};
 *         return rv;
 *     }
 *
 *     result = bk_idempotency_make(request, make, &baton, &made, &rv);
 *     if (result != BK_CONTINUE) { return result; }      answered: replayed, or refused
 *     if (rv != APR_SUCCESS) { return answer_failure(request, rv); }
 *     return bk_answer_created_v1(request, made.location, made.version, made.text, made.len);
 *
 * With a key, make() runs in a transaction that also keeps the key with the answer, for
 * BK_IDEMPOTENCY_KEPT: so a request is carried out once, whatever fails in between. Only successes
 * are kept. A key is one caller's and one route's; who is not signed in shares the keys of a route
 * with all others, and has to send a random one. A repetition that comes while the first one is
 * carried out waits for it.
 *
 * Routes of the base API do the same; their answers are errors of that API. If the id of what is
 * created is drawn at random, draw it around bk_idempotency_make(): PostgreSQL does nothing more in
 * a transaction in which an id was taken.
 *
 * What has a secret is made once, too, but its answer cannot be given again: a repetition is
 * answered 422 idempotency-key-reused, with the Location of what was made. To keep the secret,
 * under the key or anything else that the client sends, would give it to whoever reads the database
 * and guesses that.
 */
#ifndef BK_IDEMPOTENCY_H
#define BK_IDEMPOTENCY_H

#include "bk_request.h"

/** How long a key is kept, in microseconds. */
#define BK_IDEMPOTENCY_KEPT apr_time_from_sec(24 * 60 * 60)

/** What was created, as its 201 shows it. */
typedef struct bk_idempotency_made_t {
    const char *location; /* URL path, escaped */
    apr_int64_t version;  /* at least 1; 0: it has none */
    const char *text;     /* JSON */
    apr_size_t len;       /* its length in bytes */
    int is_secret;        /* the text is shown once and never kept: a repetition is refused */
} bk_idempotency_made_t;

/**
 * Create something, by verbs of the store, which the request has. It must not answer, nor log what
 * would be wrong if the transaction were rolled back.
 * @param made  to be set with APR_SUCCESS; texts live as long as the request
 */
typedef apr_status_t bk_idempotency_make_t(bk_request_t *request, void *baton,
                                           bk_idempotency_made_t *made);

/** Whether a request has a key, and its route takes one: 1 or 0. */
int bk_idempotency_has_key(const bk_request_t *request);

/**
 * Answer a request that was carried out before under its key. For requests whose checks may come
 * out otherwise the second time, because they depend on the clock or on other services, or take
 * long: call it before these. A request without a key pays nothing.
 * @return BK_CONTINUE: it was not, so far; else the request's result, as of bk_idempotency_make()
 */
int bk_idempotency_replay(bk_request_t *request);

/**
 * Create something once. The request has the store, and its body has been read.
 * @param made  set to what was created, if BK_CONTINUE is returned and @a rv is APR_SUCCESS
 * @param rv    set to the result of @a make, or of the transaction, if BK_CONTINUE is returned
 * @return BK_CONTINUE; else the request's result: it was answered as before, or with
 *         idempotency-key-reused, or idempotency-in-progress
 */
int bk_idempotency_make(bk_request_t *request, bk_idempotency_make_t *make, void *baton,
                        bk_idempotency_made_t *made, apr_status_t *rv);

#endif
