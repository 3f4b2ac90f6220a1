/* bk_json_fields: reads and writes a record as a JSON object, by the record's description
 * (bk_fields_t).
 *
 * Fields without a JSON name are neither read nor written. Any thread may call.
 */
#ifndef BK_JSON_FIELDS_H
#define BK_JSON_FIELDS_H

#include "bk_fields.h"
#include "bk_json.h"
#include "bk_json_text.h"

/**
 * Read the fields that clients may send (BK_FIELD_SENT, BK_FIELD_REQUIRED), in the order of the
 * description, and stop at the first member that is of another type, outside the field's bounds, or
 * missing although it is required. An optional field that is missing becomes NULL or BK_FIELD_NONE;
 * any other missing field leaves the record as it is.
 * @param record  receives the values; its texts live as long as the object
 * @return NULL, or the first field that is wrong
 */
const bk_field_t *bk_json_fields_read(const bk_json_t *object, const bk_fields_t *fields,
                                      void *record);

/** Write all fields of a record that have a JSON name, in the order of the description. */
void bk_json_fields_write(bk_json_text_t *text, const bk_fields_t *fields, const void *record);

#endif
