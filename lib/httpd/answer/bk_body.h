/* bk_body: request bodies, taken in within bounds. */
#ifndef BK_BODY_H
#define BK_BODY_H

#include "bk_error.h"
#include "bk_request.h"

/**
 * Check what the headers say of the body: its media type and its length.
 * @return BK_CONTINUE; else the request's result
 */
int bk_body_check(bk_request_t *request);

/**
 * Read the body and parse it into request->body.
 * @param schema  answered for a body that is no JSON object
 * @return BK_CONTINUE; else the request's result
 */
int bk_body_read(bk_request_t *request, const bk_error_t *schema);

#endif
