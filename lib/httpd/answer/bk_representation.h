/* bk_representation: answers with the current representation of a resource: entity tags and
 * conditional requests (RFC 9110, section 13).
 *
 * The tag is strong, and computed from the bytes of the representation (lib/web/bk_etag.h), because
 * the stores keep no version numbers. So it is the same on every host, whether the answer comes
 * from the store or from a cache. Errors have no tag.
 *
 * httpd's ap_meets_conditions() is not used: without Last-Modified it compares If-Unmodified-Since
 * with the current time, and so refuses requests that have to be answered according to the RFC; and
 * it does not recognize a tag with mod_deflate's suffix.
 */
#ifndef BK_REPRESENTATION_H
#define BK_REPRESENTATION_H

#include <apr.h>

struct bk_request_t;

/**
 * Answer GET with the current representation: 200, or 304 or 412 as the conditions require. A
 * subrequest gets 200 without a tag, because httpd passes no conditions on to it.
 * @param text  JSON, copied where necessary; NULL, which means out of memory, is answered 500
 * @param len   its length in bytes
 * @return the request's result
 */
int bk_representation_answer(struct bk_request_t *request, const char *text, apr_size_t len);

/**
 * Tell whether a request has If-Match or If-None-Match: only then the caller has to make the
 * current representation for bk_representation_check().
 * @return 1 or 0
 */
int bk_representation_is_conditional(const struct bk_request_t *request);

/**
 * Check the conditions of a request that changes or deletes a resource. Call it after all other
 * checks, right before the store's verb. The check is about the given representation only: if other
 * requests can change the resource before the verb runs, the verb has to check again that it is
 * unchanged.
 * @param text  the current representation, the same bytes as for GET
 * @param len   its length in bytes
 * @return BK_CONTINUE; else the request's result: it was answered 412, with the current tag
 */
int bk_representation_check(struct bk_request_t *request, const char *text, apr_size_t len);

#endif
