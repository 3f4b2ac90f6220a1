/* space_v1_csv: spaces as comma-separated values, as a spreadsheet writes them.
 *
 * The first row names the columns, as the members of a space; "attributes.phone" is the attribute
 * phone. An empty cell is an absent member. Features, managers and parts of a cell are separated by
 * blanks, commas or semicolons. Each row becomes the object that a client would have sent as JSON,
 * and is read by the same table. Any thread may call.
 */
#ifndef SPACE_V1_CSV_H
#define SPACE_V1_CSV_H

#include "bk_fault.h"
#include "bk_json_plain.h"

/**
 * Read rows as objects.
 * @param items   set to an array of objects, at most SPACE_V1_BATCH_MOST, in @a p
 * @param data    len bytes
 * @param faults  receives what is wrong with the whole, such as a column that no space has
 * @return 1; 0: a fault was added
 */
int space_v1_csv_read(const bk_json_t **items, const char *data, apr_size_t len,
                      bk_faults_t *faults, apr_pool_t *p);

#endif
