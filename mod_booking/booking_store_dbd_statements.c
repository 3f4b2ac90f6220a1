/* The statements on bookings, their log, series and closures in a database. */
#include "booking_store_dbd_lists.h"
#include "booking_store_dbd_private.h"
#include "booking_store_dbd_sql.h"

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

/* In SQLite: values that are inserted under a condition. The first of them is an id, to which 0 is
 * added. Rows of a SELECT with that condition would be written to a temporary table first, which
 * took a fifth of the instructions of a booking's statement. */
#define VALUES_IF(condition, values) \
    " VALUES (CASE WHEN " condition " THEN 0 ELSE refuse() END + " values ")"

/* Those that overlap, found by the index: in SQLite from the first that ends late enough to the
 * first that ends too late, as below of TAKEN_SQLITE. */
#define BETWEEN_SQLITE                                                                            \
    "space_id = $1 AND occupies = 1 AND end_ns + teardown_ns > $2"                                \
    " AND end_ns + teardown_ns <= COALESCE((SELECT late.end_ns + late.teardown_ns"                \
    " FROM bookings AS late WHERE late.space_id = $1 AND late.occupies = 1"                       \
    " AND late.end_ns + late.teardown_ns > $3 ORDER BY late.end_ns + late.teardown_ns LIMIT 1), " \
    "$3)"                                                                                         \
    " AND start_ns - setup_ns < $3"
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
/* Behind those of a booking: what booking_limits_bind() gives. */
#define LIMITS_BOUND "$37"

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

#define OVERLAPS(between)                            \
    "SELECT {bookings} FROM bookings WHERE " between \
    " AND (expires_ns IS NULL OR expires_ns > $4) AND id <> $5 ORDER BY start_ns LIMIT $6"

const bk_db_sql_t booking_store_dbd_statements[BOOKING_STATEMENTS] = {
    [BOOKING_INSERT_BASE] =
        {.sqlite3 =
             "INSERT INTO bookings ({bookings_base}, setup_ns, teardown_ns, created_ns)" VALUES_IF(
                 IS_FREE("{bookings_base.space_id}", "{bookings_base.start_ns} - $8",
                         "{bookings_base.end_ns} + $9", ""),
                 "{bookings_base values}, $8, $9, $10"),
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
    [BOOKING_INSERT] = {.sqlite3 = "INSERT INTO bookings ({bookings})" VALUES_IF(
                            "{bookings.occupies} = 0 OR " IS_FREE(
                                "{bookings.space_id}", "{bookings.start_ns} - {bookings.setup_ns}",
                                "{bookings.end_ns} + {bookings.teardown_ns}", ""),
                            "{bookings values}"),
                        .pgsql = "INSERT INTO bookings ({bookings}) VALUES ({bookings values})"
                                 " ON CONFLICT ON CONSTRAINT bookings_overlap DO NOTHING"},
    [BOOKING_INSERT_LIMITED] =
        {.sqlite3 = "INSERT INTO bookings ({bookings})" VALUES_IF(
             IS_FREE(
                 "{bookings.space_id}", "{bookings.start_ns} - {bookings.setup_ns}",
                 "{bookings.end_ns} + {bookings.teardown_ns}",
                 "") " AND (" FEW_SQLITE("{bookings.user_id}", "$38", "$39",
                                         "$40") " OR " ALLOWED(LIMITS_SQLITE(LIMITS_BOUND),
                                                               BOOKED_SQLITE("{bookings.user_id}",
                                                                             "0")) ")",
             "{bookings values}"),
         .pgsql = "INSERT INTO bookings ({bookings}) SELECT {bookings typed}"
                  " WHERE bookings_allowed({bookings.user_id}, " LIMITS_BOUND ", $38, $39, $40)"
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
    BOOKING_STORE_DBD_LISTS,
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
    BOOKING_STORE_DBD_TAKEN,
    BK_DB_KEYS_STATEMENTS(BOOKING_KEYS, "booking_keys"),
};
