/* bk_db_fill: fills columns of a table whose values SQL cannot compute, while the table is
 * migrated.
 *
 * For bk_db_sql_t.run, which calls it inside the migration's transaction. Rows are read and written
 * in pages, so a table of any size needs little memory and few statements.
 */
#ifndef BK_DB_FILL_H
#define BK_DB_FILL_H

#include "bk_db.h"

/** What to fill, and from what. Constant. */
typedef struct bk_db_fill_t {
    const char *table;
    const char *key;         /* the column of its primary key */
    int is_text;             /* whether the key is a text; else it is a number */
    const char *const *from; /* columns to read, ending in NULL */
    const char *const *to;   /* columns to write, of one type, ending in NULL */

    /**
     * Compute the new values of a row.
     * @param row     the key, and then the columns that were read; valid during the call
     * @param values  of the columns to write; NULL, which is SQL's NULL, until set; in @a p
     * @return APR_SUCCESS; APR_NOTFOUND: the row stays as it is; any other ends the migration
     */
    apr_status_t (*compute)(const bk_db_value_t *row, const char **values, apr_pool_t *p);
    int is_number; /* whether the columns to write are of type {int}, from texts of numbers */
} bk_db_fill_t;

/** Columns to read, and columns to write, at the most. */
#define BK_DB_FILL_COLUMNS 16

/**
 * Fill the columns of all rows.
 * @param p  for temporary memory
 * @return APR_SUCCESS; what @a fill->compute returned; else as in bk_db.h
 */
apr_status_t bk_db_fill(bk_db_t *db, const bk_db_fill_t *fill, apr_pool_t *p);

#endif
