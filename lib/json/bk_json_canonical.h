/* bk_json_canonical: the canonical text of a JSON object: the same for all texts that mean the
 * same.
 *
 * Members are sorted by the bytes of their names, there is no white space, and strings are escaped
 * as bk_json_text.h does it. This is the idea of RFC 8785, but with another order of names and
 * other numbers. It is for comparing and hashing only, and is never sent to a client.
 *
 * All numbers that are not 64-bit integers get the same text: no member of our API accepts them.
 */
#ifndef BK_JSON_CANONICAL_H
#define BK_JSON_CANONICAL_H

#include "bk_json_plain.h"

/**
 * Write an object.
 * @param len  set to the length of the text in bytes
 * @param p    pool that the text lives in
 * @return the text, which ends in NUL
 */
const char *bk_json_canonical(const bk_json_t *object, apr_size_t *len, apr_pool_t *p);

#endif
