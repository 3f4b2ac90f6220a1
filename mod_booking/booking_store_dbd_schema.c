/* The tables of bookings in a database, and all statements on them. */
#include "booking_closures_store.h"
#include "booking_event.h"
#include "booking_series_store.h"
#include "booking_store_dbd_private.h"

/* ---- migration ----------------------------------------------------------------------------------
 */

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

/* Limits of a person's, as rows: each is an element of $.l, of bookings that begin from 0 on and
 * before 1, or that began before 0 and have not ended at 0: those that began from 2 on, which is a
 * day before 0, and longer ones; of no others if 2 is 0. Under policy 3 and in building 4, unless
 * these are empty. 5 of them are allowed in all, unless it is 0; and so many minutes, 6, before one
 * more, unless it is null. They are rows because JSON would be read for each booking. */
#define LIMIT_INT(index, name) ", CAST(value ->> " #index " AS {int}) AS " #name
#define LIMIT_TEXT(index, name) ", value ->> " #index " AS " #name
/* clang-format off */
#define LIMITS(elements)                                                                \
    "WITH l AS MATERIALIZED (SELECT key AS place"                                        \
    LIMIT_INT(0, since) LIMIT_INT(1, until) LIMIT_INT(2, edge)                           \
    LIMIT_TEXT(3, policy) LIMIT_TEXT(4, building)                                        \
    LIMIT_INT(5, most) LIMIT_INT(6, rest) " FROM " elements ") "
/* clang-format on */
#define LIMITS_SQLITE(limits) LIMITS("json_each(" limits ", '$.l')")
#define LIMITS_PGSQL(limits)                                           \
    LIMITS("json_array_elements(CAST(" limits " AS json) -> 'l') WITH" \
           " ORDINALITY AS elements (value, key)")
/* What was cancelled in time does not count; a booking to which nobody came does. */
#define COUNTED                                                          \
    " AND b.start_ns < l.until AND b.kind = 0 AND (b.state IN (0, 1, 4)" \
    " OR (b.state = 2 AND b.changed_ns >= b.start_ns))"                  \
    " AND (l.policy = '' OR b.policy = l.policy)"                        \
    " AND (l.building = '' OR b.building = l.building)"
/* The minutes of each booking that counts in a limit. Long ones, of whomever, are found by their
 * ends, so that nobody's past is read. */
#define BOOKED(table_of_long, person, but)                                                    \
    "(SELECT b.end_ns / 60000000000 - b.start_ns / 60000000000 AS minutes FROM bookings AS b" \
    " WHERE b.user_id = " person " AND b.id <> " but " AND b.start_ns >= l.edge"              \
    " AND (b.start_ns >= l.since OR b.end_ns > l.since)" COUNTED                              \
    " UNION ALL SELECT b.end_ns / 60000000000 - b.start_ns / 60000000000 FROM " table_of_long \
    " WHERE l.edge < l.since AND b.end_ns > l.since AND " IS_LONG " AND b.user_id = " person  \
    " AND b.id <> " but " AND b.start_ns < l.edge" COUNTED ")"
#define BOOKED_SQLITE(person, but) BOOKED("bookings AS b INDEXED BY bookings_long", person, but)
#define BOOKED_PGSQL(person, but) BOOKED("bookings AS b", person, but)
#define MINUTES "CAST(COALESCE(sum(minutes), 0) AS {int})"
/* Whether none of a person's limits is used up. */
#define ALLOWED(limits, booked)                                                               \
    "NOT EXISTS (" limits "SELECT 1 FROM l WHERE (SELECT (l.most > 0 AND count(*) >= l.most)" \
    " OR COALESCE(" MINUTES " > l.rest, FALSE) FROM " booked " AS booked))"
/* Until the transaction ends, nobody else counts, or books, for this person. Such a lock is kept in
 * memory: one of a row would be written to the table, and to the log of the database. */
#define LOCK_PERSON(id) "pg_advisory_xact_lock(hashtextextended('bookable person ' || " id ", 0))"
/* PostgreSQL books under limits in one statement. Each statement of the function sees what was
 * committed before it began: so what is counted is counted after the lock was got, whenever the
 * statement began that calls the function. Of whom fewer rows are stored than each limit allows,
 * whatever they are, has used up none: to find that takes less than half as long as to count. */
/* clang-format off */
#define ALLOWED_FUNCTION                                                                      \
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
/* clang-format on */

/* The cluster, and the database in it, that transactions are of. */
#define CLUSTER                                                        \
    "(SELECT system_identifier || '/' || (SELECT oid FROM pg_database" \
    " WHERE datname = current_database()) FROM pg_control_system())"
#define INCARNATION "replace(CAST(gen_random_uuid() AS TEXT), '-', '')"

