/* bk_httpd_body: request bodies, taken in within bounds. */
#ifndef BK_HTTPD_BODY_H
#define BK_HTTPD_BODY_H

#include "bk_httpd.h"

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

/**
 * Give up on a body that has not been read: where it is large or of unknown length, the connection
 * is closed after the answer, which says so, rather than kept busy with it. Does nothing for one
 * that has.
 */
void bk_body_abandon(bk_request_t *request);

#endif
