#include "booking_store.h"

#include "bk_db_fields.h"

enum { INSERT, FIND, FIND_DATE, REMOVE, STATEMENTS };

static const bk_db_sql_t steps[] = {
    /* 1: a range of integers, because PostgreSQL's timestamps have no nanoseconds. The extension
     * btree_gist, which comes with PostgreSQL and which the owner of a database may create, allows
     * the space and the range in one index. */
    {.both = "CREATE TABLE bookings ("
             "  id {key},"
             "  space_id TEXT NOT NULL,"
             "  user_id {int} NOT NULL,"
             "  date TEXT NOT NULL,"
             "  occupants {int} NOT NULL,"
             "  start_ns {int} NOT NULL,"
             "  end_ns {int} NOT NULL,"
             "  CHECK (start_ns < end_ns));"
             "CREATE INDEX bookings_by_date ON bookings (date)",
     .sqlite3 = "CREATE INDEX bookings_by_space ON bookings (space_id, end_ns, start_ns)",
     .pgsql = "CREATE EXTENSION IF NOT EXISTS btree_gist;"
              "ALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING gist"
              "  (space_id WITH =, int8range(start_ns, end_ns) WITH &&)"},
    {NULL}};

/* The statement INSERT also checks for an overlap.
 *
 * In SQLite the statement holds the write lock while it reads and writes. Bookings of a space never
 * overlap, so they have the same order by end as by start. Of those that end after the new one's
 * start, the first by end also starts first: if it does not overlap, none does. This takes one
 * search of the index, however many bookings there are.
 *
 * In PostgreSQL the exclusion constraint refuses an overlap. With ON CONFLICT DO NOTHING, the
 * second of two simultaneous inserts waits for the first and then inserts nothing. Without it each
 * could wait for the other, until PostgreSQL detects the deadlock.
 */
static const bk_db_sql_t statements[STATEMENTS] = {
    [INSERT] = {.sqlite3 = "INSERT INTO bookings ({bookings}) SELECT {bookings values}"
                           " WHERE NOT EXISTS (SELECT 1 FROM (SELECT start_ns FROM bookings"
                           " WHERE space_id = {bookings.space_id} AND end_ns > {bookings.start_ns}"
                           " ORDER BY end_ns LIMIT 1) WHERE start_ns < {bookings.end_ns})",
                .pgsql = "INSERT INTO bookings ({bookings}) VALUES ({bookings values})"
                         " ON CONFLICT ON CONSTRAINT bookings_overlap DO NOTHING"},
    [FIND] = {"SELECT {bookings} FROM bookings WHERE id = $1 AND date = $2"},
    [FIND_DATE] = {"SELECT 1 FROM bookings WHERE date = $1 LIMIT 1"},
    [REMOVE] = {"DELETE FROM bookings WHERE id = $1 AND date = $2"},
};

static const bk_db_table_t tables[] = {{"bookings", &booking_fields}, {NULL}};

const bk_db_schema_t booking_store_dbd_schema = {"booking", STATEMENTS, statements, steps, tables};

static apr_status_t insert(void *handle, const booking_t *booking, int *conflict)
{
    apr_int64_t added = 0;
    apr_status_t rv = bk_db_fields_write(handle, INSERT, &booking_fields, booking, &added);

    *conflict = rv == APR_SUCCESS && added == 0;
    return rv;
}

static apr_status_t find(void *handle, const char *date, apr_int64_t id, booking_t *booking,
                         apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_int(id), bk_db_text(date)};

    return bk_db_fields_find(handle, FIND, args, 2, &booking_fields, booking, p);
}

static apr_status_t find_date(void *handle, const char *date, apr_pool_t *p)
{
    const bk_db_value_t args[] = {bk_db_text(date)};
    bk_db_value_t one;

    return bk_db_find(handle, FIND_DATE, args, 1, &one, 1, p);
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