/* A booking that lasts longer than a day is long. Halves are compared, because two instants can be
 * further apart than 64 bits of nanoseconds tell. */
#define IS_LONG "end_ns / 2 - start_ns / 2 > 43200000000000"

/* No two rows that occupy a space overlap. Looked at first is a hash of the space, for numbers are
 * compared in no time, and texts, of which a page of the index has a hundred, are not; the space
 * itself decides. */
#define OVERLAP                                                                        \
    "ALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING gist"          \
    "  (hashtextextended(space_id, 0) WITH =,"                                         \
    "  int8range(start_ns - setup_ns, end_ns + teardown_ns) WITH &&, space_id WITH =)" \
    "  WHERE (occupies = 1);"

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
    {.pgsql = ALLOWED_FUNCTION},
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
         ALLOWED_FUNCTION},
    {NULL}};

/* ---- statements ---------------------------------------------------------------------------------
 */

/* A new row also has to be checked for an overlap.
 *
 * In SQLite the statement holds the write lock while it reads and writes. Rows that occupy a space
 * never overlap, so they have the same order by end as by start. Of those that end after the new
 * one's start, the first by end also starts first: if it does not overlap, none does. This takes
 * one search of the index, however many rows there are.
 *
 * In PostgreSQL the exclusion constraint refuses an overlap. With ON CONFLICT DO NOTHING, the
 * second of two simultaneous inserts waits for the first and then inserts nothing. Without it each
 * could wait for the other, until PostgreSQL detects the deadlock.
 */
#define IS_FREE(space, from, to, other)                                                   \
    "NOT EXISTS (SELECT 1 FROM (SELECT start_ns - setup_ns AS begins FROM bookings"       \
    " WHERE space_id = " space " AND occupies = 1 AND end_ns + teardown_ns > " from other \
    " ORDER BY end_ns + teardown_ns LIMIT 1) WHERE begins < " to ")"

/* Those that overlap, found by the index: in SQLite from the first that ends late enough to the
 * first that ends too late, as below of TAKEN_SQLITE. */
#define BETWEEN_SQLITE                                                                            \
    "space_id = $1 AND occupies = 1 AND end_ns + teardown_ns > $2"                                \
    " AND end_ns + teardown_ns <= COALESCE((SELECT late.end_ns + late.teardown_ns"                \
    " FROM bookings AS late WHERE late.space_id = $1 AND late.occupies = 1"                       \
    " AND late.end_ns + late.teardown_ns > $3 ORDER BY late.end_ns + late.teardown_ns LIMIT 1), " \
    "$3)"                                                                                         \
    " AND start_ns - setup_ns < $3"
#define OF_SPACE(id) \
    "space_id = " id " AND hashtextextended(space_id, 0) = hashtextextended(" id ", 0)"
#define BETWEEN_PGSQL   \
    OF_SPACE("$1")      \
    " AND occupies = 1" \
    " AND int8range(start_ns - setup_ns, end_ns + teardown_ns) && int8range($2, $3)"
#define HAS_EXPIRED(between) "SELECT 1 FROM bookings WHERE " between " AND expires_ns <= $4 LIMIT 1"
/* Who did not come is released; what nobody decided on, and a hold, has expired. The house does
 * this. */
#define SWEEP(between)                                                                          \
    "UPDATE bookings SET occupies = 0, state = CASE WHEN kind = 0 AND state = 0 THEN 4 ELSE 5 " \
    "END,"                                                                                      \
    " version = version + 1, changed_by = 0, changed_ns = $4, via = 3, reason = NULL"           \
    " WHERE " between " AND expires_ns <= $4"

/* How much is used of each of a person's limits, in their order. */
#define USED(limits, booked)                                                                      \
    limits "SELECT (SELECT count(*) FROM " booked " AS booked), (SELECT " MINUTES " FROM " booked \
           " AS booked) FROM l ORDER BY l.place"
#define LIMITS_PARAMETER "$37" /* behind those of a booking */

/* What the base API shows. */
#define SHOWN(now) \
    "kind = 0 AND state = 0 AND occupies + 0 = 1 AND (expires_ns IS NULL OR expires_ns > " now ")"
/* The same, of one booking. In an empty table that was never analysed all indexes are as good as
 * the key, and PostgreSQL goes on with the one it took while the table grows: hence no condition
 * but that on the key is one of an index, here and in SHOWN(). */
#define SHOWN_ONE(now) "id = $1 AND date || '' = $2 AND " SHOWN(now)

#define PRUNED "(start_ns, id) > ($1, $2) AND (start_ns, id) <= ($3, $4) AND end_ns < $5"

