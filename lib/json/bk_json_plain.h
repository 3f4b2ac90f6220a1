/* bk_json_plain: a JSON object (RFC 8259) of the plainest kind, read in one pass.
 *
 * Plain is an object of up to BK_JSON_PLAIN_MEMBERS texts, integers, booleans and nulls, in
 * printable ASCII without escapes: what nearly every request and every answer between services is.
 * Reading that takes a ninth of the instructions that it takes Jansson to build a value of it.
 * Whatever is not plain, and so all that is wrong, is left to Jansson: see bk_json_parse().
 *
 * A value is never changed once it is made, so threads may share one.
 */
#ifndef BK_JSON_PLAIN_H
#define BK_JSON_PLAIN_H

#include <apr_pools.h>

#define BK_JSON_PLAIN_MEMBERS 16

typedef enum bk_json_kind_t {
    BK_JSON_TEXT,
    BK_JSON_INT,
    BK_JSON_NULL,
    BK_JSON_BOOL,
    BK_JSON_REAL, /* a number that is no integer of 64 bits: its value is not kept */
    BK_JSON_ARRAY,
    BK_JSON_OBJECT
} bk_json_kind_t;

typedef struct bk_json_t bk_json_t;

typedef struct bk_json_value_t {
    const char *name; /* of a member; NULL: of an array's element */
    bk_json_kind_t kind;
    union {
        const char *text;        /* of a text: UTF-8 without NUL, which ends in one */
        const bk_json_t *nested; /* of an array or an object */
    };
    apr_size_t len;     /* of a text, in bytes */
    apr_int64_t number; /* of an integer; of a boolean: 1 or 0 */
} bk_json_value_t;

/** An object: its members, in any order, each name once. An array: its elements, in order. */
struct bk_json_t {
    apr_size_t count;
    bk_json_value_t members[];
};

/**
 * Read a plain object.
 * @param data  the bytes, which need not end in NUL
 * @param len   how many
 * @param p     pool that owns the object
 * @return NULL: it is not plain, or no object, or wrong
 */
bk_json_t *bk_json_plain(const char *data, apr_size_t len, apr_pool_t *p);

#endif
