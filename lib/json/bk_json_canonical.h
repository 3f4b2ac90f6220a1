/* bk_json_canonical: one text for all texts of JSON that mean the same.
 *
 * Members are in the order of their names' bytes, nothing stands between what JSON needs, and texts
 * have the escapes of bk_json_text.h alone: the idea of RFC 8785, whose order of names and whose
 * numbers are others. For comparing and hashing here; nobody else is sent it.
 *
 * A number that is no integer of 64 bits is as good as any other of its kind: no member of ours
 * takes one.
 */
#ifndef BK_JSON_CANONICAL_H
#define BK_JSON_CANONICAL_H

#include "bk_json_plain.h"

/**
 * Write an object.
 * @param len  set to the length of the text in bytes
 * @param p    the text lives here
 * @return the text, which ends in NUL
 */
const char *bk_json_canonical(const bk_json_t *object, apr_size_t *len, apr_pool_t *p);

#endif