/* Numbers of transactions, as integers and back. */
#define XACT "CAST(CAST(xact AS TEXT) AS BIGINT)"
#define XACT_OF(argument) "CAST(CAST(CAST(" argument " AS BIGINT) AS TEXT) AS xid8)"
#define BOUNDARY "(SELECT boundary FROM booking_log)"
/* Bookings of a series that begin in between and have not ended. */
#define OF_SERIES "series_id = $1 AND kind = 0 AND start_ns >= $2 AND start_ns < $3"
#define END_OF_SERIES(new_state)                                                      \
    "UPDATE bookings SET state = " new_state ", occupies = 0, expires_ns = NULL,"     \
    " version = version + 1, changed_by = $4, changed_ns = $5, via = 1, reason = $6 " \
    "WHERE " OF_SERIES
#define PENDING " AND state = 1 AND occupies = 1 AND (expires_ns IS NULL OR expires_ns > $5)"
#define OTHERS(between)                                                                  \
    "SELECT {bookings} FROM bookings WHERE " between " AND COALESCE(series_id, 0) <> $4" \
    " ORDER BY start_ns, id"

#define CLOSURES(its_spaces)                                                               \
    "SELECT {closures} FROM closures WHERE is_ended = 0 AND end_ns > $1 AND start_ns < $2" \
    " AND (CAST($3 AS TEXT) IS NULL OR $3 IN (SELECT value FROM " its_spaces "))"          \
    " AND (start_ns, id) > ($4, $5) ORDER BY start_ns, id LIMIT $6"
#define ARCHIVE_OPEN(of_space)                                                \
    "UPDATE bookings SET state = 2, occupies = 0, version = version + 1,"     \
    " changed_by = $2, changed_ns = $3, via = 1, reason = NULL,"              \
    " end_ns = CASE WHEN start_ns < $3 THEN $3 ELSE end_ns END"               \
    " WHERE " of_space " AND occupies = 1 AND kind = 2 AND series_id IS NULL" \
    " AND end_ns + teardown_ns > $3"
#define CANCEL(between)                                                                      \
    "UPDATE bookings SET state = 2, occupies = 0, expires_ns = NULL, version = version + 1," \
    " changed_by = $4, changed_ns = $5, via = 1, reason = $6 WHERE " between " AND kind <> 2"
#define BEGINS " AND start_ns >= $2"

/* ---- lists ----
 *
 * Of the bookings that overlap a span, most begin in it, or at most a day before it: these are
 * found by their starts. Those that are longer than a day and began before that are found by their
 * ends. So the work is that of the rows that are answered, however many there were before.
 *
 * $1 from, $2 to, $3 states, $4 now, $5 and $6 the place behind which to begin, $7 limit, $8 owner,
 * $9 spaces, $10 group, $11 series, $12 like; of a space $13 it; else $13 a day before from, and
 * $14 and $15 the place behind which those begin that are longer than a day
 */
#define STATE_NOW                                                                           \
    "(CASE WHEN occupies = 1 AND expires_ns <= $4 THEN CASE state WHEN 0 THEN 4 ELSE 5 END" \
    " ELSE state END)"
/* What is asked besides. @param MAYBE  how a condition stands there: PLAIN, or LIKELY, by which
 * PostgreSQL's planner takes it for true of nearly all rows. Of PLAIN ones it thinks that together
 * they leave one row of a million, and so reads and sorts all that it could read in order. */
/* clang-format off */
#define PLAIN(condition) "(" condition ")"
#define LIKELY(condition) "CASE WHEN " condition " THEN 1 ELSE 0 END <> 0"
#define ASKED(MAYBE)                                                                               \
    "kind = 0 AND end_ns > $1 AND start_ns < $2 AND "                                              \
    MAYBE("((CAST($3 AS {int}) >> " STATE_NOW ") & 1) = 1") " AND "                                \
    MAYBE("$8 = 0 OR user_id = $8") " AND "                                                        \
    MAYBE("space_id IN (SELECT value FROM {array}($9)) OR $9 IS NULL") " AND "                     \
    MAYBE("$10 = '' OR group_name = $10") " AND "                                                  \
    MAYBE("$11 = 0 OR series_id = $11") " AND "                                                    \
    MAYBE("$12 = '' OR lower(title) LIKE $12 ESCAPE '!' OR lower(notes) LIKE $12 ESCAPE '!'")
/* clang-format on */
#define WANTED ASKED(PLAIN)
#define IN_ORDER(direction) " ORDER BY start_ns" direction ", id" direction " LIMIT $7"
/* A page begins behind a place, which is a day before from at the earliest. Upwards that is the one
 * beginning of a range of the index, and is not to compete with $13 for that: SQLite would take
 * $13, and read all pages before this one. Downwards $13 is where the range ends.
 * @param start  start_ns, as it is compared with $13 */
