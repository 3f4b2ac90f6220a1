/* bk_db_migration: creates and migrates a store's tables.
 *
 * Table bookable_schema has the version of each component's tables: how many of its steps were run.
 * Missing steps run in one transaction that excludes other migrations. Only bk_db.c calls these
 * functions; the errors are those of bk_db_attach_native().
 */
#ifndef BK_DB_MIGRATION_H
#define BK_DB_MIGRATION_H

#include "bk_db.h"

/** Tell whether there are missing steps. @param p  for temporary memory */
apr_status_t bk_db_migration_look(bk_db_t *db, int *is_needed, apr_pool_t *p);

/** Run the missing steps, inside a transaction that the driver was told of (migrate). */
apr_status_t bk_db_migration_run(bk_db_t *db, apr_pool_t *p);

/** Check that the tables exist and are of this version. */
apr_status_t bk_db_migration_check(bk_db_t *db, apr_pool_t *p);

#endif
