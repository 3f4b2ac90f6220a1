/* bk_json: JSON that was sent, by clients and by other services, read strictly, with lifetimes that
 * follow pools.
 *
 * Jansson (RFC 8259) parses; this file adds what a server needs on top: an object at the top, a
 * bound on depth, no duplicate names, no NUL inside a text, and a value that dies with its pool.
 * What Jansson need not see, an object that is as plain as most are, lib/json/bk_json_plain.h
 * reads. The members' values are borrowed: they live as long as the object.
 *
 * A parsed value is never changed here, so threads may share one.
 */
#ifndef BK_JSON_H
#define BK_JSON_H

#include <apr_pools.h>

#include "bk_json_plain.h"

/** How deeply arrays and objects may nest in a request. */
#define BK_JSON_DEPTH 8

/** What a look-up of a member found. JSON's null counts as absent. */
typedef enum bk_json_member_t {
    BK_JSON_ABSENT, /* there is none, or it is null */
    BK_JSON_WRONG,  /* there is one, of another type or out of range */
    BK_JSON_OK      /* the value was set */
} bk_json_member_t;

/** How a parse ended. */
typedef enum bk_json_result_t {
    BK_JSON_PARSED,
    BK_JSON_SYNTAX, /* it is not JSON, or not an object */
    BK_JSON_LIMIT   /* it is JSON, but nests too deep, repeats a name, or holds what we refuse */
} bk_json_result_t;

/**
 * Parse an object.
 * @param object  set to the object when BK_JSON_PARSED is returned; released with @a p
 * @param data    the bytes, which need not end in NUL
 * @param len     how many
 * @param why     set to an English reason otherwise; lives in @a p
 * @param p       pool that owns the object
 */
bk_json_result_t bk_json_parse(const bk_json_t **object, const char *data, apr_size_t len,
                               const char **why, apr_pool_t *p);

/** Find a member, whatever its value is: null too. @return NULL: there is none of that name */
const bk_json_value_t *bk_json_member(const bk_json_t *object, const char *name);

/** Tell whether a text can stand in JSON: valid UTF-8. @return 1 or 0 */
int bk_json_is_text(const char *text, apr_size_t len);

/** Look up a text: valid UTF-8 without NUL; @a len (may be NULL) gets its length in bytes. */
bk_json_member_t bk_json_string(const bk_json_t *object, const char *name, const char **value,
                                apr_size_t *len);

/** Look up an integer. 3.0 is none. */
bk_json_member_t bk_json_int(const bk_json_t *object, const char *name, apr_int64_t *value);

/** Look up an integer that may also be written as a text of digits: 42 or "42". */
bk_json_member_t bk_json_id(const bk_json_t *object, const char *name, apr_int64_t *value);

#endif
