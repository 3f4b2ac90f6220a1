/* bk_json_text: writes JSON (RFC 8259) value by value, without building a tree of values first.
 *
 * Begin an object, write its members in order, begin and end nested arrays and objects, and end the
 * object:
 *
 *     bk_json_text_begin(&text, p);                {
 *     bk_json_text_array(&text, "items");          "items":[
 *     bk_json_text_object(&text, NULL);            {
 *     bk_json_text_string(&text, "id", "lib-101"); "id":"lib-101"
 *     bk_json_text_object_end(&text);              }
 *     bk_json_text_array_end(&text);               ]
 *     data = bk_json_text_end(&text, &len);        }
 *
 * The name of a member is a literal that needs no escapes. The name NULL is for an element of an
 * array, and for a value whose name bk_json_text_key() has written. The caller is responsible for
 * ending each array and object that it began.
 *
 * Building a value with Jansson and writing that takes ten times as long. A writer is used by one
 * thread at a time. Its memory lives in a pool.
 */
#ifndef BK_JSON_TEXT_H
#define BK_JSON_TEXT_H

#include <apr_errno.h>
#include <apr_pools.h>

#include "bk_json_plain.h"
#include "bk_time.h"

typedef struct bk_json_text_t {
    apr_pool_t *p;
    char *data;
    apr_size_t len;
    apr_size_t size;
    int is_wrong; /* a string was not valid UTF-8 */
} bk_json_text_t;

/**
 * Begin an object.
 * @param p  pool that the text lives in
 */
void bk_json_text_begin(bk_json_text_t *text, apr_pool_t *p);

/** Begin a nested object or array. */
void bk_json_text_object(bk_json_text_t *text, const char *name);
void bk_json_text_array(bk_json_text_t *text, const char *name);

/** End the nested object or array that was begun last. */
void bk_json_text_object_end(bk_json_text_t *text);
void bk_json_text_array_end(bk_json_text_t *text);

/**
 * Write the name of a member, with escapes where needed. Write the member's value next, with the
 * name NULL.
 * @param name  valid UTF-8
 */
void bk_json_text_key(bk_json_text_t *text, const char *name);

/** Write a string. @param value  valid UTF-8; NULL writes null */
void bk_json_text_string(bk_json_text_t *text, const char *name, const char *value);

/** Write an integer. */
void bk_json_text_int(bk_json_text_t *text, const char *name, apr_int64_t value);

/** Write an integer as a string: "42". */
void bk_json_text_id(bk_json_text_t *text, const char *name, apr_int64_t value);

/** Write true or false. */
void bk_json_text_bool(bk_json_text_t *text, const char *name, int value);

/** Write an instant, as RFC 3339 in its own offset. @param time  NULL writes null */
void bk_json_text_instant(bk_json_text_t *text, const char *name, const bk_time_t *time);

/**
 * Write a value that is JSON already, such as one that is stored as JSON.
 * @param json  valid JSON; not checked again
 * @param len   its length in bytes
 */
void bk_json_text_raw(bk_json_text_t *text, const char *name, const char *json, apr_size_t len);

/** Write a value that bk_json_parse() has read, with all nested values, in the order in which they
 * were read. A number that is not a 64-bit integer is written as null, because its value was not
 * kept. */
void bk_json_text_value(bk_json_text_t *text, const char *name, const bk_json_value_t *value);

/**
 * End the object that bk_json_text_begin() began.
 * @param len  set to its length in bytes
 * @return the text, which ends in NUL; NULL if a string was not valid UTF-8
 */
const char *bk_json_text_end(bk_json_text_t *text, apr_size_t *len);

#endif
