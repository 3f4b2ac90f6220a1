#include "admin_copy.h"

#include <stdio.h>
#include <stdlib.h>

#include "admin.h"
#include "admin_tables.h"
#include "bk_db_copy.h"

/* The stores whose tables the source has, ending in NULL: only their tables are made in the target.
 */
typedef const bk_db_schema_t *present_t[ADMIN_TABLES_STORES + 1];

static int find_stores(admin_database_t *from, present_t present)
{
    int i, count = 0;

    for (i = 0; admin_tables_stores[i]; i++) {
        const bk_db_schema_t *store = admin_tables_stores[i];
        bk_db_t *db = NULL;
        apr_status_t rv = admin_database_attach(&db, from, store, 1);

        if (rv == APR_NOTFOUND) {
            printf("no tables of the %s service in the source: left out\n", store->component);
        }
        else if (rv != APR_SUCCESS) {
            return admin_database_fail("the source cannot be copied", rv, db);
        }
        else {
            present[count++] = store;
        }
    }
    present[count] = NULL;
    return count ? EXIT_SUCCESS : admin_fail("there is nothing in the source", NULL);
}

static void print_rows(const bk_db_table_t *tables, const apr_int64_t *rows)
{
    int i;

    for (i = 0; tables[i].name; i++) {
        printf("%s %" APR_INT64_T_FMT "\n", tables[i].name, rows[i]);
    }
    puts("copied, read back, and the same");
}

static int copy_rows(admin_database_t *from, admin_database_t *to, present_t present, apr_pool_t *p)
{
    const bk_db_schema_t *schema = bk_db_copy_schema(present, p);
    apr_int64_t *rows = apr_pcalloc(p, sizeof(*rows) * (apr_size_t)schema->count);
    const char *problem = NULL;
    bk_db_t *source = NULL, *target = NULL;
    apr_status_t rv = admin_database_attach(&source, from, schema, 1);

    if (rv != APR_SUCCESS) {
        return admin_database_fail("the source cannot be copied", rv, source);
    }
    rv = admin_database_attach(&target, to, schema, 0);
    if (rv != APR_SUCCESS) {
        return admin_database_fail("the target is not ready", rv, target);
    }
    if (bk_db_copy(source, target, schema->tables, rows, &problem, p) != APR_SUCCESS) {
        return admin_fail("nothing was copied", problem);
    }
    print_rows(schema->tables, rows);
    return EXIT_SUCCESS;
}

static int copy_from(admin_database_t *from, const admin_settings_t *settings, apr_pool_t *p)
{
    admin_database_t to;
    present_t present;
    int result;

    if (find_stores(from, present) != EXIT_SUCCESS ||
        admin_database_open(&to, settings->to_driver, settings->to_params, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    result = admin_tables_make(&to, present, "the target is not ready");
    if (result == EXIT_SUCCESS) {
        result = copy_rows(from, &to, present, p);
    }
    admin_database_close(&to);
    return result;
}

int admin_copy(const admin_settings_t *settings, apr_pool_t *p)
{
    admin_database_t from;
    int result;

    if (!settings->to_params) {
        return admin_fail("--to-params is required: the database to copy into", NULL);
    }
    if (admin_database_is_there(settings->driver, settings->params) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (admin_database_open(&from, settings->driver, settings->params, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    result = copy_from(&from, settings, p);
    admin_database_close(&from);
    return result;
}
