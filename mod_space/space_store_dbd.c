#include "space_store.h"

#include "bk_db_fields.h"

enum { INSERT, FIND, STATEMENTS };

static const bk_db_sql_t steps[] = {
    /* 1 */
    {"CREATE TABLE spaces ("
     "  id TEXT PRIMARY KEY,"
     "  room_code {int} NOT NULL,"
     "  building_code TEXT NOT NULL,"
     "  capacity {int}," /* NULL: not given */
     "  open_time TEXT," /* RFC 3339 */
     "  close_time TEXT) {without rowid}"},
    {NULL}};

static const bk_db_sql_t statements[STATEMENTS] = {
    [INSERT] = {"INSERT INTO spaces ({spaces}) VALUES ({spaces values})"},
    [FIND] = {"SELECT {spaces} FROM spaces WHERE id = $1"},
};

static const bk_db_table_t tables[] = {{"spaces", &space_fields}, {NULL}};

const bk_db_schema_t space_store_dbd_schema = {"space", STATEMENTS, statements, steps, tables};

static apr_status_t insert(void *handle, const space_t *space)
{
    return bk_db_fields_write(handle, INSERT, &space_fields, space, NULL);
}

static apr_status_t find(void *handle, const char *id, space_t *space, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(id)};

    return bk_db_fields_find(handle, FIND, args, 1, &space_fields, space, p);
}

const space_store_verbs_t space_store_dbd = {.insert = insert, .find = find};
