/* bk_json_text: a JSON object (RFC 8259) as text, written member by member.
 *
 * For the answers that are asked for most: it takes a tenth of the time that it takes Jansson to
 * build a value and to write it. An object of texts, integers and nulls is all that it knows;
 * Jansson makes every other answer, and reads all requests.
 *
 * One thread may use one of them at a time. The text lives in a pool.
 */
#ifndef BK_JSON_TEXT_H
#define BK_JSON_TEXT_H

#include <apr_pools.h>

typedef struct bk_json_text_t {
    apr_pool_t *p;
    char *data;
    apr_size_t len;
    apr_size_t size;
    int is_wrong; /* a member's value was no text */
} bk_json_text_t;

/** Begin an object. @param p  pool that the text lives in */
void bk_json_text_begin(bk_json_text_t *text, apr_pool_t *p);

/**
 * Write a member.
 * @param name   a literal that needs no escapes
 * @param value  a text: valid UTF-8; NULL writes null
 */
void bk_json_text_string(bk_json_text_t *text, const char *name, const char *value);

/** Write a member. @param name  a literal that needs no escapes */
void bk_json_text_int(bk_json_text_t *text, const char *name, apr_int64_t value);

/** The same with an integer that is written as a text: "42". */
void bk_json_text_id(bk_json_text_t *text, const char *name, apr_int64_t value);

/**
 * End the object.
 * @param len  set to its length in bytes
 * @return the text, which ends in NUL, or NULL if a member's value was not valid UTF-8
 */
const char *bk_json_text_end(bk_json_text_t *text, apr_size_t *len);

#endif
