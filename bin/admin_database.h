/* admin_database: a connection to the database that the command line names. */
#ifndef ADMIN_DATABASE_H
#define ADMIN_DATABASE_H

#include <apr_dbd.h>
#include <apr_pools.h>

#include "bk_db.h"

typedef struct admin_database_t {
    const char *name; /* of the driver */
    void *native;     /* the connection, as bk_db_attach_native() takes it */
    const apr_dbd_driver_t
        *driver; /* for SQLite; NULL for PostgreSQL, which does not use apr_dbd */
    apr_dbd_t *handle;
    apr_pool_t *pool; /* for statements, which have to end before the connection: SQLite then leaves
                         a single file */
} admin_database_t;

/**
 * Connect to a database. For an SQLite file root changes to the owner of its folder.
 * @param database  to be closed by admin_database_close()
 * @return EXIT_SUCCESS, or EXIT_FAILURE after an error message
 */
int admin_database_open(admin_database_t *database, const char *driver, const char *params,
                        apr_pool_t *p);

/**
 * Check that the file of an SQLite database exists, because SQLite would create it. A database of a
 * server is checked when it is opened.
 * @return EXIT_SUCCESS, or EXIT_FAILURE after an error message
 */
int admin_database_is_there(const char *driver, const char *params);

/**
 * Check that the database has tables of a store: for commands that change or show data, and must
 * not create anything in a database that the command line names by mistake.
 * @return EXIT_SUCCESS, or EXIT_FAILURE after an error message
 */
int admin_database_exists(const char *driver, const char *params, const bk_db_schema_t *schema,
                          apr_pool_t *p);

void admin_database_close(admin_database_t *database);

/**
 * Set up a connection for a store, and migrate its tables.
 * @param read_only  change nothing in the database
 * @return as bk_db_attach(); no message is printed
 */
apr_status_t admin_database_attach(bk_db_t **db, admin_database_t *database,
                                   const bk_db_schema_t *schema, int read_only);

/** Print why admin_database_attach() failed. @return EXIT_FAILURE */
int admin_database_fail(const char *what, apr_status_t rv, const bk_db_t *db);

/** Print why a store failed. @return EXIT_SUCCESS if it did not, or EXIT_FAILURE */
int admin_database_report(bk_db_t *db, apr_status_t rv);

#endif
