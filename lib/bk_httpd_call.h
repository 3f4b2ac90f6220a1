/* bk_httpd_call: one service asks another.
 *
 * By httpd subrequest: the path may be a local route, answered within the process, or one that
 * ProxyPass sends to another host. The caller cannot tell, and need not: configuration decides.
 *
 * The called service sees a clean request: Host, Accept, the request id, and the credentials that
 * the caller passes on purpose; never the client's own headers.
 *
 * Not to be called with a transaction open: the called service may share the database connection.
 */
#ifndef BK_HTTPD_CALL_H
#define BK_HTTPD_CALL_H

#include "bk_httpd.h"

/** How a call ended. */
typedef struct bk_reply_t {
    const char *problem; /* why there is no answer to be believed; NULL: there is one */
    int status;          /* of the answer */
    json_t *body;        /* an object; lives as long as the request; NULL if there was none */
    int retry_after;     /* seconds, if the answer said so, else 0 */
} bk_reply_t;

/** Register the filter that takes answers in. Called once, from bk_httpd_register(). */
void bk_httpd_call_register(apr_pool_t *p);

/**
 * Ask for a resource.
 * @param path           URL path, escaped
 * @param authorization  value of the Authorization header to send, or NULL
 * @param reply          filled in
 */
void bk_httpd_call(request_rec *r, const char *path, const char *authorization, bk_reply_t *reply);

/** One segment of a path, escaped so that it stays one: whatever it holds, no other route is
 * reached. */
const char *bk_httpd_call_segment(const char *text, apr_pool_t *p);

#endif
