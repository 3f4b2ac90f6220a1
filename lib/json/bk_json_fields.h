/* bk_json_fields: a record's fields as the members of a JSON object, by the record's description.
 *
 * In and out, fields without a name in JSON are left out. Any thread may call.
 */
#ifndef BK_JSON_FIELDS_H
#define BK_JSON_FIELDS_H

#include "bk_fields.h"
#include "bk_json.h"
#include "bk_json_text.h"

/**
 * Read what clients may send of a record (BK_FIELD_SENT, BK_FIELD_REQUIRED): in the order of the
 * description, up to the first member that is wrong: of another type, out of the field's bounds, or
 * missing where it is required. What is missing of an optional field becomes NULL, or
 * BK_FIELD_NONE; of any other, it leaves the record's member as it is.
 * @param record  gets the members; texts live as long as the object
 * @return NULL, or the field that is wrong
 */
const bk_field_t *bk_json_fields_read(const bk_json_t *object, const bk_fields_t *fields,
                                      void *record);

/** Write all of a record's fields that have a name, in the order of the description. */
void bk_json_fields_write(bk_json_text_t *text, const bk_fields_t *fields, const void *record);

#endif