/* clang-format off */
#define NEAR(key, start, behind, direction)                                                        \
    "SELECT * FROM (SELECT {bookings} FROM bookings WHERE " key ASKED(LIKELY)                      \
    " AND " start " >= $13 AND (start_ns, id) " behind " ($5, $6)" IN_ORDER(direction) ") AS near"
/* clang-format on */
/* Whoever they are of: there is no better index than that of long ones. What is sorted by is no
 * column here, or PostgreSQL would read all bookings by their index of that, in which there are few
 * of them, rather than sort those few. */
/* clang-format off */
#define LONG_AGO(table, behind, direction)                                                         \
    " UNION ALL SELECT * FROM (SELECT {bookings} FROM " table " WHERE " WANTED " AND " IS_LONG     \
    " AND +start_ns < $13 AND (+start_ns, id) " behind " ($14, $15)"                               \
    " ORDER BY +start_ns" direction ", id" direction " LIMIT $7) AS long_ago" IN_ORDER(direction)
/* clang-format on */
#define LIST(key, start, behind, direction)                                                  \
    {                                                                                        \
        .sqlite3 = NEAR(key, start, behind, direction)                                       \
            LONG_AGO("bookings INDEXED BY bookings_long", behind, direction),                \
        .pgsql = NEAR(key, start, behind, direction) LONG_AGO("bookings", behind, direction) \
    }
/* What occupies a space does not overlap, so its order by end is that by start: SQLite has an index
 * of that. PostgreSQL's index of spaces finds ranges. */
#define OF_SPACE_SQLITE(from) "space_id = $13 AND occupies = 1 AND end_ns + teardown_ns > " from
#define LATER "LEAST(GREATEST(CAST($1 AS {int}), CAST($5 AS {int})), CAST($2 AS {int}))"
#define OF_SPACE_PGSQL(from) \
    OF_SPACE("$13")          \
    " AND occupies = 1"      \
    " AND int8range(start_ns - setup_ns, end_ns + teardown_ns) && int8range(" from ", $2)"
#define OCCUPIED(of_space, order, behind, direction)                                     \
    "SELECT * FROM (SELECT {bookings} FROM bookings WHERE " of_space " AND " WANTED      \
    " AND (start_ns, id) " behind " ($5, $6) ORDER BY " order direction ", id" direction \
    " LIMIT $7) AS occupied"
#define ENDED(behind, direction)                                                     \
    " UNION ALL SELECT * FROM (SELECT {bookings} FROM bookings WHERE space_id = $13" \
    " AND occupies = 0 AND (CAST($3 AS {int}) & 60) <> 0 AND " WANTED                \
    " AND (start_ns, id) " behind " ($5, $6)" IN_ORDER(direction) ") AS ended" IN_ORDER(direction)
#define LIST_OF_SPACE(from, from_pgsql, behind, direction)                                    \
    {                                                                                         \
        .sqlite3 = OCCUPIED(OF_SPACE_SQLITE(from), "end_ns + teardown_ns", behind, direction) \
            ENDED(behind, direction),                                                         \
        .pgsql = OCCUPIED(OF_SPACE_PGSQL(from_pgsql), "start_ns", behind, direction)          \
            ENDED(behind, direction)                                                          \
    }
#define LISTS(by, key)                                           \
    [BOOKING_LIST + 2 * (by)] = LIST(key, "+start_ns", ">", ""), \
                        [BOOKING_LIST + 2 * (by) + 1] = LIST(key, "start_ns", "<", " DESC")

#define OVERLAPS(between)                            \
    "SELECT {bookings} FROM bookings WHERE " between \
    " AND (expires_ns IS NULL OR expires_ns > $4) AND id <> $5 ORDER BY start_ns LIMIT $6"

/* What takes the time of some spaces. Rows that occupy a space never overlap, so they have the same
 * order by end as by start: SQLite reads its index from the first that ends late enough to the
 * first that ends too late, which may begin in time. PostgreSQL has the index of its constraint.
 * Both are searched once for each space, however many rows there are. */
/* clang-format off */
#define TAKEN_COLUMNS                                                                              \
    "SELECT taken.id, taken.space_id, taken.user_id, taken.start_ns, taken.end_ns, taken.kind,"    \
    " taken.state, taken.setup_ns, taken.teardown_ns, taken.is_private, taken.title,"              \
    " taken.participants, taken.group_name, taken.created_by, taken.series_id, taken.reason"
