/* bk_db_copy: all rows of some stores' tables, from one database into another, of whatever kinds.
 *
 * Rows are read in the order of their keys, a page at a time, so that no table has to fit into
 * memory; written one by one, so that the database checks each as it would a client's; and read
 * back and compared, by digest, before the target commits. It is one transaction there: after a
 * failure the target is as it was.
 *
 *     const bk_db_schema_t *schema = bk_db_copy_schema(stores, p);
 *     bk_db_attach(&from, ..., schema, read_only, p);     the stores' tables are there already
 *     bk_db_attach(&to, ..., schema, options, p);
 *     rv = bk_db_copy(from, to, schema->tables, rows, &problem, p);
 */
#ifndef BK_DB_COPY_H
#define BK_DB_COPY_H

#include "bk_db.h"

/**
 * Make the schema by which all tables of some stores are read and written.
 * @param stores  ending in NULL
 * @param p       it lives here
 */
const bk_db_schema_t *bk_db_copy_schema(const bk_db_schema_t *const *stores, apr_pool_t *p);

/**
 * Copy.
 * @param from     attached with a schema of bk_db_copy_schema(); the state of one moment is copied
 * @param to       attached with the same; its tables have to be empty
 * @param tables   the schema's
 * @param rows     gets how many rows were copied of each of them
 * @param problem  set where the result is not APR_SUCCESS: what is wrong, and with which table and
 *                 row; lives in @a p
 * @return APR_EEXIST if a table of the target has rows already; APR_EMISMATCH if what was read back
 * is not what was written; else as in bk_db.h. In all of these nothing was changed, but where the
 * connection was lost in the commit itself: @a problem says so
 */
apr_status_t bk_db_copy(bk_db_t *from, bk_db_t *to, const bk_db_table_t *tables, apr_int64_t *rows,
                        const char **problem, apr_pool_t *p);

#endif
