#include "product_store.h"

#include "bk_map.h"
#include "bk_record_fields.h"

/* The whole memory is one map, from id to product. */
static apr_status_t attach(void **handle, bk_memory_t memory, apr_interval_time_t wait,
                           apr_pool_t *p)
{
    bk_map_t *map = apr_palloc(p, sizeof(*map));

    *handle = map;
    return bk_map_attach(map, memory, wait);
}

static apr_uint64_t fingerprint(void)
{
    const apr_uint64_t record = bk_fields_fingerprint(&product_fields);

    return bk_layout_mix(bk_map_fingerprint(), &record, sizeof(record));
}

const bk_memory_schema_t product_store_shm_schema = {"product", fingerprint, attach};

static apr_status_t put(void *handle, const product_t *product)
{
    bk_record_t record;

    bk_record_begin(&record);
    bk_record_fields_add(&record, &product_fields, product);
    return record.is_too_long ? APR_ENOSPC
                              : bk_map_put(handle, bk_map_int(&product->id),
                                           (bk_map_bytes_t){record.bytes, record.len});
}

static apr_status_t find(void *handle, apr_int64_t id, product_t *product, apr_pool_t *p)
{
    bk_map_value_t found;
    bk_record_reader_t reader;
    apr_status_t rv = bk_map_find(handle, bk_map_int(&id), &found);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    bk_record_read(&reader, found.value.bytes, found.value.len, p);
    product->id = id;
    bk_record_fields_read(&reader, &product_fields, product);
    return reader.is_bad ? APR_EGENERAL : APR_SUCCESS;
}

const product_store_verbs_t product_store_shm = {.put = put, .find = find};
