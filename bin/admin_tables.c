#include "admin_tables.h"

#include <stdlib.h>

#include "booking_store.h"
#include "product_store.h"
#include "space_store.h"
#include "user_store.h"

const bk_db_schema_t *const admin_tables_stores[ADMIN_TABLES_STORES + 1] = {
    &user_store_dbd_schema, &space_store_dbd_schema, &booking_store_dbd_schema,
    &product_store_dbd_schema, NULL};

int admin_tables_make(admin_database_t *database, const bk_db_schema_t *const *stores,
                      const char *what)
{
    int i;

    for (i = 0; stores[i]; i++) {
        bk_db_t *db = NULL;
        apr_status_t rv = admin_database_attach(&db, database, stores[i], 0);

        if (rv != APR_SUCCESS) {
            return admin_database_fail(what, rv, db);
        }
    }
    return EXIT_SUCCESS;
}
