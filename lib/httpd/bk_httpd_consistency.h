/* bk_httpd_consistency: how fresh a client wants its answer to be.
 *
 *     X-Consistency: strong      what the store itself says now
 *     X-Consistency: eventual    what a cache or a standby says is good enough
 *
 * Without the header the server's configuration decides.
 */
#ifndef BK_HTTPD_CONSISTENCY_H
#define BK_HTTPD_CONSISTENCY_H

#include "bk_httpd.h"

#define BK_HTTPD_CONSISTENCY "X-Consistency"

/** Check the header's value. @return BK_CONTINUE; else the request's result: it was answered 400 */
int bk_httpd_consistency_check(bk_request_t *request);

/** Tell whether the client asks for what the store itself says now. */
int bk_httpd_wants_strong(const request_rec *r);

/** Tell whether it says that less will do. */
int bk_httpd_wants_eventual(const request_rec *r);

/**
 * What to say to a service that is asked for a request: what the client says. Where that is nothing
 * a read says what its own server reads by; and nobody says "eventual" of what a write is decided
 * by.
 * @return the header's value, or NULL for none
 */
const char *bk_httpd_consistency_of_call(const bk_request_t *request);

#endif
