/* bk_answer: sending answers to the client.
 *
 * Each function sends a whole answer and returns the handler's result: OK, or AP_FILTER_ERROR if
 * the client has gone.
 */
#ifndef BK_ANSWER_H
#define BK_ANSWER_H

#include <jansson.h>

#include "bk_error.h"
#include "bk_request.h"

/**
 * Add "X-Content-Type-Options: nosniff" to an answer, and "Cache-Control: no-store" if it is
 * private or the request has credentials. The functions below do that by themselves.
 * @param is_private  whether the answer is for one caller only, or has a token or internals of the
 *                    server in it
 */
void bk_answer_protect(request_rec *r, int is_private);

/** The highest number of bytes of a request's body. */
apr_off_t bk_answer_body_limit(const bk_request_t *request);

/**
 * Answer with JSON.
 * @param value  stolen reference; NULL (out of memory) answers 500
 */
int bk_answer_json(bk_request_t *request, int status, json_t *value);

/** The same with JSON that is serialized already, and is copied as far as necessary; NULL answers
 * 500.
 */
int bk_answer_json_text(bk_request_t *request, int status, const char *text, apr_size_t len);

/** Answer 201 with JSON and the Location of the new resource. @param location  a URL path */
int bk_answer_created(bk_request_t *request, const char *location, json_t *value);

/** Answer with plain text. */
int bk_answer_text(bk_request_t *request, int status, const char *text);

/** Answer 200 with the bytes of a file from its beginning. @param type  media type */
int bk_answer_file(bk_request_t *request, const char *type, apr_file_t *file, apr_off_t len);

/** Answer with a status and no body. */
int bk_answer_empty(bk_request_t *request, int status);

/**
 * Answer with an error, in the format of the request's API, with WWW-Authenticate on a 401 and
 * Retry-After on a 429 or 503.
 * @param details  what is wrong with this request; NULL: the error's own details
 */
int bk_answer_error(bk_request_t *request, const bk_error_t *error, const char *details);

/** The same with a Retry-After, in seconds, that the calling function gives, whatever the status.
 */
int bk_answer_error_retry(bk_request_t *request, const bk_error_t *error, const char *details,
                          int retry_after);

/**
 * Answer that the outcome of a creation is unknown.
 * @param where  URL path of the new resource, if it exists
 */
int bk_answer_unknown(bk_request_t *request, const char *where);

/* ---- formats of errors: for bk_api_t.answer_error -----------------------------------------------
 */

/** JSON with ErrCode, Message and Details: the format of the user, space and booking services. */
int bk_answer_error_plain(bk_request_t *request, const bk_error_t *error, const char *details);

/**
 * JSON, with a status by BookableStatusCodes.
 * @param body  stolen reference; NULL (out of memory) answers 500
 */
int bk_answer_error_json(bk_request_t *request, const bk_error_t *error, json_t *body);

/** Text of any media type, with a status and a code, for metrics, that the API chooses.
 * @param text  len bytes; NULL (out of memory) answers 500 */
int bk_answer_error_text(bk_request_t *request, const char *code, int status, const char *type,
                         const char *text, apr_size_t len);

/** The seconds of Retry-After in an error with a status; 0: it has none. */
int bk_answer_retry_after(const bk_request_t *request, int status);

#endif
