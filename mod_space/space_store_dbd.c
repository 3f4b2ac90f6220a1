#include "space_store.h"

enum { INSERT, FIND, STATEMENTS };

#define COLUMNS "id, room_code, building_code, capacity, open_time, close_time"
#define COLUMN_COUNT 6

static const char *const sqlite3_migrations[] = {
    /* 1 */
    "CREATE TABLE spaces ("
    "  id TEXT PRIMARY KEY,"
    "  room_code INTEGER NOT NULL,"
    "  building_code TEXT NOT NULL,"
    "  capacity INTEGER," /* NULL: not stated */
    "  open_time TEXT,"   /* RFC 3339 */
    "  close_time TEXT) WITHOUT ROWID",
    NULL};

static const char *const pgsql_migrations[] = {
    /* 1 */
    "CREATE TABLE spaces ("
    "  id TEXT PRIMARY KEY,"
    "  room_code BIGINT NOT NULL,"
    "  building_code TEXT NOT NULL,"
    "  capacity BIGINT," /* NULL: not stated */
    "  open_time TEXT,"  /* RFC 3339 */
    "  close_time TEXT)",
    NULL};

static const char *const statements[STATEMENTS] = {
    [INSERT] = "INSERT INTO spaces (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6)",
    [FIND] = "SELECT " COLUMNS " FROM spaces WHERE id = $1",
};

static const bk_db_dialect_t dialects[] = {
    {"sqlite3", sqlite3_migrations, NULL}, {"pgsql", pgsql_migrations, NULL}, {NULL}};

static const bk_db_table_t tables[] = {{"spaces", COLUMNS, COLUMN_COUNT}, {NULL}};

const bk_db_schema_t space_store_dbd_schema = {"space", STATEMENTS, statements, dialects, tables};

static apr_status_t insert(void *handle, const space_t *space)
{
    const bk_db_value_t args[] = {
        bk_db_text(space->id),
        bk_db_int(space->room_code),
        bk_db_text(space->building_code),
        space->capacity == SPACE_NO_CAPACITY ? bk_db_text(NULL) : bk_db_int(space->capacity),
        bk_db_text(space->open_time),
        bk_db_text(space->close_time),
    };

    return bk_db_write(handle, INSERT, args, COLUMN_COUNT, NULL);
}

static apr_status_t find(void *handle, const char *id, space_t *space, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(id)};
    bk_db_value_t row[COLUMN_COUNT];
    apr_status_t rv = bk_db_read(handle, FIND, args, 1, row, COLUMN_COUNT, p);

    if (rv == APR_SUCCESS) {
        space->id = row[0].text;
        space->room_code = row[1].number;
        space->building_code = row[2].text;
        space->capacity = row[3].type == BK_DB_NULL ? SPACE_NO_CAPACITY : row[3].number;
        space->open_time = row[4].text;
        space->close_time = row[5].text;
    }
    return rv;
}

const space_store_verbs_t space_store_dbd = {.insert = insert, .find = find};
