/* booking_store_dbd_sql: pieces of SQL that the migrations and the statements of bookings share.
 *
 * What a migration takes from here is kept in databases: a change of LIMITS, BOOKED, COUNTED,
 * ALLOWED or FEW reaches the function of PostgreSQL only by another migration, which creates it
 * again; a change of IS_LONG, SQLite's index only by one that creates that again. */
#ifndef BOOKING_STORE_DBD_SQL_H
#define BOOKING_STORE_DBD_SQL_H

/* Limits of a person's, as rows, because JSON would be read for each booking. Each is an element of
 * $.l, an array; booking_limits.c writes it. It counts bookings
 *  - that begin at since or later, and before until;
 *  - if edge is before since, also those that began before since and end after it: edge is a day
 *    before, so that a booking that began before edge as well lasts longer than a day;
 *  - under the policy, and in the building, unless these are empty.
 * So many of them are allowed in all (most; 0: any number), and so many minutes before one more
 * (rest; NULL: any number). */
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
/* Whether a person has fewer bookings that may count than each limit allows: those that begin from
 * the earliest edge of the limits on, of whatever policy, building and state, and long ones that
 * end after the earliest beginning. Then no limit is used up. To find that takes a third of the
 * time that counting takes; and rows are passed over in half to two thirds of the time that they
 * are counted in. No row is passed over if least is 0, as it is where minutes count. */
#define FEW(least, person, edge, since, table_of_long, offset)                         \
    least " > 0 AND NOT EXISTS (SELECT 1 FROM bookings AS b WHERE b.user_id = " person \
          " AND b.start_ns >= " edge " UNION ALL SELECT 1 FROM " table_of_long         \
          " WHERE b.end_ns > " since " AND " IS_LONG                                   \
          " AND b.kind = 0 AND b.user_id = " person offset ")"
#define FEW_SQLITE(person, least, edge, since)                                \
    FEW(least, person, edge, since, "bookings AS b INDEXED BY bookings_long", \
        " LIMIT 1 OFFSET " least " - 1")
/* One plan of two searches: with two that count, each would be begun and ended by itself.
 * PostgreSQL refuses to pass over fewer than no rows, whether or not it does. */
#define FEW_PGSQL(person, least, edge, since) \
    FEW(least, person, edge, since, "bookings AS b", " OFFSET GREATEST(" least ", 1) - 1")
/* As step 12 had it. */
#define FEW_PGSQL_OLD(person, least, edge, since)                                          \
    "(SELECT count(*) FROM (SELECT 1 FROM bookings AS b WHERE b.user_id = " person         \
    " AND b.start_ns >= " edge " LIMIT " least ") AS usual)"                               \
    " + (SELECT count(*) FROM (SELECT 1 FROM bookings AS b WHERE b.end_ns > " since        \
    " AND " IS_LONG " AND b.kind = 0 AND b.user_id = " person " LIMIT " least ") AS long)" \
    " < " least
/* Until the transaction ends, nobody else counts, or books, for this person. Such a lock is kept in
 * memory: one of a row would be written to the table, and to the log of the database. */
#define LOCK_PERSON(id) "pg_advisory_xact_lock(hashtextextended('bookable person ' || " id ", 0))"

/* The cluster, and the database in it, that transactions are of. */
#define CLUSTER                                                        \
    "(SELECT system_identifier || '/' || (SELECT oid FROM pg_database" \
    " WHERE datname = current_database()) FROM pg_control_system())"
#define INCARNATION "replace(CAST(gen_random_uuid() AS TEXT), '-', '')"

/* A booking that lasts longer than a day is long. Halves are compared, because two instants can be
 * further apart than 64 bits of nanoseconds tell. */
#define HALF_LENGTH "end_ns / 2 - start_ns / 2"
#define IS_LONG HALF_LENGTH " > 43200000000000"

/* Rows of a space. PostgreSQL finds them by the hash that its exclusion constraint begins with. */
#define OF_SPACE(id) \
    "space_id = " id " AND hashtextextended(space_id, 0) = hashtextextended(" id ", 0)"

#endif
