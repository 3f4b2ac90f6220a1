/* bk_representation: answers that show a resource as it is, with its entity tag and the conditions
 * that requests make with it (RFC 9110, section 13).
 *
 * The tag is strong, and made of the bytes of the representation (lib/web/bk_etag.h): no store
 * counts the versions of what it keeps, and where an answer is made of those bytes alone they are
 * as good as a version, on every host, from the store or from a cache. Errors have no tag.
 *
 * httpd's own ap_meets_conditions() is not used: without a Last-Modified it compares
 * If-Unmodified-Since with the present time, and so refuses requests that the RFC says to answer;
 * and it would not know a tag that mod_deflate has marked.
 */
#ifndef BK_REPRESENTATION_H
#define BK_REPRESENTATION_H

#include <apr.h>

struct bk_request_t;

/**
 * Answer GET with the current representation: 200, or 304 or 412 where a condition says so.
 * Whoever asks within httpd, which passes on no conditions, gets 200 without a tag.
 * @param text  JSON, copied as far as it has to be; NULL (out of memory) answers 500
 * @param len   its length in bytes
 * @return the request's result
 */
int bk_representation_answer(struct bk_request_t *request, const char *text, apr_size_t len);

/** Tell whether a request has conditions on entity tags, so that it is worth while to make the
 *  representation of what it would change. @return 1 or 0 */
int bk_representation_is_conditional(const struct bk_request_t *request);

/**
 * Check the conditions of a request that would change a resource, or delete it. To be called where
 * everything else about the request is in order, right before the store is told. What the check
 * says holds for the representation that it was given: where others can change the resource until
 * the store decides, that has to be part of the store's decision as well.
 * @param text  the current representation, as GET would answer it
 * @param len   its length in bytes
 * @return BK_CONTINUE, or the result of a request that was answered 412, with the current tag
 */
int bk_representation_check(struct bk_request_t *request, const char *text, apr_size_t len);

#endif
