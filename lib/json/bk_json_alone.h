/* bk_json_alone: a JSON array or object by itself, such as a column of a table holds. bk_json reads
 * objects only, and bk_json_text writes one: here the value is the only member of such an object,
 * which is put around it for reading and taken off after writing.
 *
 *     bk_json_alone_begin(&text, p);
 *     bk_json_text_array(&text, NULL);          [
 *     bk_json_text_string(&text, NULL, "a");    "a"
 *     bk_json_text_array_end(&text);            ]
 *     column = bk_json_alone_end(&text);
 *
 * Any thread may call. Results live in pools.
 */
#ifndef BK_JSON_ALONE_H
#define BK_JSON_ALONE_H

#include "bk_json.h"
#include "bk_json_text.h"

/**
 * Read a value.
 * @param json  NULL is none
 * @return its elements or members; NULL: there is none, or it is no array or object
 */
const bk_json_t *bk_json_alone_read(const char *json, apr_pool_t *p);

/** Begin a value: one array or object, with the name NULL, is written next. */
void bk_json_alone_begin(bk_json_text_t *text, apr_pool_t *p);

/** End a value, behind its end. @return it; NULL if a string was not valid UTF-8 */
const char *bk_json_alone_end(bk_json_text_t *text);

/** Write an array of texts. @return as bk_json_alone_end() */
const char *bk_json_alone_texts(const char *const *texts, int count, apr_pool_t *p);

#endif
