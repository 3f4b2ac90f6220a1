/* bk_call: one service asks another.
 *
 * By httpd subrequest: the path may be a local route, answered within the process, or one that
 * ProxyPass sends to another host. The caller cannot tell, and need not: configuration decides.
 *
 * The called service sees a clean request: Host, Accept, X-Consistency, the request id, and the
 * credentials that the caller passes on purpose; none of the client's other headers.
 *
 * A call within the process cannot be broken off: its time-out holds only where mod_proxy carries
 * it to another host. The breaker counts both.
 *
 * Not to be called with a transaction open: the called service may share the database connection.
 */
#ifndef BK_CALL_H
#define BK_CALL_H

#include "bk_error.h"
#include "bk_json.h"
#include "bk_request.h"

/** How a call ended. */
typedef struct bk_reply_t {
    const char *dependency; /* its name */
    const char *problem;    /* why there is no answer to be believed; NULL: there is one */
    int status;             /* of the answer; 0 if there was none */
    int asked;   /* whether it was asked: else this httpd answered in its place, as by a Require */
    int absent;  /* no service of this httpd is at the path, and none of another host */
    int refused; /* its status where that is a 3xx or 4xx, and no answer of the service's own: there
                  * is a problem, but the dependency is well; else 0 */
    const bk_json_t *body; /* an object; lives as long as the request; NULL if there was none */
    int retry_after;       /* seconds after which to try again, where that was said; else 0 */
} bk_reply_t;

/** Say whether an answer is one that the asked service gives: another host may have sent anything.
 *  @param reply  with a body
 *  @return NULL, or what is wrong with it */
typedef const char *bk_call_believe_t(const bk_reply_t *reply, void *baton);

/** Register the filters of calls. Called once, from bk_server_register(). */
void bk_call_register(apr_pool_t *p);

/**
 * Ask a dependency for a resource, through its circuit breaker and within its time-out. A
 * connection of mod_proxy's pool may turn out to be closed, and an instance behind a balancer to be
 * dying: a call that failed without an answer is made again, four times in all, while time is left,
 * since asking changes nothing.
 * @param dependency     which of the service's dependencies
 * @param path           behind the dependency's own, escaped
 * @param authorization  value of the Authorization header to send, or NULL
 * @param believe        judges the answer; what it does not believe counts as a failure, unless its
 *                       status is a 3xx or 4xx
 * @param baton          passed to it
 * @param reply          filled in
 */
void bk_call(bk_request_t *request, int dependency, const char *path, const char *authorization,
             bk_call_believe_t *believe, void *baton, bk_reply_t *reply);

/**
 * Log that a call failed, and answer with an error that says why.
 * @param unavailable  the error where there was no answer, or one that is for the administrator to
 *                     see to, such as a 404
 * @param unreadable   the error where the dependency could not read what it was asked (400, 413,
 *                     414, 431): of what the client may have made wrong. What it does not admit
 *                     (401, 403, 407, 451) is answered with bk_error_forbidden
 * @param reply        with a problem
 * @return the request's result
 */
int bk_call_failed(bk_request_t *request, const bk_error_t *unavailable,
                   const bk_error_t *unreadable, const bk_reply_t *reply);

/**
 * What to say to a service that is asked for a request: what the client says. Where that is nothing
 * a read says what its own server reads by; and nobody says "eventual" of what a write is decided
 * by.
 * @return the header's value, or NULL for none
 */
const char *bk_call_consistency(const bk_request_t *request);

/** One segment of a path, escaped so that it stays one: whatever it holds, no other route is
 * reached. */
const char *bk_call_segment(const char *text, apr_pool_t *p);

#endif
