#include "space_store.h"

#include <string.h>

#include <apr_strings.h>

#include "bk_map.h"
#include "bk_record.h"

/* All of the memory is one map: id to space. */
static apr_status_t attach(void **handle, bk_memory_t memory, apr_interval_time_t wait,
                           apr_pool_t *p)
{
    bk_map_t *map = apr_palloc(p, sizeof(*map));

    *handle = map;
    return bk_map_attach(map, memory, wait);
}

static void write_space(bk_record_t *record, const space_t *space)
{
    bk_record_begin(record);
    bk_record_add_int(record, space->room_code);
    bk_record_add_int(record, space->capacity);
    bk_record_add_text(record, space->building_code);
    bk_record_add_text(record, space->open_time);
    bk_record_add_text(record, space->close_time);
}

/* A space of which each member has a value of its own shows how a record is written. */
static apr_uint64_t fingerprint(void)
{
    static const space_t sample = {"1", 2, "3", 4, "5", "6"};
    bk_record_t record;

    write_space(&record, &sample);
    return bk_layout_mix(bk_map_fingerprint(), record.bytes, record.len);
}

const bk_memory_schema_t space_store_shm_schema = {"space", fingerprint, attach};

static apr_status_t insert(void *handle, const space_t *space)
{
    const bk_map_bytes_t id = {space->id, strlen(space->id)};
    bk_record_t record;

    write_space(&record, space);
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
    space->id = apr_pstrdup(p, id);
    space->room_code = bk_record_int(&reader);
    space->capacity = bk_record_int(&reader);
    space->building_code = bk_record_text(&reader);
    space->open_time = bk_record_text(&reader);
    space->close_time = bk_record_text(&reader);
    return reader.is_bad ? APR_EGENERAL : APR_SUCCESS;
}

const space_store_verbs_t space_store_shm = {.insert = insert, .find = find};
