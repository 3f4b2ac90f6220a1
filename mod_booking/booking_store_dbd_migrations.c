/* The migrations of the tables of bookings in a database. */
#include "booking_store_dbd_private.h"
#include "booking_store_dbd_sql.h"

/* The log: triggers write it, so it has what API v1 changes, what the base API changes, and what
 * anybody's SQL changes. Whoever changes a row by hand may forget to say when: then the database's
 * clock counts. */
#define EVENT_COLUMNS                                                                     \
    "INSERT INTO booking_events (at_ns, booking_id, version, kind, via, actor, space_id," \
    " start_ns, end_ns, state, user_id, reason, overridden, old_space_id, old_start_ns,"  \
    " old_end_ns, old_state, old_user_id) VALUES ("
#define EVENT_AFTER                                                                       \
    ", NEW.id, NEW.version, NEW.kind, NEW.via,"                                           \
    " COALESCE(NEW.changed_by, NEW.created_by, NEW.user_id), NEW.space_id, NEW.start_ns," \
    " NEW.end_ns, NEW.state, NEW.user_id, NEW.reason, NEW.overridden, "
#define LOG_ADDED EVENT_COLUMNS "NEW.created_ns" EVENT_AFTER "NULL, NULL, NULL, NULL, NULL);"
#define LOG_CHANGED(clock)                                                                    \
    EVENT_COLUMNS                                                                             \
    "CASE WHEN NEW.changed_ns <> COALESCE(OLD.changed_ns, 0) THEN NEW.changed_ns ELSE " clock \
    " END" EVENT_AFTER "OLD.space_id, OLD.start_ns, OLD.end_ns, OLD.state, OLD.user_id);"

/* Nanoseconds since the epoch, by the database. */
#define CLOCK_SQLITE "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000000"
#define CLOCK_PGSQL "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) * 1000"

/* A booking's own log begins with the row that made it, which the row of the booking tells: so the
 * index is of changes only, and making a booking does not pay for it. */
#define EVENTS                                                                                 \
    "  at_ns {int} NOT NULL, booking_id {int} NOT NULL, version {int} NOT NULL,"               \
    "  kind {int} NOT NULL, via {int} NOT NULL, actor {int} NOT NULL, space_id TEXT NOT NULL," \
    "  start_ns {int} NOT NULL, end_ns {int} NOT NULL, state {int} NOT NULL,"                  \
    "  user_id {int} NOT NULL, reason TEXT, overridden TEXT, old_space_id TEXT,"               \
    "  old_start_ns {int}, old_end_ns {int}, old_state {int}, old_user_id {int});"             \
    "CREATE INDEX booking_events_by_booking ON booking_events (booking_id, seq) WHERE version > 1"

/* PostgreSQL books under limits in one statement. Each statement of the function sees what was
 * committed before it began: so what is counted is counted after the lock was got, whenever the
 * statement began that calls the function. */
/* clang-format off */
#define ALLOWED_FUNCTION_OLD                                                                      \
    "CREATE OR REPLACE FUNCTION bookings_allowed(person BIGINT, limits TEXT) RETURNS BOOLEAN" \
    " LANGUAGE plpgsql VOLATILE AS $$ DECLARE allowed BOOLEAN; BEGIN"                         \
    " PERFORM " LOCK_PERSON("person") ";"                                                     \
    " IF (SELECT count(*) FROM (SELECT 1 FROM bookings WHERE user_id = person"                \
    " ORDER BY start_ns LIMIT 200) AS some_rows)"                                             \
    " < LEAST(CAST(CAST(limits AS json) ->> 'least' AS BIGINT), 200) THEN"                    \
    "  RETURN TRUE;"                                                                          \
    " END IF;"                                                                                \
    " SELECT " ALLOWED(LIMITS_PGSQL("limits"), BOOKED_PGSQL("person", "0")) " INTO allowed;"  \
    " RETURN allowed; END $$"
