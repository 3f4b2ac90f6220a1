/* bk_db_migration: a store's tables, made and brought up to date.
 *
 * Table bookable_schema has the version of each component's tables: how many of its steps were run.
 * Those that are missing run in one transaction, alone among all who would change the schema. Only
 * bk_db.c calls; the errors are those of bk_db_attach_native().
 */
#ifndef BK_DB_MIGRATION_H
#define BK_DB_MIGRATION_H

#include "bk_db.h"

/** Look whether the tables of the connection's store lack steps. @param p  for what it takes */
apr_status_t bk_db_migration_look(bk_db_t *db, int *is_needed, apr_pool_t *p);

/** Run the steps that are missing, inside a transaction that the driver began for migrations. */
apr_status_t bk_db_migration_run(bk_db_t *db, apr_pool_t *p);

/** Make sure that the tables are there already, and of this version. */
apr_status_t bk_db_migration_check(bk_db_t *db, apr_pool_t *p);

#endif
