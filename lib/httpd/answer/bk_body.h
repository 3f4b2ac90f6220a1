/* bk_body: reading and parsing request bodies, within limits. */
#ifndef BK_BODY_H
#define BK_BODY_H

#include "bk_error.h"
#include "bk_request.h"

/**
 * Check the media type and the length of the body, as the headers give them.
 * @return BK_CONTINUE; else the handler's result
 */
int bk_body_check(bk_request_t *request);

/**
 * Read the body and parse it into request->body.
 * @param schema  the error for a body that is not a JSON object
 * @return BK_CONTINUE; else the handler's result
 */
int bk_body_read(bk_request_t *request, const bk_error_t *schema);

/**
 * Read the body as it is: for routes with BK_ROUTE_RAW_BODY, whose handler looks at Content-Type.
 * @param data  set to the bytes, in the request's pool
 * @param len   set to how many there are
 * @return BK_CONTINUE; else the handler's result
 */
int bk_body_bytes(bk_request_t *request, const char **data, apr_size_t *len);

/** Parse bytes into request->body, as bk_body_read() does. A syntax error is answered with the
 * schema's own details, if it has any, and else with the reason. */
int bk_body_parse(bk_request_t *request, const bk_error_t *schema, const char *data,
                  apr_size_t len);

#endif
