/* bk_json_input: the body of a request, read by the table that describes it (lib/base/bk_input.h).
 *
 * Members that no row has are refused: a member that is misspelt must not be lost. All faults are
 * collected, each with the place where it stands. An object inside is read by the rows of its own
 * row, and so on.
 *
 * Any thread may call; what is read is borrowed from the object, and lives as long.
 */
#ifndef BK_JSON_INPUT_H
#define BK_JSON_INPUT_H

#include "bk_fault.h"
#include "bk_input.h"
#include "bk_json_plain.h"

typedef enum bk_json_input_mode_t {
    BK_JSON_INPUT_WHOLE, /* a thing: what is required has to be there */
    BK_JSON_INPUT_PATCH  /* a merge patch (RFC 7396): what is not there stays as it is, and null
                            removes what is not required. A list is given whole; of a map and of an
                            object inside, what is named changes */
} bk_json_input_mode_t;

/**
 * Read an object.
 * @param rows    constant: the input points to it
 * @param object  as bk_json_parse() made it
 * @param faults  what is wrong is added to it
 * @param p       pool that the input lives in
 * @return what was given, never NULL. It is of use if no fault was added: fields with faults are
 *         BK_INPUT_WRONG and have no values
 */
const bk_input_t *bk_json_input_read(const bk_input_row_t *rows, const bk_json_t *object,
                                     bk_json_input_mode_t mode, bk_faults_t *faults, apr_pool_t *p);

#endif
