#include "booking_store.h"

enum { INSERT, FIND, FIND_DATE, REMOVE, STATEMENTS };

#define COLUMNS "id, space_id, user_id, date, occupants, start_ns, end_ns"
#define COLUMN_COUNT 7

static const char *const sqlite3_migrations[] = {
    /* 1 */
    "CREATE TABLE bookings ("
    "  id INTEGER PRIMARY KEY,"
    "  space_id TEXT NOT NULL,"
    "  user_id INTEGER NOT NULL,"
    "  date TEXT NOT NULL,"
    "  occupants INTEGER NOT NULL,"
    "  start_ns INTEGER NOT NULL,"
    "  end_ns INTEGER NOT NULL,"
    "  CHECK (start_ns < end_ns));"
    "CREATE INDEX bookings_by_space ON bookings (space_id, end_ns, start_ns);"
    "CREATE INDEX bookings_by_date ON bookings (date)",
    NULL};

/* One statement, which holds SQLite's write lock from before it looks until after it wrote.
 * Bookings of a space never overlap, so in order of their ends they are in order of their starts
 * too: of those that end after our start, the first also starts first, and if it does not overlap,
 * none does. One step into the index, however many bookings there are. */
static const char *const sqlite3_statements[STATEMENTS] = {
    [INSERT] = "INSERT INTO bookings (" COLUMNS ")"
               " SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS ("
               "SELECT 1 FROM (SELECT start_ns FROM bookings WHERE space_id = $2 AND end_ns > $6"
               " ORDER BY end_ns LIMIT 1) WHERE start_ns < $7)",
};

/* A range of integers and not of PostgreSQL's times, which know no nanoseconds. btree_gist, which
 * comes with PostgreSQL and which the owner of a database may add to it, lets the index hold the
 * space beside the range. */
static const char *const pgsql_migrations[] = {
    /* 1 */
    "CREATE EXTENSION IF NOT EXISTS btree_gist;"
    "CREATE TABLE bookings ("
    "  id BIGINT PRIMARY KEY,"
    "  space_id TEXT NOT NULL,"
    "  user_id BIGINT NOT NULL,"
    "  date TEXT NOT NULL,"
    "  occupants BIGINT NOT NULL,"
    "  start_ns BIGINT NOT NULL,"
    "  end_ns BIGINT NOT NULL,"
    "  CHECK (start_ns < end_ns),"
    "  CONSTRAINT bookings_overlap EXCLUDE USING gist"
    "    (space_id WITH =, int8range(start_ns, end_ns) WITH &&));"
    "CREATE INDEX bookings_by_date ON bookings (date)",
    NULL};

/* The constraint decides. DO NOTHING lets the second of two at once wait for the first and then
 * give way; without it each would wait for the other, until PostgreSQL calls it a deadlock. */
static const char *const pgsql_statements[STATEMENTS] = {
    [INSERT] = "INSERT INTO bookings (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7)"
               " ON CONFLICT ON CONSTRAINT bookings_overlap DO NOTHING",
};

static const char *const statements[STATEMENTS] = {
    [FIND] = "SELECT " COLUMNS " FROM bookings WHERE id = $1 AND date = $2",
    [FIND_DATE] = "SELECT 1 FROM bookings WHERE date = $1 LIMIT 1",
    [REMOVE] = "DELETE FROM bookings WHERE id = $1 AND date = $2",
};

static const bk_db_dialect_t dialects[] = {{"sqlite3", sqlite3_migrations, sqlite3_statements},
                                           {"pgsql", pgsql_migrations, pgsql_statements},
                                           {NULL}};

static const bk_db_table_t tables[] = {{"bookings", COLUMNS, COLUMN_COUNT}, {NULL}};

const bk_db_schema_t booking_store_dbd_schema = {"booking", STATEMENTS, statements, dialects,
                                                 tables};

static apr_status_t insert(void *handle, const booking_t *booking, int *conflict)
{
    const bk_db_value_t args[] = {
        bk_db_int(booking->id),     bk_db_text(booking->space_id), bk_db_int(booking->user_id),
        bk_db_text(booking->date),  bk_db_int(booking->occupants), bk_db_int(booking->start_ns),
        bk_db_int(booking->end_ns),
    };
    apr_int64_t added = 0;
    apr_status_t rv = bk_db_write(handle, INSERT, args, COLUMN_COUNT, &added);

    *conflict = rv == APR_SUCCESS && added == 0;
    return rv;
}

static apr_status_t find(void *handle, const char *date, apr_int64_t id, booking_t *booking,
                         apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(date)};
    bk_db_value_t row[COLUMN_COUNT];
    apr_status_t rv = bk_db_read(handle, FIND, args, 2, row, COLUMN_COUNT, p);

    if (rv == APR_SUCCESS) {
        booking->id = row[0].number;
        booking->space_id = row[1].text;
        booking->user_id = row[2].number;
        booking->date = row[3].text;
        booking->occupants = row[4].number;
        booking->start_ns = row[5].number;
        booking->end_ns = row[6].number;
    }
    return rv;
}

static apr_status_t find_date(void *handle, const char *date, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(date)};
    bk_db_value_t one;

    return bk_db_read(handle, FIND_DATE, args, 1, &one, 1, p);
}

static apr_status_t remove_booking(void *handle, const char *date, apr_int64_t id)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(date)};
    apr_int64_t removed = 0;
    apr_status_t rv = bk_db_write(handle, REMOVE, args, 2, &removed);

    return rv == APR_SUCCESS && removed == 0 ? APR_NOTFOUND : rv;
}

const booking_store_verbs_t booking_store_dbd = {
    .insert = insert,
    .find = find,
    .find_date = find_date,
    .remove = remove_booking,
};