#define TAKEN_NOW " (taken.expires_ns IS NULL OR taken.expires_ns > $4)"
#define TAKEN_SQLITE                                                                               \
    TAKEN_COLUMNS " FROM json_each($1) AS asked CROSS JOIN bookings AS taken"                      \
    " WHERE taken.space_id = asked.value AND taken.occupies = 1"                                   \
    " AND taken.end_ns + taken.teardown_ns > $2 AND taken.end_ns + taken.teardown_ns <="           \
    " COALESCE((SELECT late.end_ns + late.teardown_ns FROM bookings AS late"                       \
    " WHERE late.space_id = asked.value AND late.occupies = 1"                                     \
    " AND late.end_ns + late.teardown_ns > $3 ORDER BY late.end_ns + late.teardown_ns LIMIT 1), $3)" \
    " AND taken.start_ns - taken.setup_ns < $3 AND" TAKEN_NOW                                      \
    " ORDER BY asked.key, taken.end_ns + taken.teardown_ns"
#define TAKEN_PGSQL                                                                                \
    TAKEN_COLUMNS " FROM json_array_elements_text(CAST($1 AS json)) WITH ORDINALITY"               \
    " AS asked (id, place) CROSS JOIN LATERAL (SELECT * FROM bookings"                             \
    " WHERE " OF_SPACE("asked.id") " AND occupies = 1"                                             \
    " AND int8range(start_ns - setup_ns, end_ns + teardown_ns) && int8range($2, $3)) AS taken"     \
    " WHERE" TAKEN_NOW " ORDER BY asked.place, taken.start_ns"
/* clang-format on */

