/* bk_db_copy: copies all rows of some stores' tables from one database into another, of any kind.
 *
 * Rows are read in the order of their keys, a page at a time, so that no table has to fit into
 * memory. They are written one by one, so that the database checks each row as usual, and read back
 * and compared, by digest, before the target commits. The copy is one transaction in the target:
 * after a failure the target is unchanged.
 *
 *     const bk_db_schema_t *schema = bk_db_copy_schema(stores, p);
 *     bk_db_attach(&from, ..., schema, read_only, p);     the stores' tables exist
 *     bk_db_attach(&to, ..., schema, options, p);
 *     rv = bk_db_copy(from, to, schema->tables, rows, &problem, p);
 */
#ifndef BK_DB_COPY_H
#define BK_DB_COPY_H

#include "bk_db.h"

/**
 * Make the schema with which all tables of some stores are read and written.
 * @param stores  ending in NULL
 * @param p       of the result
 */
const bk_db_schema_t *bk_db_copy_schema(const bk_db_schema_t *const *stores, apr_pool_t *p);

/**
 * Copy.
 * @param from     attached with a schema of bk_db_copy_schema(); one snapshot is copied
 * @param to       attached with the same schema; its tables must be empty
 * @param tables   of the schema
 * @param rows     set to the number of copied rows per table
 * @param problem  set if the result is not APR_SUCCESS: what is wrong, and with which table and
 *                 row; in @a p
 * @return APR_EEXIST if a table of the target has rows already; APR_EMISMATCH if the rows that were
 *         read back differ from those that were written; else as in bk_db.h. Nothing was changed
 *         then, unless the connection was lost in the commit itself, which @a problem says
 */
apr_status_t bk_db_copy(bk_db_t *from, bk_db_t *to, const bk_db_table_t *tables, apr_int64_t *rows,
                        const char **problem, apr_pool_t *p);

#endif
