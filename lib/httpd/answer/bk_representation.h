/* bk_representation: answers with the current representation of a resource: entity tags and
 * conditional requests (RFC 9110, section 13).
 *
 * The base API's tags are strong, and computed from the bytes of the representation
 * (lib/web/bk_etag.h), because its records have no version numbers. So a tag is the same on every
 * host, whether the answer comes from the store or from a cache. Errors have no tag.
 *
 * Resources of API v1 have versions, and their tags are these: "7". A handler that changes one
 * reads it, checks the conditions against its version, and puts that version into the statement
 * (WHERE id = $1 AND version = $2), so that the database decides:
 *
 *     result = bk_representation_check_version(request, space.version);
 *     if (result != BK_CONTINUE) { return result; }
 *     ... apply the patch ...
 *     rv = update(handle, &space, space.version);   APR_NOTFOUND: somebody else was faster
 *
 * If somebody else was faster, it begins anew: If-Match that names a version is then answered 412,
 * and "If-Match: *" is applied to the newer version.
 *
 * httpd's ap_meets_conditions() is not used: without Last-Modified it compares If-Unmodified-Since
 * with the current time, and so refuses requests that have to be answered according to the RFC; and
 * it does not recognize a tag with mod_deflate's suffix.
 */
#ifndef BK_REPRESENTATION_H
#define BK_REPRESENTATION_H

#include <apr.h>

/** In place of a version: there is no such resource. */
#define BK_REPRESENTATION_NONE 0

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

/**
 * Answer GET of a resource of API v1: 200, or 304 or 412 as the conditions require. Successful
 * changes are answered with bk_representation_changed().
 * @param version  of the resource, at least 1
 * @param text     JSON, as for bk_representation_answer()
 */
int bk_representation_answer_version(struct bk_request_t *request, apr_int64_t version,
                                     const char *text, apr_size_t len);

/** Answer 200 to a successful change: the new representation, with the tag of its new version. */
int bk_representation_changed(struct bk_request_t *request, apr_int64_t version, const char *text,
                              apr_size_t len);

/**
 * Check the conditions of a request that changes, creates or deletes a resource of API v1.
 * @param version  the current one; BK_REPRESENTATION_NONE: there is no such resource
 * @return BK_CONTINUE; else the request's result: it was answered 412 version-mismatch, with the
 *         current tag
 */
int bk_representation_check_version(struct bk_request_t *request, apr_int64_t version);

/** Answer GET of something without a version, such as a list: 200 with a weak tag made of its
 * bytes, or 304. */
int bk_representation_answer_weak(struct bk_request_t *request, const char *text, apr_size_t len);

/** The same of a text that begins with what differs each time, such as when it was made.
 * @param skip  bytes at the beginning that the tag is not made of */
int bk_representation_answer_weak_behind(struct bk_request_t *request, const char *text,
                                         apr_size_t len, apr_size_t skip);

#endif
