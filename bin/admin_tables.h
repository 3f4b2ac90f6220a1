/* admin_tables: the tables of all services. */
#ifndef ADMIN_TABLES_H
#define ADMIN_TABLES_H

#include "admin_database.h"

/** The database schemas of all services, ending in NULL. */
extern const bk_db_schema_t *const admin_tables_stores[];
#define ADMIN_TABLES_STORES 4

/**
 * Create or migrate the tables of some stores, as httpd does when it starts.
 * @param stores  ending in NULL
 * @param what    beginning of the message if it fails
 * @return EXIT_SUCCESS, or EXIT_FAILURE after an error message
 */
int admin_tables_make(admin_database_t *database, const bk_db_schema_t *const *stores,
                      const char *what);

#endif