/* The lock is got by an expression, for which no executor is started as for a statement. */
#define ALLOWED_FUNCTION(create, few)                                                             \
    create " FUNCTION bookings_allowed(person BIGINT, limits TEXT, fewest BIGINT, edge BIGINT,"   \
    " since BIGINT) RETURNS BOOLEAN LANGUAGE plpgsql VOLATILE AS $$ DECLARE allowed BOOLEAN;"     \
    " BEGIN IF " LOCK_PERSON("person") " IS NULL THEN RETURN FALSE; END IF;"                      \
    " IF " few("person", "fewest", "edge", "since") " THEN RETURN TRUE; END IF;"                  \
    " SELECT " ALLOWED(LIMITS_PGSQL("limits"), BOOKED_PGSQL("person", "0")) " INTO allowed;"      \
    " RETURN allowed; END $$"
/* clang-format on */

/* No two rows that occupy a space overlap. Looked at first is a hash of the space, for numbers are
 * compared in no time, and texts, of which a page of the index has a hundred, are not; the space
 * itself decides. */
#define OVERLAP                                                                        \
    "ALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING gist"          \
    "  (hashtextextended(space_id, 0) WITH =,"                                         \
    "  int8range(start_ns - setup_ns, end_ns + teardown_ns) WITH &&, space_id WITH =)" \
    "  WHERE (occupies = 1);"

#define LENGTH_STATISTICS                                                               \
    "DO $$ BEGIN"                                                                       \
    " IF CAST(current_setting('server_version_num') AS INTEGER) >= 140000 THEN"         \
    "  EXECUTE 'CREATE STATISTICS bookings_length ON (" HALF_LENGTH ") FROM bookings';" \
    "  IF EXISTS (SELECT 1 FROM bookings) THEN ANALYZE bookings; END IF;"               \
    " END IF; END $$"

