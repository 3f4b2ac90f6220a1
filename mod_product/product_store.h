/* product_store: the interface of the stores of products.
 *
 * A store is a table of verbs. The first argument of each is the handle that the store's provider
 * acquired for the request (bk_store_t.acquire). Texts in results live in the pool that the caller
 * passes.
 */
#ifndef PRODUCT_STORE_H
#define PRODUCT_STORE_H

#include <apr_pools.h>

#include "bk_db.h"
#include "bk_memory.h"

typedef struct product_t {
    apr_int64_t id;
    const char *sku;
    const char *manufacturer;
    apr_int64_t category_id;
    apr_int64_t weight;
    apr_int64_t some_other_id;
} product_t;

/** The description of product_t, from which columns, JSON members and shared-memory records are
 * made. */
extern const bk_fields_t product_fields;

typedef struct product_store_verbs_t {
    /** Add a product, or replace the product that has its id. */
    apr_status_t (*put)(void *handle, const product_t *product);

    /** Find a product by id. @return APR_NOTFOUND if there is no such product */
    apr_status_t (*find)(void *handle, apr_int64_t id, product_t *product, apr_pool_t *p);
} product_store_verbs_t;

/** The store in a database: its handle is a bk_db_t that was opened with product_store_dbd_schema.
 */
extern const product_store_verbs_t product_store_dbd;
extern const bk_db_schema_t product_store_dbd_schema;

/** The store in shared memory: its handle is from the attach function of product_store_shm_schema.
 */
extern const product_store_verbs_t product_store_shm;
extern const bk_memory_schema_t product_store_shm_schema;

#endif
