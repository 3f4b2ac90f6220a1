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

#endif
