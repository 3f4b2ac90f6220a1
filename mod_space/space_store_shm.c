#include "space_store.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_map.h"
#include "bk_record_fields.h"

/* The whole memory is one map, from id to space. */
static apr_status_t attach(void **handle, bk_memory_t memory, apr_interval_time_t wait,
                           apr_pool_t *p)
{
    bk_map_t *map = apr_palloc(p, sizeof(*map));

    *handle = map;
    return bk_map_attach(map, memory, wait);
}

static apr_uint64_t fingerprint(void)
{
    const apr_uint64_t record = bk_fields_fingerprint(&space_fields);

    return bk_layout_mix(bk_map_fingerprint(), &record, sizeof(record));
}

const bk_memory_schema_t space_store_shm_schema = {"space", fingerprint, attach};

static apr_status_t insert(void *handle, const space_t *space)
{
    const bk_map_bytes_t id = {space->id, strlen(space->id)};
    bk_record_t record;

    bk_record_begin(&record);
    bk_record_fields_add(&record, &space_fields, space);
    return record.is_too_long
               ? APR_ENOSPC
               : bk_map_insert(handle, id, (bk_map_bytes_t){record.bytes, record.len});
}

static apr_status_t find(void *handle, const char *id, space_t *space, apr_pool_t *p)
{
    bk_map_value_t found;
    bk_record_reader_t reader;
    apr_status_t rv = bk_map_find(handle, (bk_map_bytes_t){id, strlen(id)}, &found);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    bk_record_read(&reader, found.value.bytes, found.value.len, p);
    *space = (space_t){.id = apr_pstrdup(p, id)};
    bk_record_fields_read(&reader, &space_fields, space);
    return reader.is_bad ? APR_EGENERAL : APR_SUCCESS;
}

const space_store_verbs_t space_store_shm = {.insert = insert, .find = find};
