/* bk_record_fields: a record's fields as the bytes that stores in shared memory keep: those that
 * its description marks BK_FIELD_KEPT, in its order. Any thread may call.
 */
#ifndef BK_RECORD_FIELDS_H
#define BK_RECORD_FIELDS_H

#include "bk_fields.h"
#include "bk_record.h"

/** Add the fields to bytes that bk_record_begin() began. */
void bk_record_fields_add(bk_record_t *bytes, const bk_fields_t *fields, const void *record);

/** Read them, from where the reader is; texts live in its pool. All other members stay as they
 *  are. */
void bk_record_fields_read(bk_record_reader_t *reader, const bk_fields_t *fields, void *record);

#endif
