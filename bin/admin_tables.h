/* admin_tables: the tables of all services. */
#ifndef ADMIN_TABLES_H
#define ADMIN_TABLES_H

#include "admin_database.h"

/** What each service asks of databases, ending in NULL. */
extern const bk_db_schema_t *const admin_tables_stores[];
#define ADMIN_TABLES_STORES 4

/**
 * Make the tables of some stores, or bring them up to date, as httpd does when it starts.
 * @param stores  ending in NULL
 * @param what    to say first if it fails
 * @return EXIT_SUCCESS, or EXIT_FAILURE when what is wrong has been said
 */
int admin_tables_make(admin_database_t *database, const bk_db_schema_t *const *stores,
                      const char *what);

#endif