static const bk_db_sql_t statements[BOOKING_STATEMENTS] = {
    [BOOKING_INSERT_BASE] =
        {.sqlite3 = "INSERT INTO bookings ({bookings_base}, setup_ns, teardown_ns, created_ns)"
                    " SELECT {bookings_base values}, $8, $9, $10 WHERE " IS_FREE(
                        "{bookings_base.space_id}", "{bookings_base.start_ns} - $8",
                        "{bookings_base.end_ns} + $9", ""),
         .pgsql = "INSERT INTO bookings ({bookings_base}, setup_ns, teardown_ns, created_ns)"
                  " VALUES ({bookings_base values}, $8, $9, $10)"
                  " ON CONFLICT ON CONSTRAINT bookings_overlap DO NOTHING"},
    [BOOKING_FIND_BASE] = {"SELECT {bookings_base}, version FROM bookings"
                           " WHERE " SHOWN_ONE("$3")},
    [BOOKING_FIND_DATE] = {"SELECT 1 FROM bookings WHERE date = $1 AND start_ns >= $2"
                           " AND start_ns < $3 AND " SHOWN("$4") " LIMIT 1"},
    [BOOKING_CANCEL_BASE] = {"UPDATE bookings SET state = 2, occupies = 0, version = version + 1,"
                             " changed_by = $4, changed_ns = $5, via = 0, reason = NULL"
                             " WHERE (version = $3 OR $3 = 0) AND " SHOWN_ONE("$5")},
    [BOOKING_INSERT] = {.sqlite3 =
                            "INSERT INTO bookings ({bookings}) SELECT {bookings values}"
                            " WHERE {bookings.occupies} = 0 OR " IS_FREE(
                                "{bookings.space_id}", "{bookings.start_ns} - {bookings.setup_ns}",
                                "{bookings.end_ns} + {bookings.teardown_ns}", ""),
                        .pgsql = "INSERT INTO bookings ({bookings}) VALUES ({bookings values})"
                                 " ON CONFLICT ON CONSTRAINT bookings_overlap DO NOTHING"},
    [BOOKING_INSERT_LIMITED] =
        {.sqlite3 = "INSERT INTO bookings ({bookings}) SELECT {bookings values} WHERE " IS_FREE(
             "{bookings.space_id}", "{bookings.start_ns} - {bookings.setup_ns}",
             "{bookings.end_ns} + {bookings.teardown_ns}",
             "") " AND " ALLOWED(LIMITS_SQLITE(LIMITS_PARAMETER),
                                 BOOKED_SQLITE("{bookings.user_id}", "0")),
         .pgsql = "INSERT INTO bookings ({bookings}) SELECT {bookings typed}"
                  " WHERE bookings_allowed({bookings.user_id}, " LIMITS_PARAMETER ")"
                  " ON CONFLICT ON CONSTRAINT bookings_overlap DO NOTHING"},
    [BOOKING_INSERT_ALL] =
        {.pgsql =
             "INSERT INTO bookings ({bookings}) SELECT {bookings}"
             " FROM json_populate_recordset(CAST(NULL AS bookings), CAST($1 AS json) -> 'rows')"
             " ON CONFLICT ON CONSTRAINT bookings_overlap DO NOTHING RETURNING id"},
    [BOOKING_FIND] = {"SELECT {bookings} FROM bookings WHERE id = $1"},
    [BOOKING_UPDATE] =
        {.sqlite3 =
             "UPDATE bookings SET {bookings set} WHERE id = {bookings.id}"
             " AND version = {bookings.version} - 1 AND ({bookings.occupies} = 0 OR " IS_FREE(
                 "{bookings.space_id}", "{bookings.start_ns} - {bookings.setup_ns}",
                 "{bookings.end_ns} + {bookings.teardown_ns}", " AND id <> {bookings.id}") ")",
         .pgsql = "UPDATE bookings SET {bookings set} WHERE id = {bookings.id}"
                  " AND version = {bookings.version} - 1"},
    [BOOKING_VERSION] = {"SELECT version FROM bookings WHERE id = $1"},
    [BOOKING_EXPIRED] = {.sqlite3 = HAS_EXPIRED(BETWEEN_SQLITE),
                         .pgsql = HAS_EXPIRED(BETWEEN_PGSQL)},
    [BOOKING_SWEEP] = {.sqlite3 = SWEEP(BETWEEN_SQLITE), .pgsql = SWEEP(BETWEEN_PGSQL)},
    /* In SQLite a transaction that writes is alone. */
    [BOOKING_LOCK_SPACE] = {.sqlite3 = "SELECT 1 WHERE $1 IS NOT NULL",
                            .pgsql = "SELECT 1 FROM (SELECT pg_advisory_xact_lock("
                                     "hashtextextended('bookable space ' || $1, 0))) AS locked"},
    /* SQLite does not need it: a transaction that writes is alone there. */
    [BOOKING_LOCK_HOLDER] = {.pgsql = "SELECT 1 FROM (SELECT " LOCK_PERSON("$1") ") AS locked"},
    [BOOKING_USED] = {.sqlite3 = USED(LIMITS_SQLITE("$3"), BOOKED_SQLITE("$1", "$2")),
                      .pgsql = USED(LIMITS_PGSQL("$3"), BOOKED_PGSQL("$1", "$2"))},
    /* lists */
    LISTS(BOOKING_V1_BY_START, ""),
    LISTS(BOOKING_V1_BY_USER, "user_id = $8 AND "),
    [BOOKING_LIST + 2 * BOOKING_V1_BY_SPACE] = LIST_OF_SPACE("max($1, $5)", LATER, ">", ""),
    [BOOKING_LIST + 2 * BOOKING_V1_BY_SPACE + 1] = LIST_OF_SPACE("$1", "$1", "<", " DESC"),
    /* SQLite has the bookings of a space in order. */
    [BOOKING_LIST_SOON] = {.pgsql =
                               OCCUPIED(OF_SPACE_PGSQL(LATER), "start_ns", ">", "") ENDED(">", "")},
    LISTS(BOOKING_V1_BY_GROUP, "group_name = $10 AND "),
    LISTS(BOOKING_V1_BY_SERIES, "series_id = $11 AND "),
    LISTS(BOOKING_V1_BY_PENDING, "state = 1 AND "),
    [BOOKING_OVERLAPS] = {.sqlite3 = OVERLAPS(BETWEEN_SQLITE), .pgsql = OVERLAPS(BETWEEN_PGSQL)},
    [BOOKING_FIND_EXTERNAL] = {"SELECT {bookings} FROM bookings"
                               " WHERE external_source = $1 AND external_key = $2"},
    /* the log */
    [BOOKING_LOG] = {.sqlite3 = "SELECT incarnation, 0, boundary, trimmed_xact, trimmed_seq"
                                " FROM booking_log",
                     .pgsql = "SELECT incarnation, CASE WHEN cluster = " CLUSTER " THEN 0 ELSE 1"
                              " END, boundary, trimmed_xact, trimmed_seq FROM booking_log"},
    [BOOKING_LOG_LOCK] = {.sqlite3 = "UPDATE booking_log SET cluster = cluster",
                          .pgsql = "LOCK TABLE booking_events IN SHARE ROW EXCLUSIVE MODE"},
    [BOOKING_LOG_MEND] = {.sqlite3 = "UPDATE booking_log SET cluster = cluster",
                          .pgsql = "UPDATE booking_log SET cluster = " CLUSTER
                                   ", incarnation = " INCARNATION ", trimmed_xact = 0,"
                                   " trimmed_seq = 0, boundary ="
                                   " (SELECT COALESCE(max(seq), 0) + 1 FROM booking_events)"
                                   " WHERE cluster <> " CLUSTER},
    [BOOKING_LOG_TRIM] = {"UPDATE booking_log SET trimmed_xact = $1, trimmed_seq = $2"
                          " WHERE (trimmed_xact, trimmed_seq) < ($1, $2)"},
    [BOOKING_EVENT] = {.sqlite3 = "SELECT 0, at_ns, booking_id, version FROM booking_events"
                                  " WHERE seq = $1",
                       .pgsql = "SELECT " XACT ", at_ns, booking_id, version FROM booking_events"
                                " WHERE seq = $1"},
    [BOOKING_EVENTS_NUMBERED] = {"SELECT {booking_events}, 0 FROM booking_events"
                                 " WHERE seq > $1 AND seq < $2 ORDER BY seq LIMIT $3"},
    [BOOKING_EVENTS_BY_XACT] = {.pgsql =
                                    "SELECT {booking_events}, " XACT " FROM booking_events"
                                    " WHERE (xact, seq) > (" XACT_OF(
                                        "$1") ", $2)"
                                              " AND xact < pg_snapshot_xmin(pg_current_snapshot())"
                                              " AND seq >= $3 ORDER BY xact, seq LIMIT $4"},
    [BOOKING_EVENTS_EARLY] = {.pgsql =
                                  "SELECT 1 FROM booking_events AS own JOIN booking_events AS later"
                                  " ON later.booking_id = own.booking_id"
                                  " WHERE own.xact = pg_current_xact_id() AND own.version > 1"
                                  " AND later.xact > pg_current_xact_id() LIMIT 1"},
    [BOOKING_EVENTS_OF] = {"SELECT {booking_events}, 0 FROM booking_events"
                           " WHERE booking_id = $1 AND version > 1 ORDER BY booking_id, seq"},
    [BOOKING_EVENTS_DELETE] = {"DELETE FROM booking_events WHERE seq < " BOUNDARY
                               " AND ($1 > 0 OR seq <= $2)"},
    [BOOKING_EVENTS_DELETE_XACT] = {.sqlite3 = "DELETE FROM booking_events WHERE $1 < $2 AND 0",
                                    .pgsql = "DELETE FROM booking_events WHERE seq >= " BOUNDARY
                                             " AND (xact, seq) <= (" XACT_OF("$1") ", $2)"},
    [BOOKING_SERIES_INSERT] = {"INSERT INTO series ({series}) VALUES ({series values})"},
    [BOOKING_SERIES_FIND] = {"SELECT {series} FROM series WHERE id = $1"},
    [BOOKING_SERIES_COUNT] = {"SELECT CAST(CASE WHEN occupies = 1 AND expires_ns <= $2 THEN"
                              " CASE WHEN state = 0 THEN 4 ELSE 5 END ELSE state END AS {int}),"
                              " count(*) FROM bookings WHERE series_id = $1 AND kind = 0"
                              " GROUP BY 1"},
    [BOOKING_SERIES_NEXT] = {"SELECT id, start_ns, end_ns FROM bookings WHERE series_id = $1"
                             " AND kind = 0 AND start_ns > $2 AND occupies = 1"
                             " AND (expires_ns IS NULL OR expires_ns > $2)"
                             " ORDER BY start_ns LIMIT 1"},
    [BOOKING_SERIES_TOUCH] = {"UPDATE series SET version = version + 1, changed_by = $3,"
                              " changed_ns = $4 WHERE id = $1 AND (version = $2 OR $2 = 0)"},
    [BOOKING_SERIES_SPACES] = {"SELECT DISTINCT space_id FROM bookings WHERE " OF_SERIES
                               " AND occupies = 1"},
    [BOOKING_SERIES_CANCEL] = {END_OF_SERIES("2") " AND state IN (0, 1) AND occupies = 1"
                                                  " AND (expires_ns IS NULL OR expires_ns > $5)"},
    [BOOKING_SERIES_APPROVE] = {"UPDATE bookings SET state = 0, expires_ns = NULL,"
                                " version = version + 1, changed_by = $4, changed_ns = $5,"
                                " via = 1, reason = $6 WHERE " OF_SERIES PENDING},
    [BOOKING_SERIES_REJECT] = {END_OF_SERIES("3") PENDING},
    [BOOKING_OTHERS] = {.sqlite3 = OTHERS(BETWEEN_SQLITE), .pgsql = OTHERS(BETWEEN_PGSQL)},
    [BOOKING_CLOSURE_INSERT] = {"INSERT INTO closures ({closures}) VALUES ({closures values})"},
    [BOOKING_CLOSURE_UPDATE] = {"UPDATE closures SET {closures set} WHERE id = {closures.id}"
                                " AND version = {closures.version} - 1 AND is_ended = 0"},
    [BOOKING_CLOSURE_FIND] = {"SELECT {closures} FROM closures WHERE id = $1 AND is_ended = 0"},
    [BOOKING_CLOSURE_EACH] = {.sqlite3 = CLOSURES("json_each(spaces)"),
                              .pgsql = CLOSURES("json_array_elements_text(CAST(spaces AS json))")},
    [BOOKING_CLOSURE_CANCEL] = {.sqlite3 = CANCEL(BETWEEN_SQLITE), .pgsql = CANCEL(BETWEEN_PGSQL)},
    [BOOKING_CLOSURE_OPEN] = {"UPDATE bookings SET state = 2, occupies = 0, version = version + 1,"
                              " changed_by = $2, changed_ns = $3, via = 1, reason = $4"
                              " WHERE series_id = $1 AND kind = 2 AND occupies = 1"},
    [BOOKING_CLOSURE_RENAME] = {"UPDATE bookings SET title = $4, is_private = $5, reason = $4,"
                                " version = version + 1, changed_by = $2, changed_ns = $3, via = 1"
                                " WHERE series_id = $1 AND kind = 2 AND occupies = 1"},
    [BOOKING_ARCHIVE_CANCEL] = {.sqlite3 = CANCEL(BETWEEN_SQLITE) BEGINS,
                                .pgsql = CANCEL(BETWEEN_PGSQL) BEGINS},
    [BOOKING_ARCHIVE_OPEN] = {.sqlite3 = ARCHIVE_OPEN("space_id = $1"),
                              .pgsql = ARCHIVE_OPEN(OF_SPACE("$1"))},
    [BOOKING_EVENTS_LAST] = {"SELECT COALESCE(max(seq), 0) FROM booking_events"},
    [BOOKING_EVENTS_TAKE_BACK] = {.sqlite3 = "DELETE FROM booking_events WHERE seq > $1",
                                  .pgsql = "DELETE FROM booking_events"
                                           " WHERE xact = pg_current_xact_id()"
                                           " AND CAST($1 AS BIGINT) IS NOT NULL"},
    [BOOKING_EVENTS_ANONYMISE] =
        {"UPDATE booking_events SET user_id = 0, actor = 0, reason = NULL,"
         " old_user_id = CASE WHEN old_user_id IS NULL THEN NULL ELSE 0 END"
         " WHERE seq > $1 AND seq <= $2"
         " AND (user_id <> 0 OR actor <> 0 OR reason IS NOT NULL OR COALESCE(old_user_id, 0) <> 0)"
         " AND NOT EXISTS (SELECT 1 FROM bookings WHERE bookings.id = booking_events.booking_id"
         " AND bookings.end_ns >= $3)"},
    /* what is long over */
    [BOOKING_PRUNE_PAGE] = {"SELECT start_ns, id FROM bookings WHERE (start_ns, id) > ($1, $2)"
                            " AND start_ns < $3 ORDER BY start_ns, id LIMIT 1 OFFSET $4"},
    [BOOKING_PRUNE_DELETE] = {"DELETE FROM bookings WHERE " PRUNED},
    [BOOKING_PRUNE_SERIES] = {"UPDATE series SET user_id = 0, created_by = 0,"
                              " changed_by = 0, title = NULL WHERE created_ns < $1"
                              " AND (user_id <> 0 OR created_by <> 0 OR changed_by <> 0"
                              " OR title IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM bookings"
                              " WHERE bookings.series_id = series.id"
                              " AND bookings.end_ns >= $1)"},
    [BOOKING_PRUNE_CLOSURES] = {"UPDATE closures SET created_by = 0, changed_by = 0, reason = ''"
                                " WHERE end_ns < $1"
                                " AND (created_by <> 0 OR changed_by <> 0 OR reason <> '')"},
    [BOOKING_PRUNE_ANONYMISE] =
        {"UPDATE bookings SET user_id = 0, created_by = NULL, changed_by = NULL, title = NULL,"
         " notes = NULL, attributes = NULL, participants = NULL, reason = NULL WHERE " PRUNED
         " AND (user_id <> 0 OR created_by IS NOT NULL OR changed_by IS NOT NULL"
         " OR title IS NOT NULL OR notes IS NOT NULL OR attributes IS NOT NULL"
         " OR participants IS NOT NULL OR reason IS NOT NULL)"},
    /* what is taken */
    [BOOKING_TAKEN] = {.sqlite3 = TAKEN_SQLITE, .pgsql = TAKEN_PGSQL},
    BK_DB_KEYS_STATEMENTS(BOOKING_KEYS, "booking_keys"),
};

static const bk_db_table_t tables[] = {
    {.name = "bookings", .fields = &booking_v1_fields},
    {.name = "bookings_base", .fields = &booking_fields, .is_view = 1},
    {.name = "series", .fields = &booking_series_fields},
    {.name = "closures", .fields = &booking_closures_fields},
    {.name = "booking_events",
     .fields = &booking_event_fields,
     .is_log = 1,
     .copied = {.pgsql = "SELECT setval('booking_events_seq_seq',"
                         " (SELECT COALESCE(max(seq), 0) + 1 FROM booking_events), false)"}},
    {NULL}};

const bk_db_schema_t booking_store_dbd_schema = {"booking", BOOKING_STATEMENTS, statements, steps,
                                                 tables,    BOOKING_KEYS};
