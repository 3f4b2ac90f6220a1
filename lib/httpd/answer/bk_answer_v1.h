/* bk_answer_v1: what is common to all answers of API v1: problems, and what caches may do.
 *
 * A handler answers an error by one of the problems of lib/web/bk_problem.h, whose status is the
 * same whatever BookableStatusCodes says. The member instance is the request's id, retryAfter is
 * that of Retry-After, and a 401 has WWW-Authenticate.
 *
 *     return bk_answer_problem(request, &bk_problem_space_exists, NULL);
 *
 * A successful answer is personal, "Cache-Control: no-store", unless the handler says otherwise
 * before it answers:
 *
 *     request->cache_control = BK_ANSWER_V1_PUBLIC;
 *
 * Each function sends a whole answer and returns the handler's result.
 */
#ifndef BK_ANSWER_V1_H
#define BK_ANSWER_V1_H

#include "bk_answer.h"
#include "bk_fault.h"
#include "bk_json_text.h"
#include "bk_problem.h"
#include "bk_request.h"

/* Values of Cache-Control, for request->cache_control */
#define BK_ANSWER_V1_PERSONAL "no-store"
#define BK_ANSWER_V1_LIST "private, max-age=0, must-revalidate"
#define BK_ANSWER_V1_PUBLIC \
    "public, max-age=60" /* the same for everybody, with and without login */

/**
 * The row of a service for API v1, in its table of APIs.
 * @param its_routes       its table of routes
 * @param its_collections  the first segments of their patterns, ending in NULL
 * @param its_group        the group of store verbs that they need, or BK_STORE_CORE
 */
#define BK_ANSWER_V1_API(its_routes, its_collections, its_group)                          \
    {                                                                                     \
        .routes = its_routes, .label = "/v1", .collections = its_collections, .is_v1 = 1, \
        .group = its_group, .answer_error = bk_answer_error_problem                       \
    }

/**
 * Answer a problem.
 * @param detail  an English sentence about this request; NULL: the problem's meaning
 */
int bk_answer_problem(bk_request_t *request, const bk_problem_t *problem, const char *detail);

/** Answer all faults of a request's input; the problem is that of bk_problem_of_faults().
 * @param faults  at least one */
int bk_answer_faults(bk_request_t *request, const bk_faults_t *faults);

/** Answer that the value of one member of the body is wrong. @param what  an English sentence */
int bk_answer_wrong_member(bk_request_t *request, const char *member, const char *what);

/** The same of a parameter of the query string. */
int bk_answer_wrong_parameter(bk_request_t *request, const char *parameter, const char *what);

/** Write members of a problem, by lib/web/bk_problem_members.h. */
typedef void bk_answer_members_t(bk_json_text_t *text, const void *baton);

/**
 * Answer a problem with members of its own, such as violations.
 * @param detail  as in bk_answer_problem()
 * @param write   writes them
 * @param baton   passed to it
 */
int bk_answer_problem_with(bk_request_t *request, const bk_problem_t *problem, const char *detail,
                           bk_answer_members_t *write, const void *baton);

/** Answer 201 with the Location and the version of what was created, as its strong ETag.
 * @param location  a URL path, escaped
 * @param version   at least 1; 0: it has none
 * @param text      its representation, JSON; NULL (out of memory) answers 500 */
int bk_answer_created_v1(bk_request_t *request, const char *location, apr_int64_t version,
                         const char *text, apr_size_t len);

/** Set Vary on an answer of API v1. Called for every request before its handler. */
void bk_answer_vary_v1(bk_request_t *request);

/** The problem for an error of the base API or of httpd: for bk_api_t.answer_error. */
int bk_answer_error_problem(bk_request_t *request, const bk_error_t *error, const char *details);

#endif
