/* admin_database: a connection to the database that the command line names. */
#ifndef ADMIN_DATABASE_H
#define ADMIN_DATABASE_H

#include <apr_dbd.h>
#include <apr_pools.h>

#include "bk_db.h"

typedef struct admin_database_t {
    const char *name;               /* of the driver */
    void *native;                   /* the connection, as bk_db_attach_native() takes it */
    const apr_dbd_driver_t *driver; /* of SQLite; NULL: PostgreSQL, which has no use for it */
    apr_dbd_t *handle;
    apr_pool_t *pool; /* statements live here: they end before their connection, and that in order:
                         SQLite then leaves one clean file */
} admin_database_t;

/**
 * Connect. Root goes on as the owner of the folder of an SQLite file.
 * @param database  closed by admin_database_close()
 * @return EXIT_SUCCESS, or EXIT_FAILURE when what is wrong has been said
 */
int admin_database_open(admin_database_t *database, const char *driver, const char *params,
                        apr_pool_t *p);

/**
 * Whether the file of an SQLite database is there, which SQLite would make; one of a server is
 * found when it is opened.
 * @return EXIT_SUCCESS, or EXIT_FAILURE when it has been said that it is not
 */
int admin_database_is_there(const char *driver, const char *params);

/**
 * Whether there is a database with tables of this store: for what is to change or show what is
 * there, and to make nothing where the command line names another one by mistake.
 * @return EXIT_SUCCESS, or EXIT_FAILURE when it has been said that there is none
 */
int admin_database_exists(const char *driver, const char *params, const bk_db_schema_t *schema,
                          apr_pool_t *p);

void admin_database_close(admin_database_t *database);

/**
 * Make it ready for a store.
 * @param read_only  nothing in it is changed
 * @return as bk_db_attach(); nothing has been said
 */
apr_status_t admin_database_attach(bk_db_t **db, admin_database_t *database,
                                   const bk_db_schema_t *schema, int read_only);

/** Say why it could not be made ready. @return EXIT_FAILURE */
int admin_database_fail(const char *what, apr_status_t rv, const bk_db_t *db);

#endif
