#include "product_store.h"

#include "bk_db_fields.h"

enum { PUT, FIND, STATEMENTS };

static const bk_db_sql_t steps[] = {
    /* 1 */
    {"CREATE TABLE products ("
     "  id {key},"
     "  sku TEXT NOT NULL,"
     "  manufacturer TEXT NOT NULL,"
     "  category_id {int} NOT NULL,"
     "  weight {int} NOT NULL,"
     "  some_other_id {int} NOT NULL)"},
    {NULL}};

static const bk_db_sql_t statements[STATEMENTS] = {
    [PUT] = {"INSERT INTO products ({products}) VALUES ({products values})"
             " ON CONFLICT (id) DO UPDATE SET {products excluded}"},
    [FIND] = {"SELECT {products} FROM products WHERE id = $1"},
};

static const bk_db_table_t tables[] = {{"products", &product_fields}, {NULL}};

const bk_db_schema_t product_store_dbd_schema = {"product", STATEMENTS, statements, steps, tables};

static apr_status_t put(void *handle, const product_t *product)
{
    return bk_db_fields_write(handle, PUT, &product_fields, product, NULL);
}

static apr_status_t find(void *handle, apr_int64_t id, product_t *product, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(id)};

    return bk_db_fields_find(handle, FIND, args, 1, &product_fields, product, p);
}

const product_store_verbs_t product_store_dbd = {.put = put, .find = find};
