/* bk_json_input: reads the body of a request by a table of its members (lib/base/bk_input.h).
 *
 * Members that are not in the table are refused, so that a misspelt member is not ignored. All
 * faults are collected, each with a JSON pointer to its value. A nested object is read by the rows
 * that its own row points to.
 *
 * Any thread may call. The texts that were read belong to the object, and live as long.
 */
#ifndef BK_JSON_INPUT_H
#define BK_JSON_INPUT_H

#include "bk_fault.h"
#include "bk_input.h"
#include "bk_json_plain.h"

typedef enum bk_json_input_mode_t {
    BK_JSON_INPUT_WHOLE, /* a whole resource: required members must be present */
    BK_JSON_INPUT_PATCH /* a merge patch (RFC 7396): absent members stay unchanged, and null removes
                           a member that is not required. A list is replaced as a whole; in a map or
                           a nested object only the members present are changed */
} bk_json_input_mode_t;

/**
 * Read an object.
 * @param rows    the table, which is constant, because the input points to it
 * @param object  the object, from bk_json_parse()
 * @param faults  receives the faults
 * @param p       pool that the input lives in
 * @return the input, never NULL. Use it only if no fault was added: fields with faults are
 *         BK_INPUT_WRONG and have no values
 */
const bk_input_t *bk_json_input_read(const bk_input_row_t *rows, const bk_json_t *object,
                                     bk_json_input_mode_t mode, bk_faults_t *faults, apr_pool_t *p);

#endif
