#include "product_store.h"

enum { PUT, FIND, STATEMENTS };

#define COLUMNS "id, sku, manufacturer, category_id, weight, some_other_id"
#define COLUMN_COUNT 6

static const char *const sqlite3_migrations[] = {
    /* 1 */
    "CREATE TABLE products ("
    "  id INTEGER PRIMARY KEY,"
    "  sku TEXT NOT NULL,"
    "  manufacturer TEXT NOT NULL,"
    "  category_id INTEGER NOT NULL,"
    "  weight INTEGER NOT NULL,"
    "  some_other_id INTEGER NOT NULL)",
    NULL};

static const char *const pgsql_migrations[] = {
    /* 1 */
    "CREATE TABLE products ("
    "  id BIGINT PRIMARY KEY,"
    "  sku TEXT NOT NULL,"
    "  manufacturer TEXT NOT NULL,"
    "  category_id BIGINT NOT NULL,"
    "  weight BIGINT NOT NULL,"
    "  some_other_id BIGINT NOT NULL)",
    NULL};

static const char *const statements[STATEMENTS] = {
    [PUT] = "INSERT INTO products (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (id) DO UPDATE SET sku = excluded.sku,"
            " manufacturer = excluded.manufacturer, category_id = excluded.category_id,"
            " weight = excluded.weight, some_other_id = excluded.some_other_id",
    [FIND] = "SELECT " COLUMNS " FROM products WHERE id = $1",
};

static const bk_db_dialect_t dialects[] = {
    {"sqlite3", sqlite3_migrations, NULL}, {"pgsql", pgsql_migrations, NULL}, {NULL}};

static const bk_db_table_t tables[] = {{"products", COLUMNS, COLUMN_COUNT}, {NULL}};

const bk_db_schema_t product_store_dbd_schema = {"product", STATEMENTS, statements, dialects,
                                                 tables};

static apr_status_t put(void *handle, const product_t *product)
{
    const bk_db_value_t args[] = {
        bk_db_int(product->id),
        bk_db_text(product->sku),
        bk_db_text(product->manufacturer),
        bk_db_int(product->category_id),
        bk_db_int(product->weight),
        bk_db_int(product->some_other_id),
    };

    return bk_db_write(handle, PUT, args, COLUMN_COUNT, NULL);
}

static apr_status_t find(void *handle, apr_int64_t id, product_t *product, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(id)};
    bk_db_value_t row[COLUMN_COUNT];
    apr_status_t rv = bk_db_read(handle, FIND, args, 1, row, COLUMN_COUNT, p);

    if (rv == APR_SUCCESS) {
        product->id = row[0].number;
        product->sku = row[1].text;
        product->manufacturer = row[2].text;
        product->category_id = row[3].number;
        product->weight = row[4].number;
        product->some_other_id = row[5].number;
    }
    return rv;
}

const product_store_verbs_t product_store_dbd = {.put = put, .find = find};
