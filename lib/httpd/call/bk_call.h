/* bk_call: calls from one service to another.
 *
 * A call is an httpd subrequest. The path may belong to a service of this httpd, or to a ProxyPass
 * to another host: the configuration decides, and the calling service need not know.
 *
 * The called service gets these headers only: Host, Accept, X-Consistency, the request id, and the
 * caller's credentials if the calling service passes them, and those of a body; none of the
 * client's other headers. With the credentials goes what the user service said of them, as a note,
 * which only a service of this httpd sees: it need not ask once more. No client can set a note.
 *
 * A call within the process cannot be interrupted: the time-out only works if mod_proxy carries the
 * call to another host. The breaker counts both kinds.
 *
 * Not to be called with a transaction open: the called service may share the database connection.
 */
#ifndef BK_CALL_H
#define BK_CALL_H

#include "bk_error.h"
#include "bk_json.h"
#include "bk_request.h"

/** The result of a call. */
typedef struct bk_reply_t {
    const char *dependency; /* the name of the called service */
    const char *problem;    /* why there is no valid answer; NULL: there is one */
    int status;             /* of the answer; 0 if there was none */
    int asked;   /* the dependency got the call; 0: this httpd refused it, as by a Require */
    int at_hand; /* a service of this httpd had the answer at hand (bk_offer.h): it was not run */
    int absent;  /* the path belongs to no service of this httpd, and to no ProxyPass */
    int refused; /* the status, if it is a 3xx or 4xx without a valid body: that is a problem, but
                    no fault of the dependency; else 0 */
    const char *text;      /* the body as it was sent; NULL if there was none */
    apr_size_t len;        /* its length in bytes */
    const bk_json_t *body; /* an object; lives as long as the request; NULL if there was none, or it
                              was recalled */
    int retry_after;       /* seconds of Retry-After; 0: there was none */
} bk_reply_t;

/**
 * Validate an answer: another host may have sent anything.
 * @param reply  with a body
 * @return NULL, or what is wrong with the answer
 */
typedef const char *bk_call_validate_t(const bk_reply_t *reply, void *baton);

/**
 * Recognise an answer that was read and validated before: it is neither read nor validated again.
 * @param text  the body of an answer with status 200
 * @return 1: it is known, and the reply has no body; 0
 */
typedef int bk_call_recall_t(const char *text, apr_size_t len, void *baton);

/** The name of the note (r->notes) of a subrequest with who the caller is: bk_request_t.known. */
#define BK_CALL_KNOWN "bookable-known"

/** The bytes of an answer, at the most, unless a call says otherwise. */
#define BK_CALL_ANSWER 65536

/** What is asked, where it is not below the dependency's own path, has a long answer, or changes
 * something. */
typedef struct bk_call_t {
    const char *method;        /* "PUT", "DELETE"; NULL: "GET" */
    const char *url;           /* URL path and query string, escaped */
    const char *body;          /* JSON; NULL: there is none */
    apr_size_t len;            /* its length in bytes */
    const char *authorization; /* bk_caller_authorization(), or NULL */
    apr_size_t most;           /* bytes of the answer; a longer one is none */
    bk_call_validate_t *validate;
    bk_call_recall_t *recall; /* NULL: each answer is read */
    int is_optional;          /* that there is no such service is no failure of it */
    const char *offered;      /* by what a service of this httpd knows the answer, which it may have
                                 at hand (bk_offer.h), for a caller that is known; NULL: it is run */
    void *baton;
} bk_call_t;

/** Register the filters of calls. Called once, from bk_server_register(). */
void bk_call_register(apr_pool_t *p);

/**
 * GET a resource of a dependency, through its circuit breaker and within its time-out. A connection
 * of mod_proxy's pool may turn out to be closed, and an instance behind a balancer may just be
 * stopping: so a call that failed without an answer is made again, up to four times in all, while
 * time is left. That is safe because GET changes nothing.
 * @param dependency     which of the service's dependencies
 * @param path           appended to the dependency's own, escaped
 * @param authorization  value of the Authorization header to send, or NULL
 * @param validate        validates the answer; an invalid one counts as a failure, unless its
 * status is a 3xx or 4xx
 * @param baton          passed to the validation
 * @param reply          filled in
 */
void bk_call(bk_request_t *request, int dependency, const char *path, const char *authorization,
             bk_call_validate_t *validate, void *baton, bk_reply_t *reply);

/** The same for another URL of the dependency, or another method, behind the same breaker. Only
 * methods whose repetition changes nothing more are made again: GET, PUT, DELETE (RFC 9110, section
 * 9.2.2). Of a call that failed and is no GET nobody knows whether it was carried out. */
void bk_call_url(bk_request_t *request, int dependency, const bk_call_t *what, bk_reply_t *reply);

/**
 * Log that a call failed, and answer with an error that says why.
 * @param unavailable  the error if there was no answer, or one that is a matter of the
 *                     administrator's, such as a 404
 * @param unreadable   the error if the dependency could not read the call (400, 413, 414, 431),
 *                     which the client may have caused. Calls that it does not admit (401, 403,
 *                     407, 451) are answered with bk_error_forbidden
 * @param reply        of a call with a problem
 * @return the handler's result
 */
int bk_call_failed(bk_request_t *request, const bk_error_t *unavailable,
                   const bk_error_t *unreadable, const bk_reply_t *reply);

/**
 * The X-Consistency of calls on behalf of a request: the client's own, or else, for a GET, that of
 * the server's configuration. Calls for other methods never ask for "eventual", because a write
 * depends on the answer.
 * @return the header's value, or NULL for none
 */
const char *bk_call_consistency(const bk_request_t *request);

/** Escape a text as one segment of a path, so that it cannot reach another route. */
const char *bk_call_segment(const char *text, apr_pool_t *p);

#endif
