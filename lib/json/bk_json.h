/* bk_json: a strict reader of JSON from clients and from other services; results live in pools.
 *
 * Jansson parses (RFC 8259). This file adds what a server needs: the text has to be an object, its
 * depth is limited, duplicate names and a NUL inside a string are refused, and the result is freed
 * with its pool. Simple objects, as most are, are read by lib/json/bk_json_plain.h without Jansson.
 * The values of members live as long as the object.
 *
 * An object is constant once it is parsed, so threads may share it.
 */
#ifndef BK_JSON_H
#define BK_JSON_H

#include <apr_pools.h>

#include "bk_json_plain.h"

/** How many levels deep arrays and objects may nest. */
#define BK_JSON_DEPTH 8

/** The result of looking up a member. JSON's null counts as absent. */
typedef enum bk_json_member_t {
    BK_JSON_ABSENT, /* no such member, or its value is null */
    BK_JSON_WRONG,  /* the value is of another type or out of range */
    BK_JSON_OK      /* the caller's variable was set to the value */
} bk_json_member_t;

/** The result of parsing. */
typedef enum bk_json_result_t {
    BK_JSON_PARSED,
    BK_JSON_SYNTAX, /* not JSON, or not an object */
    BK_JSON_LIMIT   /* JSON that nests too deep, repeats a name, or has a value that is refused */
} bk_json_result_t;

/**
 * Parse an object.
 * @param object  set to the object when BK_JSON_PARSED is returned; released with @a p
 * @param data    the text, which need not end in NUL
 * @param len     its length in bytes
 * @param why     set to the reason, in English, when another result is returned; lives in @a p
 * @param p       pool that owns the object
 */
bk_json_result_t bk_json_parse(const bk_json_t **object, const char *data, apr_size_t len,
                               const char **why, apr_pool_t *p);

/** Find a member, even if its value is null. @return NULL if there is no member of that name */
const bk_json_value_t *bk_json_member(const bk_json_t *object, const char *name);

/**
 * Read an array of texts.
 * @param array  NULL, for an absent member, is none
 * @param texts  set to them, with a NULL behind the last one; they live as long as the array and
 *               @a p
 * @param count  set to how many there are
 * @return 1; 0: it is no array, or not of texts alone
 */
int bk_json_texts(const bk_json_value_t *array, const char *const **texts, int *count,
                  apr_pool_t *p);

/** Tell whether a text is valid UTF-8, and so can be written as JSON. @return 1 or 0 */
int bk_json_is_text(const char *text, apr_size_t len);

/** Look up a string. @a value is valid UTF-8, with no NUL but the one that ends it; @a len, which
 * may be NULL, is set to its length in bytes. */
bk_json_member_t bk_json_string(const bk_json_t *object, const char *name, const char **value,
                                apr_size_t *len);

/** Look up an integer. 3.0 is not an integer. */
bk_json_member_t bk_json_int(const bk_json_t *object, const char *name, apr_int64_t *value);

/** Look up an integer that may also be written as a string of digits: 42 or "42". */
bk_json_member_t bk_json_id(const bk_json_t *object, const char *name, apr_int64_t *value);

#endif