const bk_db_sql_t booking_store_dbd_migrations[] = {
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
    /* 2: API v1: everything that takes a space's time is a row, and rows stay. An index costs each
     * booking a page: the one by start serves dates and lists. */
    {.both = "ALTER TABLE bookings ADD COLUMN kind {flag} NOT NULL DEFAULT 0;"
             "ALTER TABLE bookings ADD COLUMN state {flag} NOT NULL DEFAULT 0;"
             "ALTER TABLE bookings ADD COLUMN occupies {flag} NOT NULL DEFAULT 1;"
             "ALTER TABLE bookings ADD COLUMN is_private {flag} NOT NULL DEFAULT 0;"
             "ALTER TABLE bookings ADD COLUMN via {flag} NOT NULL DEFAULT 0;"
             "ALTER TABLE bookings ADD COLUMN setup_ns {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE bookings ADD COLUMN teardown_ns {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE bookings ADD COLUMN version {int} NOT NULL DEFAULT 1;"
             "ALTER TABLE bookings ADD COLUMN created_ns {int} NOT NULL DEFAULT 0;"
             "ALTER TABLE bookings ADD COLUMN created_by {int};"
             "ALTER TABLE bookings ADD COLUMN changed_ns {int};"
             "ALTER TABLE bookings ADD COLUMN changed_by {int};"
             "ALTER TABLE bookings ADD COLUMN expires_ns {int};"
             "ALTER TABLE bookings ADD COLUMN series_id {int};"
             "ALTER TABLE bookings ADD COLUMN parent_id {int};"
             "ALTER TABLE bookings ADD COLUMN checked_in_ns {int};"
             "ALTER TABLE bookings ADD COLUMN occurrence TEXT;"
             "ALTER TABLE bookings ADD COLUMN title TEXT;"
             "ALTER TABLE bookings ADD COLUMN notes TEXT;"
             "ALTER TABLE bookings ADD COLUMN attributes TEXT;"   /* JSON */
             "ALTER TABLE bookings ADD COLUMN participants TEXT;" /* JSON */
             "ALTER TABLE bookings ADD COLUMN group_name TEXT;"
             "ALTER TABLE bookings ADD COLUMN policy TEXT;"
             "ALTER TABLE bookings ADD COLUMN building TEXT;"
             "ALTER TABLE bookings ADD COLUMN external_source TEXT;"
             "ALTER TABLE bookings ADD COLUMN external_key TEXT;"
             "ALTER TABLE bookings ADD COLUMN reason TEXT;"
             "ALTER TABLE bookings ADD COLUMN overridden TEXT;"
             "DROP INDEX bookings_by_date;"
             "CREATE INDEX bookings_by_start ON bookings (start_ns, id);"
             "CREATE INDEX bookings_by_user ON bookings (user_id, start_ns);"
             "CREATE INDEX bookings_by_series ON bookings (series_id, start_ns)"
             " WHERE series_id IS NOT NULL;"
             "CREATE INDEX bookings_by_expiry ON bookings (expires_ns)"
             " WHERE occupies = 1 AND expires_ns IS NOT NULL;"
             "CREATE INDEX bookings_pending ON bookings (start_ns, id) WHERE state = 1;"
             "CREATE UNIQUE INDEX bookings_external ON bookings (external_source, external_key)"
             " WHERE external_key IS NOT NULL;"
             "CREATE TABLE quota_holders (user_id {key})",
     .sqlite3 = "DROP INDEX bookings_by_space;"
                "CREATE INDEX bookings_by_space ON bookings"
                " (space_id, (end_ns + teardown_ns), (start_ns - setup_ns)) WHERE occupies = 1;"
                "CREATE TABLE booking_events (seq INTEGER PRIMARY KEY," EVENTS ";"
                "CREATE TRIGGER bookings_added AFTER INSERT ON bookings BEGIN " LOG_ADDED " END;"
                "CREATE TRIGGER bookings_changed AFTER UPDATE ON bookings BEGIN " LOG_CHANGED(
                    CLOCK_SQLITE) " END",
     .pgsql =
         "ALTER TABLE bookings DROP CONSTRAINT bookings_overlap;" /* until step 11 */
         "CREATE TABLE booking_events (seq BIGSERIAL PRIMARY KEY,"
         "  xact xid8 NOT NULL DEFAULT pg_current_xact_id()," EVENTS ";"
         "CREATE INDEX booking_events_by_xact ON booking_events (xact, seq);"
         "CREATE FUNCTION bookings_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " LOG_ADDED
         " RETURN NULL; END $$;"
         "CREATE FUNCTION bookings_changed() RETURNS trigger LANGUAGE plpgsql AS $$ "
         "BEGIN " LOG_CHANGED(
             CLOCK_PGSQL) " RETURN NULL; END $$;"
                          "CREATE TRIGGER bookings_added AFTER INSERT ON bookings"
                          " FOR EACH ROW EXECUTE FUNCTION bookings_added();"
                          "CREATE TRIGGER bookings_changed AFTER UPDATE ON bookings"
                          " FOR EACH ROW EXECUTE FUNCTION bookings_changed()"},
    /* 3: requests that may be repeated */
    {BK_DB_KEYS_TABLE("booking_keys")},
    /* 4: places in the log. Its numbers of transactions are those of one cluster and database of
     * PostgreSQL. */
    {.both = "CREATE TABLE booking_log (incarnation TEXT NOT NULL, cluster TEXT NOT NULL,"
             " boundary {int} NOT NULL, trimmed_xact {int} NOT NULL, trimmed_seq {int} NOT NULL)",
     .sqlite3 = "INSERT INTO booking_log VALUES"
                " (lower(hex(randomblob(16))), '', 9223372036854775807, 0, 0)",
     .pgsql = "INSERT INTO booking_log VALUES (" INCARNATION ", " CLUSTER ", 0, 0, 0)"},
    /* 5: series, each date of which is a booking */
    {"CREATE TABLE series ("
     "  id {key},"
     "  space_id TEXT NOT NULL,"
     "  user_id {int} NOT NULL,"
     "  start_wall TEXT NOT NULL," /* the clock's, without a zone */
     "  minutes {int} NOT NULL,"
     "  time_zone TEXT NOT NULL,"
     "  rule TEXT NOT NULL,"     /* JSON */
     "  left_out TEXT NOT NULL," /* JSON */
     "  title TEXT,"
     "  created_by {int} NOT NULL,"
     "  created_ns {int} NOT NULL,"
     "  changed_by {int} NOT NULL,"
     "  changed_ns {int} NOT NULL,"
     "  version {int} NOT NULL)"},
    /* 6: closures, each of which is a row of bookings in each of its spaces */
    {"CREATE TABLE closures ("
     "  id {key},"
     "  start_ns {int} NOT NULL,"
     "  end_ns {int} NOT NULL,"
     "  spaces TEXT NOT NULL," /* JSON */
     "  reason TEXT NOT NULL,"
     "  is_public {flag} NOT NULL,"
     "  is_ended {flag} NOT NULL,"
     "  created_by {int} NOT NULL,"
     "  created_ns {int} NOT NULL,"
     "  changed_by {int} NOT NULL,"
     "  changed_ns {int} NOT NULL,"
     "  version {int} NOT NULL);"
     "CREATE INDEX closures_by_start ON closures (start_ns, id) WHERE is_ended = 0"},
    /* 7: lists. Usual bookings are in none of these indexes: long ones are found by their ends,
     * wherever they began; those that have ended by their space, for there is no other index of
     * them */
    {.both = "CREATE INDEX bookings_long ON bookings (end_ns)"
             " WHERE " IS_LONG ";"
             "CREATE INDEX bookings_ended ON bookings (space_id, start_ns) WHERE occupies = 0;"
             "CREATE INDEX bookings_by_group ON bookings (group_name, start_ns)"
             " WHERE group_name IS NOT NULL"},
    /* 8: what a request that was rejected could become */
    {"ALTER TABLE bookings ADD COLUMN suggest TEXT"}, /* JSON */
    /* 9: booking under limits in one statement */
    {.pgsql = ALLOWED_FUNCTION_OLD},
    /* 10: closures are looked for from some moment on: those that are over by then, which become
     * more and more, are passed over. By an index of starts all of them were read. */
    {"DROP INDEX closures_by_start;"
     "CREATE INDEX closures_by_end ON closures (end_ns) WHERE is_ended = 0"},
    /* 11: an index and a table that nothing looks at go. In SQLite a person's bookings are counted
     * by the index alone: their rows lie all over the table. In PostgreSQL the rows are looked at
     * in any case, unless they were there at the last VACUUM. */
    {.both = "DROP INDEX bookings_by_expiry;"
             "DROP TABLE quota_holders",
     .sqlite3 = "DROP INDEX bookings_by_user;"
                "CREATE INDEX bookings_by_user ON bookings"
                " (user_id, start_ns, end_ns, kind, state, changed_ns, policy, building)",
     .pgsql = "ALTER TABLE bookings DROP CONSTRAINT IF EXISTS bookings_overlap;" OVERLAP
         ALLOWED_FUNCTION_OLD},
    /* 12: who has few bookings is let through uncounted, however many there were before. Closures
     * are long, but nothing looks for them by their ends: a closed house has one in each space. The
     * function that step 9 made is that of servers which have not been replaced yet. */
    {.both = "DROP INDEX bookings_long;"
             "CREATE INDEX bookings_long ON bookings (end_ns, user_id)"
             " WHERE " IS_LONG " AND kind = 0",
     .pgsql = ALLOWED_FUNCTION("CREATE", FEW_PGSQL_OLD)},
    /* 13: how many bookings are long: else PostgreSQL takes a third of all for long ones, and plans
     * a list anew for each request. It counts them when it next analyses the table, which it would
     * not do for long if nothing changes. An empty table is not analysed: plans that were made for
     * that would stay while it grows. Before version 14 there are statistics of columns only. */
    {.pgsql = LENGTH_STATISTICS},
    /* 14: who has few bookings is found by one plan */
    {.pgsql = ALLOWED_FUNCTION("CREATE OR REPLACE", FEW_PGSQL)},
    {NULL}};
