/* bk_answer: what goes back to the client.
 *
 * Each function sends a whole answer and returns the request's result: OK, or AP_FILTER_ERROR where
 * the client is gone.
 */
#ifndef BK_ANSWER_H
#define BK_ANSWER_H

#include <jansson.h>

#include "bk_error.h"
#include "bk_request.h"

/**
 * Say of an answer that its type is what it says, and, of one that is private or was asked for with
 * credentials, that no cache keeps it. All that is answered below has it by itself.
 * @param is_private  whether it is for one caller, or shows a token or the server's inside
 */
void bk_answer_protect(request_rec *r, int is_private);

/**
 * Answer with JSON.
 * @param value  the reference is taken over; NULL (out of memory) answers 500
 */
int bk_answer_json(bk_request_t *request, int status, json_t *value);

/** The same with JSON that is text already, and is copied as far as it has to be; NULL answers 500.
 */
int bk_answer_json_text(bk_request_t *request, int status, const char *text, apr_size_t len);

/** Answer 201 with JSON, and where the new thing is found. @param location  a URL path */
int bk_answer_created(bk_request_t *request, const char *location, json_t *value);

/** Answer with plain text. */
int bk_answer_text(bk_request_t *request, int status, const char *text);

/** Answer with a status and nothing else. */
int bk_answer_empty(bk_request_t *request, int status);

/**
 * Answer with an error, in the shape of the API that the request came to, with WWW-Authenticate on
 * a 401 and Retry-After on a 429 or 503.
 * @param details  what is wrong with this request; NULL: the error's own
 */
int bk_answer_error(bk_request_t *request, const bk_error_t *error, const char *details);

/** The same, whatever the status with a Retry-After, in seconds, of the caller's own. */
int bk_answer_error_retry(bk_request_t *request, const bk_error_t *error, const char *details,
                          int retry_after);

/** Answer that what was to be made may have been. @param where  the URL path at which it then is */
int bk_answer_unknown(bk_request_t *request, const char *where);

/* ---- shapes of errors: for bk_api_t.answer_error ------------------------------------------------
 */

/** JSON with ErrCode, Message and Details, as the user, space and booking services have it. */
int bk_answer_error_plain(bk_request_t *request, const bk_error_t *error, const char *details);

/** JSON, with the status by the server's choice of statuses.
 *  @param body  the reference is taken over; NULL (out of memory) answers 500 */
int bk_answer_error_json(bk_request_t *request, const bk_error_t *error, json_t *body);

/** Text of any media type, with a status of the API's own. @param text  len bytes */
int bk_answer_error_text(bk_request_t *request, const bk_error_t *error, int status,
                         const char *type, const char *text, apr_size_t len);

#endif
